/**
 * Where the tables of a unigram model lie: u32 fields, written by src/engine/placeUnigram.ts in this order.
 *
 * As with every model's header the first is `scratch`: 16 bytes for each byte of the longest piece, and 64 more.
 */
@unmanaged
export class UnigramModel {
  scratch: usize;
  /**
   * Tokens' bytes as a trie in a double array (Aoe 1989): {base, parent, id} a node, id NONE where no token ends. The child
   * for a byte is at base ^ byte, if that names this node as its parent. The root is node 0.
   */
  trie: usize;
  /** f64[V], log-probabilities. */
  scores: usize;
  /** f64: the sum of scores of the text so far. Then f64: the score of a character that is no token. */
  sums: usize;
  /** 1: sums are rounded to float32. */
  single: u32;
  /** NONE where there is none. */
  unknownId: u32;
  /** u32[256], or 0. */
  byteIds: usize;
}
