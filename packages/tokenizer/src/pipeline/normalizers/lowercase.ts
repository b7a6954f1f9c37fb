import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

/**
 * Lower case, each character by itself: Σ becomes σ at the end of words too. Only İ (U+0130) changes its length.
 */
export const lowercase: TextNormalizer = {
  normalize(text: string, trace?: Trace): string {
    const lower = text.includes("\u03a3")
      ? text
          .split("\u03a3")
          .map((part) => part.toLowerCase())
          .join("\u03c3")
      : text.toLowerCase();
    if (trace && lower.length !== text.length) {
      text.split("\u0130").forEach((part, i) => {
        if (i > 0) trace.replace(1, 2);
        trace.keep(part.length);
      });
    }
    return lower;
  },
};
