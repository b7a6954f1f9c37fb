import type { Precision } from "./config.js";
import type { Model, Vectors, Words } from "./engine.js";
import type { WordList } from "./protocol.js";

/** A set of vectors that questions are put to, in both precisions. */
export interface VectorSlot {
  readonly words: readonly string[];
  readonly counts: ArrayLike<number> | undefined;
  readonly dim: number;
  has(word: string): boolean;
  indexOf(word: string): number | undefined;
  /** f32[words, dim] */
  rows(words: readonly string[]): Float32Array;
  at(precision: Precision): Vectors;
  dispose(): void;
}

/** What the page is told of it. */
export function wordListOf({ words, counts, dim }: VectorSlot): WordList {
  return { words: [...words], counts: counts && Float64Array.from(counts), dim };
}

abstract class Indexed {
  readonly words: readonly string[];
  readonly #places = new Map<string, number>();

  constructor(words: readonly string[]) {
    this.words = words;
    words.forEach((word, place) => this.#places.set(word, place));
  }

  has(word: string): boolean {
    return this.#places.has(word);
  }

  indexOf(word: string): number | undefined {
    return this.#places.get(word);
  }
}

/** The vectors of a file: bytes there, and float32 when that is asked for. */
export class OpenedSlot<W extends Vectors> extends Indexed implements VectorSlot {
  readonly #widened: (vectors: W) => W;
  readonly #opened: W;
  #exact: W | undefined;
  #small: Vectors | undefined;

  constructor(opened: W, widened: (vectors: W) => W) {
    super(opened.words);
    this.#opened = opened;
    this.#widened = widened;
  }

  get counts(): ArrayLike<number> | undefined {
    return this.#opened.counts;
  }

  get dim(): number {
    return this.#opened.dim;
  }

  rows(words: readonly string[]): Float32Array {
    const rows = new Float32Array(words.length * this.dim);
    words.forEach((word, i) => rows.set(this.#opened.vector(word), i * this.dim));
    return rows;
  }

  at(precision: Precision): Vectors {
    const isSmall = this.#opened.format === "i8";
    if (precision === "int8") return isSmall ? this.#opened : (this.#small ??= this.#opened.quantized());
    return isSmall ? (this.#exact ??= this.#widened(this.#opened)) : this.#opened;
  }

  dispose(): void {
    this.#opened.dispose();
    this.#exact?.dispose();
    this.#small?.dispose();
  }
}

/** The vectors of a model that may be learning: what is asked of them is asked of a copy, until `refresh`. */
export class LearningSlot<W extends Vectors> extends Indexed implements VectorSlot {
  readonly #model: Model<Words, W>;
  readonly dim: number;
  #exact: W | undefined;
  #small: Vectors | undefined;

  constructor(model: Model<Words, W>, dim: number) {
    super(model.vocabulary.words);
    this.#model = model;
    this.dim = dim;
  }

  get counts(): ArrayLike<number> {
    return this.#model.vocabulary.counts;
  }

  rows(words: readonly string[]): Float32Array {
    return this.#model.matrix(words);
  }

  at(precision: Precision): Vectors {
    const { exact } = this;
    return precision === "int8" ? (this.#small ??= exact.quantized()) : exact;
  }

  /** In float32. */
  get exact(): W {
    return (this.#exact ??= this.#model.vectors());
  }

  /** The model has learnt: copies made before are out of date. */
  refresh(): void {
    this.#exact?.dispose();
    this.#small?.dispose();
    this.#exact = this.#small = undefined;
  }

  dispose(): void {
    this.refresh();
  }
}
