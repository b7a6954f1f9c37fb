import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

export type UnicodeForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/**
 * What no normalization form changes together with its neighbours on the left: marks, the vowels and final consonants of
 * Hangul and of Kirat Rai, and the half-width voicing marks compose with, or are ordered after, what comes before them.
 */
const segments = /[^]?[\p{M}\u1160-\u11ff\uff9e\uff9f\u{16d63}-\u{16d6a}]*/gu;

/** The normalization forms of Unicode (UAX #15), of the version that the JavaScript engine has. */
export function unicodeForm(form: UnicodeForm): TextNormalizer {
  const decomposes = form === "NFD" || form === "NFKD";
  return {
    normalize(text: string, trace?: Trace): string {
      const result = text.normalize(form);
      if (trace && result !== text) follow(text, result, trace);
      return result;
    },
  };

  function follow(text: string, result: string, trace: Trace): void {
    const parts = text.match(segments)!;
    const normalized = parts.map((part) => part.normalize(form));
    if (normalized.join("") !== result) return trace.replace(text.length, result.length);
    parts.forEach((part, i) => {
      const whole = normalized[i]!;
      if (part === whole) return trace.keep(part.length);
      if (!decomposes) return trace.replace(part.length, whole.length);
      const characters = [...part];
      const each = characters.map((character) => character.normalize(form));
      if (each.join("") !== whole) {
        // Marks change places: all of them stand for all of them, and for what they stand on where that has some of its own.
        const first = characters[0]!.length;
        const base = /^\P{M}+$/u.test(each[0]!) ? each[0]!.length : 0;
        if (base > 0) trace.replace(first, base);
        return trace.replace(base > 0 ? part.length - first : part.length, whole.length - base);
      }
      characters.forEach((character, j) => {
        if (character === each[j]) trace.keep(character.length);
        else trace.replace(character.length, each[j]!.length);
      });
    });
  }
}
