/** No token. */
export const NONE: u32 = 0xffffffff;

/**
 * Where the tables of a byte-pair encoding lie: u32 fields, written by src/engine/placeBpe.ts in this order.
 *
 * Every model's header begins with `scratch`, the working memory that the engine gives it: 16 bytes for each byte of the
 * longest piece that the text buffer holds, and 64 more.
 */
@unmanaged
export class BpeModel {
  scratch: usize;
  /** V: one more than the highest id. */
  size: u32;
  /** Tokens' bytes, joined. */
  bytes: usize;
  /** u32[V + 1] */
  offsets: usize;
  /** Tokens by their bytes: {high half of the hash, id} a slot, id NONE where it is empty. */
  tokens: usize;
  /** 64 − log2 of the number of slots. */
  tokensShift: u32;
  /** Merges by the pair of their tokens: {left, right, result, priority} a slot, left NONE where it is empty. */
  pairs: usize;
  pairsShift: u32;
  /** u32[256]: the token of each byte, or NONE. With alphabet "characters", the fallback. */
  byteIds: usize;
  /** 1: pieces begin as characters, 0: as bytes. */
  characters: u32;
  wholePieces: u32;
  unknownId: u32;
  fuseUnknown: u32;
  /** Priorities by id of the tokens (by id or score), or 0: merges came as pairs. */
  priorities: usize;
}
