import {
  checkArray,
  checkInteger,
  defaultRuntime,
  DisposedError,
  type KernelArray,
  RangeError,
  type Runtime,
  ShapeError,
} from "@lanewise/core-wasm";
import {
  type AnalogyOptions,
  type AnalogyQuery,
  checkMethod,
  clampCosine,
  multipliedWords,
  type NearestOptions,
  nearestWords,
  type Neighbour,
  type Search,
} from "./neighbours.js";
import {
  addUnitRow,
  byteRows,
  copyRow,
  copyRowInto,
  floatRows,
  freeRows,
  mostDimensions,
  newFloats,
  quantizeRows,
  unit,
  type VectorFormat,
  type VectorRows,
} from "./vectorRows.js";
import { readVectorsFile, writeVectorsFile } from "./vectorsFile.js";
import { WordList } from "./wordList.js";

/** How vectors are put together with their words. */
export interface WordVectorsOptions {
  /** How often each word came, in the order of the words. Default: not known. */
  counts?: ArrayLike<number> | undefined;
  /** Where the vectors live and are searched. Default: the default runtime. One with threads shares the search. */
  runtime?: Runtime | undefined;
}

/**
 * Words and their vectors: a matrix in Wasm memory with a word a row. They do not change; what makes others
 * (`quantized`, `normalized`, `subset`) makes copies, which are disposed of by themselves.
 *
 * ```ts
 * const vectors = WordVectors.from(["king", "queen", "man"], Float32Array.of(0.9, 0.8, 0.9, 0.7, 0.1, 0.9));
 * const [nearest] = vectors.nearest("king", { k: 1 });
 * console.log(nearest?.word); // queen
 * vectors.dispose();
 * ```
 *
 * Cosines are computed in float32 (of bytes: in whole numbers, with the query rounded to 16 bits); of two that are equal the
 * earlier word comes first, whatever the number of threads.
 *
 * Ref: Mikolov, Yih and Zweig 2013, "Linguistic Regularities in Continuous Space Word Representations" (3CosAdd);
 * Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word Representations" (3CosMul).
 */
export class WordVectors {
  /** How often each word came, where that is known. */
  readonly counts: Float64Array<ArrayBuffer> | undefined;
  readonly #list: WordList;
  readonly #rows: VectorRows;
  #disposed = false;

  private constructor(list: WordList, rows: VectorRows, counts?: ArrayLike<number>) {
    this.counts = counts && Float64Array.from(counts);
    this.#list = list;
    this.#rows = rows;
  }

  /**
   * Copies the vectors into Wasm memory.
   *
   * @param matrix f32[words, dim], row-major: the dimension is its length by the number of words
   * @throws RangeError for no words, one that comes twice, a number that is not finite, or a vector of length 1e37 and more
   * @throws ShapeError if the matrix is no whole number of vectors
   */
  static from(
    words: readonly string[],
    matrix: KernelArray<"f32">,
    options: WordVectorsOptions = {},
  ): WordVectors {
    checkArray("matrix", matrix, "f32", matrix?.length);
    return WordVectors.fromPieces(words, [matrix], matrix.length / words?.length, options);
  }

  /** As `from`, for a matrix that comes in pieces, of which each may be let go when it was copied: what readers of files use. */
  static fromPieces(
    words: readonly string[],
    pieces: Iterable<KernelArray<"f32">>,
    dim: number,
    { counts, runtime = defaultRuntime() }: WordVectorsOptions = {},
  ): WordVectors {
    const list = new WordList(words);
    if (!(Number.isInteger(dim) && dim >= 1 && dim <= mostDimensions)) {
      throw new ShapeError("matrix", `1 to ${mostDimensions} numbers a word, the same for each`, dim);
    }
    if (counts) list.checkCounts(counts);
    return new WordVectors(list, floatRows(runtime, pieces, list.words.length, dim), counts);
  }

  /** The vectors in a file that `save` wrote. @throws FormatError */
  static load(
    bytes: Uint8Array | ArrayBuffer,
    { runtime = defaultRuntime() }: { runtime?: Runtime | undefined } = {},
  ): WordVectors {
    const { words, dim, counts, floats, quantized } = readVectorsFile(bytes);
    if (floats) return WordVectors.fromPieces(words, [floats], dim, { counts, runtime });
    const rows = byteRows(runtime, quantized.values, quantized.scales, dim);
    return new WordVectors(new WordList(words), rows, counts);
  }

  /** In the order of the rows; each once. */
  get words(): readonly string[] {
    return this.#list.words;
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** The length of a vector. */
  get dim(): number {
    return this.#rows.dim;
  }

  /** How the vectors are kept. */
  get format(): VectorFormat {
    return this.#rows.format;
  }

  get runtime(): Runtime {
    return this.#rows.runtime;
  }

  /** The matrix in Wasm memory, for those who compute with it; not to be written to. @throws DisposedError */
  get rows(): VectorRows {
    if (this.#disposed) throw new DisposedError("vectors", "live vectors", "disposed ones");
    return this.#rows;
  }

  has(word: string): boolean {
    return this.#list.find(word) !== undefined;
  }

  /** The place of a word among `words`; undefined where it is not there. */
  indexOf(word: string): number | undefined {
    return this.#list.find(word);
  }

  /** A copy of a word's vector: f32[dim]. @throws RangeError for a word that is not there */
  vector(word: string): Float32Array<ArrayBuffer> {
    return copyRow(this.rows, this.#list.place(word));
  }

  /** A copy of all vectors: f32[size, dim], row-major. */
  matrix(): Float32Array<ArrayBuffer> {
    const { rows, dim } = this;
    const out = newFloats(this.size * dim);
    for (let r = 0; r < this.size; r++) copyRowInto(out.subarray(r * dim, (r + 1) * dim), rows, r);
    return out;
  }

  /**
   * The cosine of the angle between two words, or vectors, in float64; 0 where one is of zeros.
   *
   * @throws RangeError for a word that is not there or a number that is not finite, ShapeError
   */
  similarity(a: string | ArrayLike<number>, b: string | ArrayLike<number>): number {
    return clampCosine(dot(this.#direction(a), this.#direction(b)));
  }

  /**
   * The words whose vectors have the least angle to that of a word, which is left out itself, or to a vector: from the
   * nearest on, the earlier word first where two are as near.
   *
   * @throws RangeError for a word that is not there and for options, ShapeError for a vector of another length
   */
  nearest(query: string | ArrayLike<number>, options: NearestOptions = {}): Neighbour[] {
    const asked = typeof query === "string" ? [query] : [];
    return nearestWords(this.#search(asked, options), Float32Array.from(this.#direction(query)));
  }

  /**
   * What is to c as b is to a: `{ positive: [b, c], negative: [a] }`. The words of the query are left out.
   *
   * @throws RangeError for a word that is not there, an empty query, and for options
   */
  analogy({ positive, negative = [] }: AnalogyQuery, options: AnalogyOptions = {}): Neighbour[] {
    const { method = "3CosAdd" } = options;
    checkMethod(method);
    checkWords("positive", positive);
    checkWords("negative", negative);
    const asked = [...positive, ...negative];
    if (asked.length === 0) throw new RangeError("positive", "at least one word", "none");
    if (method === "3CosMul") {
      const directions = new Float32Array(asked.length * this.dim);
      asked.forEach((word, i) => directions.set(this.#direction(word), i * this.dim));
      const counts = { positives: positive.length, negatives: negative.length };
      return multipliedWords(this.#search(asked, options), directions, counts);
    }
    const sum = new Float64Array(this.dim);
    for (const word of positive) addUnitRow(sum, this.rows, this.#list.place(word), 1);
    for (const word of negative) addUnitRow(sum, this.rows, this.#list.place(word), -1);
    return nearestWords(this.#search(asked, options), Float32Array.from(unit(sum)));
  }

  /**
   * The word whose vector has the greatest angle to the mean of all their unit vectors; of two the first.
   *
   * @throws RangeError for fewer than two words, or one that is not there
   */
  doesntMatch(words: readonly string[]): string {
    if (words.length < 2) throw new RangeError("words", "at least two", words.length);
    const mean = new Float64Array(this.dim);
    for (const word of words) addUnitRow(mean, this.rows, this.#list.place(word), 1 / words.length);
    const nearness = words.map((word) => dot(this.#direction(word), mean));
    const least = nearness.reduce((lowest, one) => Math.min(lowest, one), Infinity);
    return words[nearness.indexOf(least)]!;
  }

  /** The same words with vectors of length 1, in the same format; zeros stay. */
  normalized(): WordVectors {
    const { rows, runtime } = this;
    const norms = rows.inverseNorms.toArray();
    if (rows.format === "i8") {
      // A byte stands for its scale times itself: with the inverse norm for a scale the vector has length 1.
      const bytes = rows.values.toArray() as Int8Array;
      return this.#like(byteRows(runtime, bytes, norms, this.dim));
    }
    const matrix = this.matrix();
    for (let i = 0; i < matrix.length; i++) matrix[i]! *= norms[Math.floor(i / this.dim)]!;
    return this.#like(floatRows(runtime, [matrix], this.size, this.dim));
  }

  /** The same words with vectors of bytes, a quarter of the memory: each by its own scale, max |x| / 127. */
  quantized(): WordVectors {
    const { rows, runtime } = this;
    if (rows.format === "f32") {
      const { bytes, scales } = quantizeRows(rows);
      return this.#like(byteRows(runtime, bytes, scales, this.dim));
    }
    const bytes = rows.values.toArray() as Int8Array;
    return this.#like(byteRows(runtime, bytes, rows.scales!.toArray(), this.dim));
  }

  /**
   * The first so many words, or those of a list, in its order; with their counts, and in the same format.
   *
   * @throws RangeError for a word that is not there or comes twice, or no words
   */
  subset(words: number | readonly string[]): WordVectors {
    if (typeof words === "number") checkInteger("words", words, 1, this.size);
    const list = new WordList(typeof words === "number" ? this.words.slice(0, words) : words);
    const chosen = list.words.map((word) => this.#list.place(word));
    const { rows, runtime, dim, counts } = this;
    const values = rows.values.view;
    const kept = new (values instanceof Int8Array ? Int8Array : Float32Array)(chosen.length * dim);
    chosen.forEach((place, i) => kept.set(values.subarray(place * dim, (place + 1) * dim), i * dim));
    const scales = rows.scales?.view;
    const made =
      kept instanceof Int8Array
        ? byteRows(
            runtime,
            kept,
            Float32Array.from(chosen, (place) => scales![place]!),
            dim,
          )
        : floatRows(runtime, [kept], chosen.length, dim);
    return new WordVectors(list, made, counts && chosen.map((place) => counts[place]!));
  }

  /**
   * A safetensors file: "vectors" F32 or I8 [size, dim], "scales" F32 [size] for I8, and "counts" F64 [size] where they are
   * known; the words as a JSON array under "words" in `__metadata__`.
   *
   * @throws RangeError for a word that is half of a surrogate pair
   */
  save(): Uint8Array<ArrayBuffer> {
    return writeVectorsFile(this.words, this.rows, this.counts);
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    freeRows(this.#rows);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #like(rows: VectorRows): WordVectors {
    return new WordVectors(this.#list, rows, this.counts);
  }

  /** The vector of length 1 in the direction of a word's, or of one that was given. */
  #direction(of: string | ArrayLike<number>): Float64Array {
    if (typeof of === "string") {
      const sum = new Float64Array(this.dim);
      addUnitRow(sum, this.rows, this.#list.place(of), 1);
      return sum;
    }
    if (of?.length !== this.dim) throw new ShapeError("vector", `${this.dim} numbers`, of?.length);
    return unit(of);
  }

  #search(asked: readonly string[], options: NearestOptions): Search {
    const { exclude = [] } = options;
    checkWords("exclude", exclude);
    const out = this.#list.placesOf([...asked, ...exclude]);
    return { words: this.words, rows: this.rows, out, options };
  }
}

/** A string alone would be read letter by letter. @throws RangeError */
function checkWords(name: string, words: Iterable<string>): void {
  if (typeof words === "string" || typeof words?.[Symbol.iterator] !== "function") {
    throw new RangeError(name, "a list of words", words);
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
