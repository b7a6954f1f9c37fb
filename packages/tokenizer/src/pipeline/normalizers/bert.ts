import type { Normalizer } from "../../definition.js";
import { controls, nonspacingMarks } from "../characterClasses.js";
import type { Trace } from "../trace.js";
import { lowercase } from "./lowercase.js";
import { mapCharacters } from "./mapCharacters.js";
import type { TextNormalizer } from "./normalizer.js";
import { sequence } from "./sequence.js";
import { stripAccents } from "./stripAccents.js";
import { unicodeForm } from "./unicodeForm.js";

type Options = Omit<Extract<Normalizer, { type: "bert" }>, "type">;

/** The parts of BERT's normalizer that are wanted, in its order. */
export function bert(options: Options): TextNormalizer {
  const parts: TextNormalizer[] = [];
  if (options.cleanText) parts.push(cleanText);
  if (options.handleChineseCharacters) parts.push(spaceIdeographs);
  if (options.stripAccents ?? options.lowercase)
    parts.push(unicodeForm("NFD"), stripAccents(nonspacingMarks));
  if (options.lowercase) parts.push(lowercase);
  return sequence(parts);
}

/** Control characters and U+FFFD go, white space becomes a space. */
const cleanText: TextNormalizer = {
  normalize(text: string, trace?: Trace): string {
    const candidates = /[\p{Cc}\p{Cf}\p{Co}\p{White_Space}\ufffd]/gu;
    return mapCharacters(
      text,
      candidates,
      (character, code) => (controls.has(code) ? "" : whiteSpace.test(character) ? " " : character),
      trace,
    );
  },
};

const whiteSpace = /^\p{White_Space}$/u;

/** A space on either side of each ideograph, so that it is a word. */
const spaceIdeographs: TextNormalizer = {
  normalize(text: string, trace?: Trace): string {
    // The last blocks are not what Unicode has (B820 … B91F are missing): the same as everywhere.
    const ideographs =
      /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
    let result = "";
    let done = 0;
    for (const { 0: ideograph, index } of text.matchAll(ideographs)) {
      result += `${text.slice(done, index)} ${ideograph} `;
      trace?.keep(index - done);
      trace?.insert(1);
      trace?.keep(ideograph.length);
      trace?.insert(1);
      done = index + ideograph.length;
    }
    if (done === 0) return text;
    trace?.keep(text.length - done);
    return result + text.slice(done);
  },
};
