/** What a word2vec model trains on: written by the binding as 32-bit words in this order. A pointer may be 0: not there. */
// @ts-ignore: decorator
@unmanaged
export class Word2VecPlan {
  /** Bytes of a row of weights, a multiple of 16. */
  rowBytes: usize = 0;
  vocabulary: u32 = 0;
  window: u32 = 0;
  /** 1: the mean of the context predicts the word; 0: each word of the context does. */
  cbow: i32 = 0;
  /** i32[tokens]; what is not in [0, vocabulary) is left out. */
  ids: usize = 0;
  /** i32[sentences + 1], ascending, from 0 to the number of tokens. */
  starts: usize = 0;
  sentences: u32 = 0;
  /** u32[vocabulary]: a word is kept if its draw is no greater; or 0, and all are kept. */
  keep: usize = 0;
  /** Words drawn for each that came; 0: hierarchical softmax. */
  negatives: u32 = 0;
  /** u32[vocabulary, 2], see `word2vecNegativeTable`. */
  table: usize = 0;
  /** i32[vocabulary + 1], i32[…], u8[…]: the nodes on each word's path, and the branches taken there. */
  pathStarts: usize = 0;
  pathNodes: usize = 0;
  pathCodes: usize = 0;
  /** i32[vocabulary + 1], i32[…]: the rows whose mean is a word's input; or 0, and it is the word's own row. */
  inputStarts: usize = 0;
  inputRows: usize = 0;
  /** The most outputs of one prediction: 1 + negatives, or the longest path. */
  outputs: u32 = 0;
}
