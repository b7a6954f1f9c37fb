import type { Runtime, WasmArray } from "@lanewise/core-wasm";
import type { Architecture, Mode } from "./config.js";

/** The paths of a Huffman tree from its root to each word, one behind the other. */
export interface HuffmanPaths {
  /** i32[V + 1]: where each word's path begins, and at last where they all end. */
  readonly starts: Int32Array;
  /** i32[starts[V]]: the inner nodes that the path goes through, as rows of the output weights. */
  readonly nodes: Int32Array;
  /** u8[starts[V]]: which branch it takes there, 0 or 1. */
  readonly codes: Uint8Array;
}

/** The rows of the input weights whose mean is a word's input, one list behind the other: its own row, and its n-grams'. */
export interface SubwordRows {
  /** i32[V + 1]: where each word's list begins, and at last where they all end. No list is empty. */
  readonly starts: Int32Array;
  /** i32[starts[V]]. A row that comes twice counts twice. */
  readonly rows: Int32Array;
}

/** What training needs of a model: its weights, and what goes with its vocabulary of V words. */
export interface Trainee {
  readonly runtime: Runtime;
  readonly architecture: Architecture;
  readonly dim: number;
  readonly window: number;
  /** Words to be left out now and then are those more frequent than this; 0: none. */
  readonly subsample: number;
  /** f32[rows, stride], stride = `word2vecStride(dim)`, what is behind `dim` 0: a row a word, then those of n-grams. */
  readonly input: WasmArray<"f32">;
  /** f32[rows, stride], zeros at first. Negative sampling: a row a word; hierarchical softmax: V − 1, a row an inner node. */
  readonly output: WasmArray<"f32">;
  /** How often each word came: V numbers above 0. */
  readonly counts: Float64Array;
  /** Exactly one of the two is there. */
  readonly negativeSampling?: { readonly negatives: number; readonly power: number } | undefined;
  readonly hierarchicalSoftmax?: HuffmanPaths | undefined;
  /** Default: a word's input is its own row. */
  readonly subwords?: SubwordRows | undefined;
}

/** What decides the numbers of a run, with nothing left out: kept in its checkpoints. */
export interface RunOptions {
  readonly epochs: number;
  readonly learningRate: number;
  readonly finalLearningRate: number;
  readonly mode: Mode;
  readonly seed: number;
  readonly lanes: number;
}

/** Where a run stands. With the weights, all that is needed to go on bit for bit: every draw is a function of its place. */
export interface SavedTraining {
  /** Words of the corpus read, in all epochs. */
  readonly words: number;
  readonly run: RunOptions;
  /** The corpus, to tell it from another. */
  readonly corpus: { readonly words: number; readonly hash: number };
}
