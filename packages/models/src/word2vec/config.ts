import { checkInteger, checkNumber, FormatError, RangeError, type Runtime } from "@lanewise/core-wasm";

/** Which word predicts which: each word its context ("skipgram"), or the mean of the context the word ("cbow"). */
export type Architecture = "skipgram" | "cbow";

/** How the softmax over the vocabulary is stood in for. */
export type Objective = "negativeSampling" | "hierarchicalSoftmax";

/**
 * How several threads share the work. "ordered": the same bits with any number of threads; "hogwild": all threads write
 * one set of weights without waiting for each other, and no run is like another.
 */
export type Mode = "ordered" | "hogwild";

/** Character n-grams, whose vectors' mean, with the word's own, is the word's (fastText). */
export interface SubwordOptions {
  /** The least n. Default: 3. */
  minimumLength?: number | undefined;
  /** The greatest n. Default: 6. */
  maximumLength?: number | undefined;
  /** How many rows the n-grams share, by their hash. Default: 2,000,000, as fastText's; 100,000 does for small corpora. */
  buckets?: number | undefined;
}

/** What a model is made of. Everything may be left out. */
export interface Word2VecOptions {
  /** Default: "skipgram". */
  architecture?: Architecture | undefined;
  /** Default: "negativeSampling". */
  objective?: Objective | undefined;
  /** The length of a word's vector. Default: 100. */
  dim?: number | undefined;
  /** The most words to either side that count as context; each word draws 1 … window. Default: 5. */
  window?: number | undefined;
  /** Words drawn for each that came, under negative sampling. Default: 5. */
  negatives?: number | undefined;
  /** The power that counts are raised to where negatives are drawn. Default: 0.75. */
  negativePower?: number | undefined;
  /** The frequency above which words are left out now and then; 0: none are. Default: 1e-3. */
  subsample?: number | undefined;
  /** Words that come less often are not there at all. Default: 5. */
  minimumCount?: number | undefined;
  /** At most so many words, the most frequent. Default: all. */
  maximumVocabulary?: number | undefined;
  /** Character n-grams. Default: none. */
  subwords?: SubwordOptions | undefined;
  /** What the first weights are drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /** Where the model lives and computes. Default: the default runtime. One with threads shares the work. */
  runtime?: Runtime | undefined;
}

/** Which n-grams a model has, with nothing left out. */
export interface SubwordConfig {
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly buckets: number;
}

/** The options with nothing left out: what a file of weights keeps beside them. */
export interface Word2VecConfig {
  readonly architecture: Architecture;
  readonly objective: Objective;
  readonly dim: number;
  readonly window: number;
  readonly negatives: number;
  readonly negativePower: number;
  readonly subsample: number;
  /** null: none. */
  readonly subwords: SubwordConfig | null;
  readonly seed: number;
}

/** How a run of training goes. Everything may be left out. */
export interface TrainOptions {
  /** How often the corpus is read. Default: 5. */
  epochs?: number | undefined;
  /** At the start; it falls linearly with the words read. Default: 0.025 (skipgram), 0.05 (cbow). */
  learningRate?: number | undefined;
  /** At the end. Default: 1e-4 of the first. */
  finalLearningRate?: number | undefined;
  /** Default: "ordered". */
  mode?: Mode | undefined;
  /**
   * Ordered mode alone: how many stretches of the corpus are read side by side, each with weights of its own, which are
   * merged now and then; so many threads can share the work. It decides the bits, the number of threads does not. 1: the
   * corpus is read in one go, as by word2vec.c on one thread, and no memory is taken for further weights. Default: 2.
   */
  lanes?: number | undefined;
  /** What windows, negatives and subsampling are drawn from. Default: 0. */
  seed?: number | undefined;
  /** Ends the run by throwing the signal's reason, within 200 ms. The model stays usable, and can be resumed. */
  signal?: AbortSignal | undefined;
  /**
   * Go on with the run that this model is in (it was stopped, aborted, or loaded from a checkpoint): its options are the
   * defaults then. The corpus, the seed and the mode must be the same. Default: false, a new run that begins with the
   * weights as they are.
   */
  resume?: boolean | undefined;
}

/** How a run of training stands. */
export interface TrainEvent {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Words of the corpus read so far, in all epochs, those that were left out among them. */
  readonly words: number;
  /** Words that the run will have read at its end. */
  readonly totalWords: number;
  /** The mean of −ln p a prediction since the event before. */
  readonly loss: number;
  readonly learningRate: number;
  readonly wordsPerSecond: number;
  readonly etaSeconds: number;
}

/** Sentences as ids of a vocabulary. */
export interface EncodedCorpus {
  /** Ids of all sentences, one behind the other. Words outside of the vocabulary are not there. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** Where each sentence begins in `ids`, and at last their length: ascending. */
  readonly starts: Int32Array<ArrayBuffer>;
}

/** Checks the options and fills in the defaults. @throws RangeError */
export function resolveConfig(options: Word2VecOptions): Word2VecConfig {
  const { architecture = "skipgram", objective = "negativeSampling", dim = 100, window = 5 } = options;
  const { negatives = 5, negativePower = 0.75, subsample = 1e-3, subwords, seed = 0 } = options;
  if (architecture !== "skipgram" && architecture !== "cbow") {
    throw new RangeError("architecture", '"skipgram" or "cbow"', architecture);
  }
  if (objective !== "negativeSampling" && objective !== "hierarchicalSoftmax") {
    throw new RangeError("objective", '"negativeSampling" or "hierarchicalSoftmax"', objective);
  }
  checkInteger("dim", dim, 1, 1 << 16);
  checkInteger("window", window, 1, 1024);
  checkInteger("negatives", negatives, 1, 511);
  checkNumber("negativePower", negativePower, -4, 4);
  checkNumber("subsample", subsample, 0, 1);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return {
    architecture,
    objective,
    dim,
    window,
    negatives,
    negativePower,
    subsample,
    subwords: subwords ? resolveSubwords(subwords) : null,
    seed,
  };
}

function resolveSubwords(options: SubwordOptions): SubwordConfig {
  const { minimumLength = 3, maximumLength = 6, buckets = 2_000_000 } = options;
  checkInteger("subwords.minimumLength", minimumLength, 1, 1 << 16);
  checkInteger("subwords.maximumLength", maximumLength, minimumLength, 1 << 16);
  checkInteger("subwords.buckets", buckets, 1, 2 ** 31 - 1);
  return { minimumLength, maximumLength, buckets };
}

/** The configuration in a file. @throws FormatError if it is not that of a word2vec model */
export function parseConfig(config: Readonly<Record<string, unknown>>): Word2VecConfig {
  try {
    return resolveConfig(config);
  } catch (cause) {
    throw new FormatError("config", "that of a Word2Vec model", (cause as Error).message, { cause });
  }
}
