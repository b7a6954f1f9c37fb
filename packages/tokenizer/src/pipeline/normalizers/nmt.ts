import type { Trace } from "../trace.js";
import { mapCharacters } from "./mapCharacters.js";
import type { TextNormalizer } from "./normalizer.js";

const candidates =
  /[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g;
const spaces = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/;

/** What Google's translation models did first: control characters go, breaks and marks without width become spaces. */
export const nmt: TextNormalizer = {
  normalize(text: string, trace?: Trace): string {
    return mapCharacters(text, candidates, (character) => (spaces.test(character) ? " " : ""), trace);
  },
};
