import { defaultRuntime, type Runtime, UnsupportedError } from "@lanewise/core-wasm";
import type { VectorFormat } from "./vectorRows.js";

/** How vectors are put together with their words. */
export interface WordVectorsOptions {
  /** How often each word came, in the order of the words. Default: not known. */
  counts?: ArrayLike<number> | undefined;
  /** Where the vectors live and are searched. Default: the default runtime. One with threads shares the search. */
  runtime?: Runtime | undefined;
}

/** Which neighbours are asked for. */
export interface NearestOptions {
  /** At most so many. Default: 10. */
  k?: number | undefined;
  /** Words that are not to be among them, beside those that were asked about. Unknown ones are ignored. Default: none. */
  exclude?: Iterable<string> | undefined;
  /** The least similarity. Default: −∞ */
  threshold?: number | undefined;
  /** Only the first so many words are looked at: the most frequent, in the usual order. Default: all. */
  restrict?: number | undefined;
}

/** A word, and how near it is. */
export interface Neighbour {
  readonly word: string;
  /** The place of the word among `words`. */
  readonly index: number;
  /** The cosine, from −1 to 1; for 3CosMul its score. */
  readonly similarity: number;
}

/** How the answer to an analogy is scored. */
export type AnalogyMethod = "3CosAdd" | "3CosMul";

/** Which answers to an analogy are asked for. */
export interface AnalogyOptions extends NearestOptions {
  /** Default: "3CosAdd". */
  method?: AnalogyMethod | undefined;
}

/** What an answer should be like, and what unlike. */
export interface AnalogyQuery {
  /** "king", "woman" */
  readonly positive: readonly string[];
  /** "man" */
  readonly negative?: readonly string[] | undefined;
}

/**
 * Words and their vectors: a matrix in Wasm memory with a word a row. They do not change; what makes others
 * (`quantized`, `normalized`, `subset`) makes copies, which are disposed of by themselves.
 *
 * ```ts
 * const vectors = WordVectors.from(["king", "queen", "man", "woman"], matrix);
 * vectors.nearest("king", { k: 3 });
 * vectors.analogy({ positive: ["king", "woman"], negative: ["man"] }); // [{ word: "queen", … }]
 * ```
 */
export class WordVectors {
  /** In the order of the rows; each once. */
  readonly words: readonly string[] = [];
  /** The length of a vector. */
  readonly dim: number = 0;
  readonly format: VectorFormat = "f32";
  /** How often each word came, where that is known. */
  readonly counts: Float64Array | undefined;
  readonly runtime: Runtime = defaultRuntime();

  /**
   * Copies the vectors into Wasm memory.
   *
   * @param matrix f32[words, dim], row-major: the dimension is its length by the number of words
   * @throws RangeError for a word that comes twice, an empty list, or a number that is not finite
   * @throws ShapeError if the matrix is no whole number of vectors
   */
  static from(
    _words: readonly string[],
    _matrix: Float32Array,
    _options: WordVectorsOptions = {},
  ): WordVectors {
    throw pending("from");
  }

  /** The vectors in a file that `save` wrote. @throws FormatError */
  static load(
    _bytes: Uint8Array | ArrayBuffer,
    _options: { runtime?: Runtime | undefined } = {},
  ): WordVectors {
    throw pending("load");
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  has(_word: string): boolean {
    throw pending("has");
  }

  /** The place of a word among `words`; undefined where it is not there. */
  indexOf(_word: string): number | undefined {
    throw pending("indexOf");
  }

  /** A copy of a word's vector: f32[dim]. @throws RangeError for a word that is not there */
  vector(_word: string): Float32Array<ArrayBuffer> {
    throw pending("vector");
  }

  /** A copy of all vectors: f32[size, dim], row-major. */
  matrix(): Float32Array<ArrayBuffer> {
    throw pending("matrix");
  }

  /** The cosine of the angle between two words, or vectors. @throws RangeError, ShapeError */
  similarity(_a: string | ArrayLike<number>, _b: string | ArrayLike<number>): number {
    throw pending("similarity");
  }

  /**
   * The words whose vectors have the least angle to that of a word, which is left out itself, or to a vector: from the
   * nearest on, the earlier word first where two are as near.
   */
  nearest(_query: string | ArrayLike<number>, _options: NearestOptions = {}): Neighbour[] {
    throw pending("nearest");
  }

  /** a is to b as c is to what: `{ positive: [b, c], negative: [a] }`. The words of the query are left out. */
  analogy(_query: AnalogyQuery, _options: AnalogyOptions = {}): Neighbour[] {
    throw pending("analogy");
  }

  /** The word that is farthest from the mean of all. @throws RangeError for fewer than two words, or an unknown one */
  doesntMatch(_words: readonly string[]): string {
    throw pending("doesntMatch");
  }

  /** The same words with vectors of length 1; zeros stay. */
  normalized(): WordVectors {
    throw pending("normalized");
  }

  /** The same words with vectors of bytes, a quarter of the memory: each by its own scale, max |x| / 127. */
  quantized(): WordVectors {
    throw pending("quantized");
  }

  /** The first so many words, or those of a list, in its order. @throws RangeError */
  subset(_words: number | readonly string[]): WordVectors {
    throw pending("subset");
  }

  /**
   * A safetensors file: "vectors" F32 or I8 [size, dim], "scales" F32 [size] for I8, and "counts" F64 [size] where they are
   * known; the words as a JSON array under "words" in `__metadata__`.
   */
  save(): Uint8Array<ArrayBuffer> {
    throw pending("save");
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {}

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function pending(name: string): UnsupportedError {
  return new UnsupportedError(name, "a later commit", "this one");
}
