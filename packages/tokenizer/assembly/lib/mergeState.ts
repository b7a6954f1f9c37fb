/**
 * The header of a training by merges: u32 each, but where it is said. JavaScript makes it and the parts that it points
 * at, and makes larger ones where a call says that one is short. See kernels/mergePairs.ts.
 */
export namespace Field {
  // @ts-ignore: decorator
  @inline export const POSITIONS: usize = 0;
  /** Positions, the boundaries between words among them: the first and the last are boundaries. */
  // @ts-ignore: decorator
  @inline export const POSITION_COUNT: usize = 4;
  /** f64[words]: how often each word was met. */
  // @ts-ignore: decorator
  @inline export const WORD_COUNTS: usize = 8;
  /** Positions up to here are in the pairs. */
  // @ts-ignore: decorator
  @inline export const PLACED: usize = 12;
  // @ts-ignore: decorator
  @inline export const PAIRS: usize = 16;
  // @ts-ignore: decorator
  @inline export const PAIR_ROOM: usize = 20;
  /** Records that were ever used. */
  // @ts-ignore: decorator
  @inline export const PAIRS_USED: usize = 24;
  /** The first record that is free again, or NONE; the others follow by HEAD. */
  // @ts-ignore: decorator
  @inline export const FREE_PAIR: usize = 28;
  /** u32[mask + 1]: a record's number + 1, or 0. */
  // @ts-ignore: decorator
  @inline export const PAIR_SLOTS: usize = 32;
  // @ts-ignore: decorator
  @inline export const PAIR_MASK: usize = 36;
  /** The first record that gained an occurrence in this step, or NONE; the others follow by GAINED. */
  // @ts-ignore: decorator
  @inline export const GAINED_PAIRS: usize = 40;
  // @ts-ignore: decorator
  @inline export const HEAP: usize = 44;
  // @ts-ignore: decorator
  @inline export const HEAP_ROOM: usize = 48;
  // @ts-ignore: decorator
  @inline export const HEAP_SIZE: usize = 52;
  // @ts-ignore: decorator
  @inline export const TOKENS: usize = 56;
  // @ts-ignore: decorator
  @inline export const TOKEN_COUNT: usize = 60;
  /** No more tokens than these are made. */
  // @ts-ignore: decorator
  @inline export const TOKEN_LIMIT: usize = 64;
  // @ts-ignore: decorator
  @inline export const TOKEN_BYTES: usize = 68;
  // @ts-ignore: decorator
  @inline export const TOKEN_BYTES_ROOM: usize = 72;
  // @ts-ignore: decorator
  @inline export const TOKEN_BYTES_USED: usize = 76;
  /** Bytes of a continuing token's prefix, which its merge with what precedes leaves out. */
  // @ts-ignore: decorator
  @inline export const PREFIX_BYTES: usize = 80;
  /** The longest token, in symbols of the alphabet. */
  // @ts-ignore: decorator
  @inline export const MAX_SPAN: usize = 84;
  /** f64: pairs that are met less often do not merge. */
  // @ts-ignore: decorator
  @inline export const MINIMUM_COUNT: usize = 88;
  /** The merges that a call has made. */
  // @ts-ignore: decorator
  @inline export const LOG: usize = 96;
  // @ts-ignore: decorator
  @inline export const LOG_ROOM: usize = 100;
  // @ts-ignore: decorator
  @inline export const LOG_SIZE: usize = 104;
  /** The record of the pair that is being merged, or NONE. */
  // @ts-ignore: decorator
  @inline export const CURRENT: usize = 108;
  /** The token that it becomes. */
  // @ts-ignore: decorator
  @inline export const CURRENT_TOKEN: usize = 112;
  /** The place where it merges next, where a call stopped in between, or NONE. */
  // @ts-ignore: decorator
  @inline export const RUN: usize = 116;
}

/** No position, no record, and the symbol at the boundaries of words. */
export const NONE: u32 = 0xffffffff;
