import type { Trace } from "../trace.js";

/** Rewrites a text. What is made of a `Normalizer` (plain data) by `compileNormalizer`. Stateless: one serves all texts. */
export interface TextNormalizer {
  /**
   * @param text any string; lone surrogates pass through
   * @param trace where given, it is told how the result came of `text`: every code unit of both, from left to right. A
   *   normalizer that returns its argument need not tell.
   */
  normalize(text: string, trace?: Trace): string;
}
