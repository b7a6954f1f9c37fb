import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

const leading = /^\p{White_Space}+/u;
const whiteSpace = /^\p{White_Space}$/u;

/** Takes white space (White_Space of Unicode) off the ends. */
export function strip(left: boolean, right: boolean): TextNormalizer {
  return {
    normalize(text: string, trace?: Trace): string {
      const begin = left ? (leading.exec(text)?.[0].length ?? 0) : 0;
      let end = text.length;
      // No white space lies beyond the first plane.
      if (right) while (end > begin && whiteSpace.test(text[end - 1]!)) end--;
      trace?.remove(begin);
      trace?.keep(end - begin);
      trace?.remove(text.length - end);
      return text.slice(begin, end);
    },
  };
}
