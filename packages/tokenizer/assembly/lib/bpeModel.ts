/** No token. */
export const NONE: u32 = 0xffffffff;

/**
 * Where the tables of a byte-pair encoding lie: u32 fields, written by src/engine/bpeHeader.ts in this order.
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
  /** Tokens by their bytes: {low half of the hash, id + 1} a slot, 0 where it is empty. */
  tokens: usize;
  /** 64 − log2 of the number of slots. */
  tokensShift: u32;
  /** Merges by the pair of their tokens, u64 each: see bpeTables.ts. */
  pairs: usize;
  pairsShift: u32;
  /** 1: that table is empty yet, and only whole pieces are found. */
  lacksPairs: u32;
  /** u32[256]: the token of each byte, or NONE. With alphabet "characters", the fallback. */
  byteIds: usize;
  /** u8[256]: 1 where a byte, or the ASCII character, is a token. */
  knownBytes: usize;
  /** 1: `byteIds` are a fallback for characters. */
  fallback: u32;
  /** 1: pieces begin as characters, 0: as bytes. */
  characters: u32;
  wholePieces: u32;
  unknownId: u32;
  fuseUnknown: u32;
  /** u32[V], priorities of the tokens that merges make; or 0 where the number in the merge is the priority. */
  priorities: usize;
  /** u32[1 + number of merges], the tokens that they make, the first at 1; or 0 where the number in the merge is the token. */
  results: usize;
  /** Parts of two tokens, 16 bytes each: working memory that is always there. */
  parts: usize;
  /** Bytes of two tokens. */
  joined: usize;
  /** Pieces of up to 16 bytes that make up to 11 ids: see pieceCache.ts. */
  shortCache: usize;
  shortShift: u32;
  /** Pieces of up to 124 bytes that make up to 32 ids. */
  longCache: usize;
  longShift: u32;
  /** Pieces of more bytes go the linear way. */
  longPiece: u32;
  /** What is left of the squares of their lengths before a trie must be built. */
  patience: u32;
  /** Of the linear way, see bpeLong.ts. 0 until `bpeBuildTrie` has built it. */
  trie: usize;
  trieShift: u32;
  /** 1: no token is made by two pairs, and those that are in no pair cannot be reached. */
  canonical: u32;
  /** 1: a token comes later than its parts, and no two at once. */
  monotone: u32;
  /** {left, right, when, shorter} a token: its parts, its place in time, and the longest token that it begins with. */
  splits: usize;
}
