import { type CharacterClass, combiningMarks } from "../characterClasses.js";
import type { Trace } from "../trace.js";
import { mapCharacters } from "./mapCharacters.js";
import type { TextNormalizer } from "./normalizer.js";

/** Takes marks away; those that are part of a character only where `nfd` or `nfkd` came before. */
export function stripAccents(marks: CharacterClass = combiningMarks): TextNormalizer {
  const candidates = /[^\0-\u02ff]/gu;
  return {
    normalize(text: string, trace?: Trace): string {
      return mapCharacters(text, candidates, (character, code) => (marks.has(code) ? "" : character), trace);
    },
  };
}
