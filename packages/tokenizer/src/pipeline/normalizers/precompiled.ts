import { StringFinder } from "../../engine/stringFinder.js";
import type { Trace } from "../trace.js";
import { Charsmap } from "./charsmap.js";
import type { TextNormalizer } from "./normalizer.js";

/**
 * SentencePiece's rules of replacement: at each place the longest that matches (most models carry NFKC so, and rules for
 * white space and control characters).
 *
 * @param keep strings that are passed over, the longest at each place: user-defined symbols
 * @throws FormatError where the table is broken
 */
export function precompiled(table: Uint8Array, keep: readonly string[] = []): TextNormalizer {
  const charsmap = new Charsmap(table);
  const kept = new StringFinder(keep);

  return {
    normalize(text: string, trace?: Trace): string {
      let result = "";
      let done = 0; // of `text`, in `result`
      let nextKept = -1;
      for (let i = 0; ;) {
        if (nextKept < i) nextKept = kept.next(text, i);
        const next = Math.min(charsmap.nextCandidate(text, i), nextKept);
        if (next >= text.length) break;
        const keptLength = kept.longestAt(text, next).length;
        const match = keptLength > 0 ? undefined : charsmap.longestMatch(text, next);
        if (!match) {
          i = next + (keptLength || (text.codePointAt(next)! > 0xffff ? 2 : 1));
          continue;
        }
        result += text.slice(done, next) + match.replacement;
        trace?.keep(next - done);
        trace?.replace(match.end - next, match.replacement.length);
        done = i = match.end;
      }
      if (done === 0) return text;
      trace?.keep(text.length - done);
      return result + text.slice(done);
    },
  };
}
