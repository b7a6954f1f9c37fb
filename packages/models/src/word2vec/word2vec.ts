import { type Runtime, UnsupportedError } from "@lanewise/core-wasm";
import type { EncodedCorpus, TrainEvent, TrainOptions, Word2VecConfig, Word2VecOptions } from "./config.js";
import type { Corpus } from "./corpus.js";
import { Vocabulary } from "./vocabulary.js";
import type { WordVectors } from "./wordVectors.js";

/**
 * Word vectors that are learnt from a corpus: words that come in the same company get vectors of the same direction.
 *
 * ```ts
 * const model = await Word2Vec.create(text, { dim: 50, minimumCount: 2, seed: 1 });
 * for await (const { epoch, loss } of model.train(text, { epochs: 5, seed: 1, signal })) console.log(epoch, loss);
 * const vectors = model.vectors();
 * vectors.nearest("king");
 * model.dispose();
 * ```
 *
 * The vectors may be looked at while it learns, between two events: they are then as they stand.
 */
export class Word2Vec {
  readonly config: Word2VecConfig;
  readonly vocabulary: Vocabulary;

  private constructor(config: Word2VecConfig, vocabulary: Vocabulary) {
    this.config = config;
    this.vocabulary = vocabulary;
  }

  /**
   * A model with new weights, and the vocabulary of a corpus: of one that was read before (`readCorpus`), it is as it is, and
   * `minimumCount` and `maximumVocabulary` are not looked at.
   *
   * @throws RangeError if no word is left, and for options; the signal's reason
   */
  static create(
    _corpus: Corpus | Vocabulary,
    _options: Word2VecOptions & { signal?: AbortSignal | undefined } = {},
  ): Promise<Word2Vec> {
    throw pending("create");
  }

  /** The model in a file that `save` or `checkpoint` wrote. @throws FormatError, ShapeError */
  static load(
    _bytes: Uint8Array | ArrayBuffer,
    _options: { runtime?: Runtime | undefined } = {},
  ): Promise<Word2Vec> {
    throw pending("load");
  }

  /** How many numbers are learnt. */
  get parameterCount(): number {
    throw pending("parameterCount");
  }

  /**
   * Learns from a corpus, of which words that the vocabulary does not have are left out, and reports on the way: at most
   * ten events a second, and one at the end of each epoch. The run ends when the loop over the events does.
   */
  // oxlint-disable-next-line require-yield
  async *train(
    _corpus: Corpus | EncodedCorpus,
    _options: TrainOptions = {},
  ): AsyncGenerator<TrainEvent, void, void> {
    throw pending("train");
  }

  /** All words and their vectors as they stand: a copy, which is disposed of by itself. */
  vectors(_options: { runtime?: Runtime | undefined } = {}): WordVectors {
    throw pending("vectors");
  }

  /**
   * A copy of the vectors of some words, in their order: f32[words, dim]. For pictures of a training: it takes no longer than
   * the words are many.
   *
   * @param words Default: all
   * @throws RangeError for a word that has none
   */
  matrix(_words: readonly string[] = this.vocabulary.words): Float32Array<ArrayBuffer> {
    throw pending("matrix");
  }

  /**
   * A copy of a word's vector: f32[dim]. With subwords also of words that were never seen: the mean of their n-grams'.
   *
   * @throws RangeError for a word that is not there (with subwords: one that has no n-gram)
   */
  vector(_word: string): Float32Array<ArrayBuffer> {
    throw pending("vector");
  }

  /** The weights, the vocabulary and the configuration as a safetensors file. */
  save(): Uint8Array<ArrayBuffer> {
    throw pending("save");
  }

  /** As `save`, and the run of training with it: loaded and trained with `resume` it goes on bit for bit. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    throw pending("checkpoint");
  }

  /** Gives the memory back; a run of training ends with a DisposedError. Again is no harm. */
  dispose(): void {}

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function pending(name: string): UnsupportedError {
  return new UnsupportedError(name, "a later commit", "this one");
}
