/** What the pipeline promises to whoever wraps it. */
import type { AddedToken } from "../definition.js";
import type { IdSink } from "../engine/engine.js";

/** Everything between a text and its ids, without what a post-processor adds: that is `Template`. */
export interface TextPipeline {
  /**
   * Gives the ids to `sink`, chunk by chunk, until it wants no more.
   *
   * @param finder the added tokens that are found in the text; the others are text like any. Absent: all of them.
   */
  encode(text: string, sink: IdSink, finder?: AddedTokenFinder): void;

  /**
   * The ids, and where in `text` each of them comes from.
   *
   * @param atMost how many are wanted; there may be more
   */
  encodeWithOffsets(text: string, finder?: AddedTokenFinder, atMost?: number): TokensWithOffsets;

  /** A decoder with a state of its own, for one run of ids. */
  decoder(options?: DecodeOptions): StreamingDecoder;

  /** The same as pushing all ids and ending, where it can be done faster. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;

  /** Frees the engine. */
  dispose(): void;
}

export interface DecodeOptions {
  /** Tokens with `special: true` leave no text. Default: false. */
  readonly skipSpecialTokens?: boolean;
}

export interface StreamingDecoder {
  /**
   * The text that is certain now: never half a character.
   *
   * @throws RangeError where the id stands for no token
   */
  push(id: number): string;
  /** What was held back; half a character becomes U+FFFD. The decoder begins anew. */
  end(): string;
}

export interface TokensWithOffsets {
  readonly ids: Uint32Array;
  /** u32[ids]: UTF-16 code units of the original. Neither starts nor ends ever decrease. */
  readonly starts: Uint32Array;
  /** A token that is a part of a character has the whole character. What stands for nothing is empty. */
  readonly ends: Uint32Array;
}

/** Finds added tokens, leftmost first, of those that begin at one place the longest. */
export interface AddedTokenFinder {
  /**
   * The first of them in `text` at `from` or behind. Those with `normalized: true` are left out: the pipeline looks for
   * them once the text is normalised.
   */
  find(text: string, from?: number): FoundToken | undefined;

  /**
   * The first of those with `normalized: true`.
   *
   * @param text normalised
   * @param normalize what was done to the text: so their contents are written in it. The same at every call.
   */
  findNormalized(text: string, from: number, normalize: (content: string) => string): FoundToken | undefined;
}

export interface FoundToken {
  readonly token: AddedToken;
  /** [start, end) in UTF-16 code units, with the white space that it takes along. */
  readonly start: number;
  readonly end: number;
}
