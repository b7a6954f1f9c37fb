import type {
  AnalogyMethod,
  EncodedCorpus,
  Neighbour,
  Sentence,
  TrainEvent,
  TrainOptions,
  VectorFormat,
  Word2VecOptions,
} from "@lanewise/models/word2vec";

/** The part of `WordVectors` that the exhibit uses. */
export interface Vectors {
  readonly words: readonly string[];
  readonly counts: ArrayLike<number> | undefined;
  readonly dim: number;
  readonly format: VectorFormat;
  has(word: string): boolean;
  vector(word: string): Float32Array<ArrayBuffer>;
  matrix(): Float32Array<ArrayBuffer>;
  nearest(query: string, options: { k: number }): Neighbour[];
  analogy(
    query: { positive: readonly string[]; negative: readonly string[] },
    options: { method: AnalogyMethod; k: number },
  ): Neighbour[];
  doesntMatch(words: readonly string[]): string;
  quantized(): Vectors;
  dispose(): void;
}

/** The part of `Vocabulary` that it uses. */
export interface Words {
  readonly words: readonly string[];
  readonly counts: ArrayLike<number>;
}

/** The part of `Word2Vec` that it uses. */
export interface Model<V extends Words = Words, W extends Vectors = Vectors> {
  readonly vocabulary: V;
  readonly parameterCount: number;
  train(corpus: EncodedCorpus, options: TrainOptions): AsyncIterable<TrainEvent>;
  vectors(): W;
  matrix(words: readonly string[]): Float32Array<ArrayBuffer>;
  dispose(): void;
}

/** A text format of word vectors, and a binary one: word2vec's. */
export const fileFormats = ["text", "binary"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What the worker asks of the package: it, or a double in a test. */
export interface Engine<V extends Words = Words, W extends Vectors = Vectors> {
  /** The vectors in a file. */
  open(bytes: Uint8Array<ArrayBuffer>): Promise<W>;
  /** The same vectors in float32. */
  widened(vectors: W): W;
  read(
    sentences: AsyncIterable<Sentence>,
    options: { minimumCount: number; signal: AbortSignal },
  ): Promise<{ vocabulary: V; corpus: EncodedCorpus }>;
  create(vocabulary: V, options: Word2VecOptions): Promise<Model<V, W>>;
  write(vectors: W, format: FileFormat): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes of Wasm memory, that of all there is. */
  memoryBytes(): number;
}
