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
  const kept = new KeptStrings(keep);

  return {
    normalize(text: string, trace?: Trace): string {
      let result = "";
      let done = 0; // of `text`, in `result`
      let nextKept = -1;
      for (let i = 0; ;) {
        if (nextKept < i) nextKept = kept.next(text, i);
        const next = Math.min(charsmap.nextCandidate(text, i), nextKept);
        if (next >= text.length) break;
        const keptLength = kept.lengthAt(text, next);
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

/** Finds strings in a text, by their first code unit. */
class KeptStrings {
  /** The longest first. */
  readonly #byFirst = new Map<string, string[]>();

  constructor(strings: readonly string[]) {
    for (const string of strings.filter(Boolean).sort((a, b) => b.length - a.length)) {
      const others = this.#byFirst.get(string[0]!);
      if (others) others.push(string);
      else this.#byFirst.set(string[0]!, [string]);
    }
  }

  /** The first place from `begin` on where one of them may begin. */
  next(text: string, begin: number): number {
    if (this.#byFirst.size === 0) return text.length;
    for (let i = begin; i < text.length; i++) if (this.#byFirst.has(text[i]!)) return i;
    return text.length;
  }

  /** How long the longest is that begins at `index`; 0 where none does. */
  lengthAt(text: string, index: number): number {
    return this.#byFirst.get(text[index]!)?.find((string) => text.startsWith(string, index))?.length ?? 0;
  }
}
