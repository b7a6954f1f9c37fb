/**
 * The compiled part of a tokenizer: a model's tables, and the scanner where it is compiled too, in one Wasm memory. It
 * knows nothing of added tokens, normalizers and templates: text that reaches it is plain.
 */
export interface Engine {
  /**
   * Cuts `text` as the engine's scanner does (or takes it as one piece, where it has none), and gives the ids to `sink`,
   * chunk by chunk. Lone surrogates count as U+FFFD.
   */
  encode(text: string, sink: IdSink): void;

  /** How many ids that makes; where they are more than `limit`, some number above it, found without reading on. */
  count(text: string, limit?: number): number;

  /** The same as `encode` where the pieces are known already. */
  encodePieces(pieces: readonly string[], sink: IdSink): void;

  /** The ids of one text, and where in its UTF-8 (lone surrogates as U+FFFD) each token ends. */
  encodeWithEnds(text: string): TokensWithEnds;

  encodePiecesWithEnds(pieces: readonly string[]): TokensWithEnds;

  /**
   * The bytes of all the tokens, joined. The view is good until the next call.
   *
   * @throws RangeError where an id stands for no token of the model
   */
  decode(ids: ArrayLike<number>): Uint8Array;

  dispose(): void;
}

/**
 * Takes ids, a chunk at a time. The array is a view of Wasm memory, good during the call only.
 *
 * @returns false where no more are wanted
 */
export type IdSink = (ids: Uint32Array) => boolean;

export interface TokensWithEnds {
  readonly ids: Uint32Array;
  /** Ends in bytes, rising; over several pieces they run on. */
  readonly ends: Uint32Array;
}
