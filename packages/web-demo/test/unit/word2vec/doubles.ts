import type { EncodedCorpus, TrainEvent, TrainOptions, Word2VecOptions } from "@lanewise/models/word2vec";
import type { Engine, Model, Vectors, Words } from "../../../src/exhibits/word2vec/engine.js";

const unit = (vector: ArrayLike<number>): number[] => {
  const values = Array.from(vector);
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
};
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, d) => sum + value * b[d]!, 0);

/** Vectors in plain JavaScript, which know who has let go of them. */
export class DoubleVectors implements Vectors {
  static readonly alive = new Set<DoubleVectors>();
  readonly counts: ArrayLike<number> | undefined;
  readonly dim: number;
  readonly words: readonly string[];
  readonly format: "f32" | "i8";
  readonly #rows: readonly (readonly number[])[];

  constructor(
    rows: Readonly<Record<string, readonly number[]>>,
    format: "f32" | "i8" = "f32",
    counts?: ArrayLike<number>,
  ) {
    this.words = Object.keys(rows);
    this.#rows = Object.values(rows);
    this.dim = this.#rows[0]?.length ?? 0;
    this.format = format;
    this.counts = counts;
    DoubleVectors.alive.add(this);
  }

  has(word: string): boolean {
    return this.words.includes(word);
  }

  vector(word: string): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#rows[this.words.indexOf(word)]!);
  }

  matrix(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#rows.flat());
  }

  nearest(query: string, { k }: { k: number }): ReturnType<Vectors["nearest"]> {
    return this.#best(unit(this.vector(query)), [query], k);
  }

  analogy(
    { positive, negative }: { positive: readonly string[]; negative: readonly string[] },
    { k }: { k: number },
  ): ReturnType<Vectors["nearest"]> {
    const sum = Array.from({ length: this.dim }, () => 0);
    for (const [words, sign] of [
      [positive, 1],
      [negative, -1],
    ] as const) {
      for (const word of words) unit(this.vector(word)).forEach((value, d) => (sum[d]! += sign * value));
    }
    return this.#best(unit(sum), [...positive, ...negative], k);
  }

  doesntMatch(words: readonly string[]): string {
    const units = words.map((word) => unit(this.vector(word)));
    const mean = units[0]!.map((_, d) => units.reduce((sum, row) => sum + row[d]!, 0));
    const scores = units.map((row) => dot(row, mean));
    return words[scores.indexOf(Math.min(...scores))]!;
  }

  quantized(): DoubleVectors {
    return this.as("i8");
  }

  as(format: "f32" | "i8"): DoubleVectors {
    return new DoubleVectors(
      Object.fromEntries(this.words.map((word, i) => [word, this.#rows[i]!])),
      format,
      this.counts,
    );
  }

  dispose(): void {
    DoubleVectors.alive.delete(this);
  }

  #best(query: readonly number[], without: readonly string[], k: number): ReturnType<Vectors["nearest"]> {
    return this.words
      .map((word, index) => ({ word, index, similarity: dot(query, unit(this.#rows[index]!)) }))
      .filter(({ word }) => !without.includes(word))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, k);
  }
}

/** A model whose words walk to where a number of steps has led them; an epoch is four events. */
export class DoubleModel implements Model<Words, DoubleVectors> {
  static made: DoubleModel[] = [];
  readonly parameterCount = 99;
  readonly vocabulary: Words;
  readonly options: Word2VecOptions;
  readonly trainedWith: TrainOptions[] = [];
  disposed = false;
  failAt = Infinity;
  #step = 0;

  constructor(vocabulary: Words, options: Word2VecOptions) {
    this.vocabulary = vocabulary;
    this.options = options;
    DoubleModel.made.push(this);
  }

  async *train(corpus: EncodedCorpus, options: TrainOptions): AsyncGenerator<TrainEvent> {
    this.trainedWith.push(options);
    const { epochs = 5 } = options;
    if (!options.resume) this.#step = 0;
    while (this.#step < 4 * epochs) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      options.signal?.throwIfAborted();
      if (++this.#step === this.failAt) throw new Error("a weight is not finite");
      const totalWords = corpus.ids.length * epochs;
      yield {
        epoch: Math.ceil(this.#step / 4),
        epochs,
        words: (totalWords * this.#step) / (4 * epochs),
        totalWords,
        loss: 3 - this.#step / 100,
        learningRate: 0.025,
        wordsPerSecond: 1000,
        etaSeconds: 2,
      };
    }
  }

  vectors(): DoubleVectors {
    const { words } = this.vocabulary;
    return new DoubleVectors(Object.fromEntries(words.map((word, i) => [word, this.#row(i)])));
  }

  matrix(words: readonly string[]): Float32Array<ArrayBuffer> {
    return Float32Array.from(words.flatMap((word) => this.#row(this.vocabulary.words.indexOf(word))));
  }

  dispose(): void {
    this.disposed = true;
  }

  #row(index: number): number[] {
    return [Math.sin(index + this.#step / 10), Math.cos(2 * index), Math.sin(3 * index + 1), 1];
  }
}

/** The file of vectors that a double of the engine opens: bytes that are JSON. */
export const fileOf = (rows: Readonly<Record<string, readonly number[]>>): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(rows));

export const doubleEngine: Engine<Words, DoubleVectors> = {
  async open(bytes) {
    const rows = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, number[]>;
    return new DoubleVectors(
      rows,
      "i8",
      Object.keys(rows).map((_, i) => 100 - i),
    );
  },
  widened: (vectors) => vectors.as("f32"),
  async read(sentences, { minimumCount, signal }) {
    const counts = new Map<string, number>();
    const ids: number[] = [];
    const starts = [0];
    for await (const sentence of sentences) {
      signal.throwIfAborted();
      for (const word of sentence) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const word of sentence) ids.push([...counts.keys()].indexOf(word));
      starts.push(ids.length);
    }
    const kept = [...counts].filter(([, count]) => count >= minimumCount).sort((a, b) => b[1] - a[1]);
    if (kept.length === 0) throw new Error("no word is left");
    return {
      vocabulary: { words: kept.map(([word]) => word), counts: kept.map(([, count]) => count) },
      corpus: { ids: Int32Array.from(ids), starts: Int32Array.from(starts) },
    };
  },
  create: async (vocabulary, options) => new DoubleModel(vocabulary, options),
  write: async (vectors, format) => new TextEncoder().encode(`${format} ${vectors.words.join(" ")}`),
  memoryBytes: () => 65_536,
};
