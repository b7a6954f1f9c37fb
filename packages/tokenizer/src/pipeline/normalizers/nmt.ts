import type { Trace } from "../trace.js";
import { mapCharacters } from "./mapCharacters.js";
import type { TextNormalizer } from "./normalizer.js";

const candidates = /[\p{Cc}\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/gu;

/** What Google's translation models did first: control characters go, breaks and marks without width become spaces. */
export const nmt: TextNormalizer = {
  normalize(text: string, trace?: Trace): string {
    return mapCharacters(
      text,
      candidates,
      (character, code) => (code > 0x9f ? " " : mapControl(character, code)),
      trace,
    );
  },
};

function mapControl(character: string, code: number): string {
  if (/\s/.test(character) && code !== 0x0b) return " ";
  return (code > 0 && code < 0x20) || code === 0x7f || code === 0x8f || code === 0x9f ? "" : character;
}
