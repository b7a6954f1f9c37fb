import {
  defaultRuntime,
  DisposedError,
  RangeError,
  type Runtime,
  UnsupportedError,
} from "@lanewise/core-wasm";
import { readCheckpoint, writeCheckpoint } from "../io/index.js";
import { Pacer } from "../optim/pacer.js";
import {
  type EncodedCorpus,
  resolveConfig,
  type TrainEvent,
  type TrainOptions,
  type Word2VecConfig,
  type Word2VecOptions,
} from "./config.js";
import type { Corpus } from "./corpus.js";
import { checkEncoded, isEncoded } from "./encodedCorpus.js";
import { huffmanPaths } from "./huffman.js";
import { resolveRun } from "./runOptions.js";
import { family, parseModel, vocabularyContents } from "./savedModel.js";
import { subwordBuckets, subwordRows } from "./subwords.js";
import { runTraining } from "./train.js";
import type { HuffmanPaths, SavedTraining, SubwordRows, Trainee } from "./trainee.js";
import { Training } from "./training.js";
import { checkVocabularyOptions, readCorpus, Vocabulary } from "./vocabulary.js";
import { checkTensors, Word2VecWeights } from "./weights.js";
import { WordVectors } from "./wordVectors.js";

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
 *
 * Ref: Mikolov et al. 2013, arXiv:1301.3781 and arXiv:1310.4546; Bojanowski et al. 2017, arXiv:1607.04606.
 */
export class Word2Vec {
  readonly config: Word2VecConfig;
  readonly vocabulary: Vocabulary;
  readonly #weights: Word2VecWeights;
  readonly #huffman: HuffmanPaths | undefined;
  readonly #subwords: SubwordRows | undefined;
  /** A run on its way, or how the last one stood when it ended. */
  #training: Training | SavedTraining | undefined;
  #disposed = false;

  private constructor(config: Word2VecConfig, vocabulary: Vocabulary, runtime: Runtime) {
    this.config = config;
    this.vocabulary = vocabulary;
    if (config.objective === "hierarchicalSoftmax") this.#huffman = huffmanPaths(vocabulary.counts);
    if (config.subwords) this.#subwords = subwordRows(vocabulary.words, config.subwords);
    this.#weights = new Word2VecWeights(runtime, config, vocabulary.size);
  }

  /**
   * A model with new weights, and the vocabulary of a corpus: that of one that was read before (`readCorpus`) is taken as it is,
   * and `minimumCount` and `maximumVocabulary` are not looked at.
   *
   * @throws RangeError if no word is left, and for options; DTypeError for what is no corpus; OutOfMemoryError
   * @throws the signal's reason
   */
  static async create(
    corpus: Corpus | Vocabulary,
    options: Word2VecOptions & { signal?: AbortSignal | undefined } = {},
  ): Promise<Word2Vec> {
    const config = resolveConfig(options);
    checkVocabularyOptions(options);
    const { runtime = defaultRuntime(), signal } = options;
    signal?.throwIfAborted();
    const vocabulary = corpus instanceof Vocabulary ? corpus : (await readCorpus(corpus, options)).vocabulary;
    const model = new Word2Vec(config, vocabulary, runtime);
    try {
      await model.#weights.initialise(config.seed, new Pacer({ signal }));
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /**
   * The model in a file that `save` or `checkpoint` wrote.
   *
   * @throws FormatError if it is none; ShapeError if the weights do not fit the configuration
   */
  static async load(
    bytes: Uint8Array | ArrayBuffer,
    { runtime = defaultRuntime() }: { runtime?: Runtime | undefined } = {},
  ): Promise<Word2Vec> {
    const checkpoint = readCheckpoint(bytes, { model: family });
    const { config, vocabulary, training } = parseModel(checkpoint);
    checkTensors(checkpoint.weights, config, vocabulary.size);
    const model = new Word2Vec(config, vocabulary, runtime);
    model.#weights.load(checkpoint.weights);
    model.#training = training;
    return model;
  }

  /** How many numbers are learnt. */
  get parameterCount(): number {
    return this.#weights.count;
  }

  /**
   * Learns from a corpus, of which words that the vocabulary does not have are left out, and reports on the way: at most
   * ten events a second, and always of the first words and the last. The run ends when the loop over the events does. All errors come
   * with the first event.
   *
   * With variant "simd" and `mode: "ordered"` the same corpus, options and seeds give the same weights, bit for bit, in every
   * engine and with any number of threads.
   *
   * @param corpus read once, and kept as ids; or as ids of `vocabulary`, as `readCorpus` and `vocabulary.encode` give them
   * @throws RangeError for options, and a corpus without a word of the vocabulary
   * @throws UnsupportedError if another run on this model has not ended
   * @throws the signal's reason
   */
  async *train(
    corpus: Corpus | EncodedCorpus,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainEvent, void, void> {
    this.#checkIdle("train");
    const { signal, resume = false } = options;
    signal?.throwIfAborted();
    const saved = resume ? (this.#training as SavedTraining | undefined) : undefined;
    if (resume && !saved) throw new RangeError("resume", "a model with a run to resume", "none");
    const run = resolveRun(options, this.config.architecture, saved?.run);
    const encoded = isEncoded(corpus) ? corpus : await this.vocabulary.encode(corpus, { signal });
    checkEncoded(encoded, this.vocabulary.size);
    // Others had their turn while the corpus was read.
    this.#checkIdle("train");
    const training = new Training(this.#trainee(), encoded, run, saved);
    this.#training = training;
    try {
      yield* runTraining(training, { signal });
    } finally {
      this.#training = training.save();
      training.dispose();
    }
  }

  /** All words and their vectors as they stand: a copy, which is disposed of by itself. */
  vectors({ runtime }: { runtime?: Runtime | undefined } = {}): WordVectors {
    const weights = this.#live;
    return WordVectors.from(this.vocabulary.words, this.matrix(), {
      counts: this.vocabulary.counts,
      runtime: runtime ?? weights.runtime,
    });
  }

  /**
   * A copy of the vectors of some words, in their order: f32[words, dim], row-major. For pictures of a training: it takes no
   * longer than the words are many.
   *
   * @param words Default: all
   * @throws RangeError for a word that has none
   */
  matrix(words: readonly string[] = this.vocabulary.words): Float32Array<ArrayBuffer> {
    const weights = this.#live;
    const rows = words.map((word) => this.#rowsOf(word));
    const out = new Float32Array(words.length * weights.dim);
    for (const [i, list] of rows.entries()) this.#meanInto(out.subarray(i * weights.dim), list);
    return out;
  }

  /**
   * A copy of a word's vector: f32[dim]. With subwords also of words that were never seen: the mean of their n-grams'.
   *
   * @throws RangeError for a word that is not there (with subwords: one that has no n-gram)
   */
  vector(word: string): Float32Array<ArrayBuffer> {
    return this.matrix([word]);
  }

  /** Copies of the weights: "input.weight" f32[V, dim] (with subwords, [V + buckets, dim]) and "output.weight". */
  weights(): Map<string, Float32Array> {
    return this.#live.arrays();
  }

  /**
   * The weights, the vocabulary and the configuration as a safetensors file: "input.weight" f32[V, dim] (with subwords,
   * [V + buckets, dim]), "output.weight", "counts" f64[V]; the words stand in the metadata, in the `config`.
   */
  save(): Uint8Array<ArrayBuffer> {
    return this.#write({});
  }

  /**
   * As `save`, and the run of training with it: a model that is loaded from it and trained with `resume` on the same corpus goes
   * on as if it had never stopped, bit for bit in the ordered mode. To be called between two events, or when the run is over.
   */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const training = this.#training instanceof Training ? this.#training.save() : this.#training;
    return this.#write(training ? { training } : {});
  }

  /** Gives the memory back; a run of training ends with a DisposedError. Again is no harm. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#weights.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #live(): Word2VecWeights {
    if (this.#disposed) throw new DisposedError("model", "a live model", "a disposed one");
    return this.#weights;
  }

  #checkIdle(name: string): void {
    void this.#live;
    if (this.#training instanceof Training) {
      throw new UnsupportedError(name, "one run at a time on a model", "a second one");
    }
  }

  #trainee(): Trainee {
    const { input, output, runtime } = this.#live;
    const { architecture, dim, window, subsample, negatives, negativePower } = this.config;
    return {
      runtime,
      architecture,
      dim,
      window,
      subsample,
      input,
      output,
      counts: this.vocabulary.counts,
      ...(this.#huffman
        ? { hierarchicalSoftmax: this.#huffman }
        : { negativeSampling: { negatives, power: negativePower } }),
      subwords: this.#subwords,
    };
  }

  /** The rows of the input weights whose mean is the word's vector. */
  #rowsOf(word: string): ArrayLike<number> {
    const id = this.vocabulary.idOf(word);
    const subwords = this.#subwords;
    if (id !== undefined) return subwords ? subwords.rows.subarray(...bounds(subwords, id)) : [id];
    const { size } = this.vocabulary;
    const rows = this.config.subwords
      ? subwordBuckets(word, this.config.subwords).map((bucket) => size + bucket)
      : [];
    if (rows.length === 0) {
      const wanted = this.config.subwords ? "words that have n-grams" : "words of the vocabulary";
      throw new RangeError("word", wanted, JSON.stringify(word));
    }
    return rows;
  }

  #meanInto(out: Float32Array, rows: ArrayLike<number>): void {
    const { dim } = this.#weights;
    if (rows.length === 1) return out.set(this.#weights.inputRow(rows[0]!));
    const sums = new Float64Array(dim);
    for (let i = 0; i < rows.length; i++) {
      const row = this.#weights.inputRow(rows[i]!);
      for (let j = 0; j < dim; j++) sums[j]! += row[j]!;
    }
    for (let j = 0; j < dim; j++) out[j] = sums[j]! / rows.length;
  }

  #write(counters: object): Uint8Array<ArrayBuffer> {
    const weights = this.#live.tensors();
    const { config, tensors } = vocabularyContents(this.config, this.vocabulary);
    for (const [name, source] of tensors) weights.set(name, source);
    return writeCheckpoint({ model: family, config, weights, counters });
  }
}

function bounds({ starts }: SubwordRows, id: number): [number, number] {
  return [starts[id]!, starts[id + 1]!];
}
