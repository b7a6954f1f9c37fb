import { checkInteger, FormatError, RangeError, type Runtime } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";
import { Pacer } from "../optim/pacer.js";
import { ByteReader, type ByteSource } from "./byteReader.js";
import { mostDimensions } from "./vectorRows.js";
import { WordVectors } from "./wordVectors.js";

/** How far reading is. */
export interface ReadProgress {
  readonly words: number;
  /** How many words there are, where the file says so at its beginning. */
  readonly totalWords: number | undefined;
  readonly bytes: number;
}

/** How a file of vectors is read. */
export interface ReadVectorsOptions {
  /** Only the first so many words: the most frequent, in the usual order. Default: all. */
  limit?: number | undefined;
  /** What a word is that comes again: an "error", or left out, so that the "first" counts. Default: "error". */
  duplicates?: "error" | "first" | undefined;
  /**
   * What a word is that is no UTF-8, as those are that word2vec.c cut off: an "error", or to be read with U+FFFD in the place of what is broken
   * ("replace"). Default: "error".
   */
  invalidUtf8?: "error" | "replace" | undefined;
  /** Where the vectors will live. Default: the default runtime. */
  runtime?: Runtime | undefined;
  signal?: AbortSignal | undefined;
  /** Is told now and then, at most ten times a second. */
  onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** The most bytes that a word may have. */
export const mostWordBytes = 65_536;

/** Memory is taken for about so many numbers at a time. */
const pieceNumbers = 1 << 18;

/** How often progress is told, in milliseconds. */
const progressEvery = 100;

/** Checks the options, opens the source, lets `read` take what it needs, and closes the source whatever happens. */
export async function readVectors(
  source: ByteSource,
  options: ReadVectorsOptions,
  read: (reader: ByteReader, collector: VectorCollector) => Promise<void>,
): Promise<WordVectors> {
  options.signal?.throwIfAborted();
  const collector = new VectorCollector(options);
  const reader = new ByteReader(source);
  try {
    await read(reader, collector);
    options.signal?.throwIfAborted();
    return collector.finish(options.runtime);
  } finally {
    await reader.close();
  }
}

/** Takes words with their vectors, one after the other, until it has enough. */
export class VectorCollector {
  readonly pacer: Pacer;
  readonly #limit: number;
  readonly #onProgress: ((progress: ReadProgress) => void) | undefined;
  readonly #keepsFirst: boolean;
  readonly #decoder: TextDecoder;
  readonly #words: string[] = [];
  readonly #seen = new Set<string>();
  readonly #pieces: Float32Array<ArrayBuffer>[] = [];
  #dim = 0;
  #read = 0;
  #told = performance.now();

  constructor(options: ReadVectorsOptions) {
    const { limit = Infinity, duplicates = "error", invalidUtf8 = "error", signal, onProgress } = options;
    if (limit !== Infinity) checkInteger("limit", limit, 1);
    if (duplicates !== "error" && duplicates !== "first")
      throw new RangeError("duplicates", '"error" or "first"', duplicates);
    if (invalidUtf8 !== "error" && invalidUtf8 !== "replace")
      throw new RangeError("invalidUtf8", '"error" or "replace"', invalidUtf8);
    this.pacer = new Pacer({ signal });
    this.#limit = limit;
    this.#onProgress = onProgress;
    this.#keepsFirst = duplicates === "first";
    // A byte order mark is a word like any other: some files have it as one.
    this.#decoder = new TextDecoder("utf-8", { fatal: invalidUtf8 === "error", ignoreBOM: true });
  }

  /** The length of the vectors, as the file's beginning says. @throws FormatError */
  start(dim: number, where: string): void {
    if (!(dim >= 1 && dim <= mostDimensions))
      throw new FormatError(where, `vectors of 1 to ${mostDimensions} numbers`, dim);
    this.#dim = dim;
  }

  get dim(): number {
    return this.#dim;
  }

  /** Words so far, those that were left out among them. */
  get read(): number {
    return this.#read;
  }

  /** Whether there are as many as were asked for. */
  get isFull(): boolean {
    return this.#words.length >= this.#limit;
  }

  /** Where the next vector is to be written: f32[dim]. The same again, until `add`. */
  room(): Float32Array<ArrayBuffer> {
    const rows = Math.max(1, Math.floor(pieceNumbers / this.#dim));
    const [piece, row] = [Math.floor(this.#words.length / rows), this.#words.length % rows];
    if (piece === this.#pieces.length) this.#pieces.push(new Float32Array(rows * this.#dim));
    return this.#pieces[piece]!.subarray(row * this.#dim, (row + 1) * this.#dim);
  }

  /**
   * Takes a word whose vector was written into `room`.
   *
   * @param where for messages: "line 3"
   * @throws FormatError for an empty word, one that is no UTF-8 or comes again, and a vector that cannot be searched
   */
  add(word: Uint8Array, where: string): void {
    if (word.length === 0) throw new FormatError(where, "a word", "nothing");
    let squares = 0;
    for (const x of this.room()) squares += x * x;
    // Products of longer ones might overflow.
    if (!(squares < 1e74)) throw new FormatError(where, "a vector shorter than 1e37", Math.sqrt(squares));
    const text = this.#decode(word, where);
    this.#read++;
    if (this.#seen.has(text)) {
      if (this.#keepsFirst) return;
      throw new FormatError(where, "each word once", `${quote(text)} again`);
    }
    this.#seen.add(text);
    this.#words.push(text);
  }

  /** To be called between words: pauses where it is time to. @throws the signal's reason */
  async breathe(reader: ByteReader, totalWords: number | undefined): Promise<void> {
    if (!this.pacer.due) return;
    const now = performance.now();
    if (this.#onProgress && now - this.#told >= progressEvery) {
      this.#told = now;
      this.#onProgress({ words: this.#read, totalWords, bytes: reader.position });
    }
    await this.pacer.pause();
  }

  /** The vectors that came. @throws FormatError if there are none */
  finish(runtime: Runtime | undefined): WordVectors {
    if (this.#words.length === 0) throw new FormatError("file", "at least one word", "none");
    return WordVectors.fromPieces(this.#words, this.#exactPieces(), this.#dim, { runtime });
  }

  /** The pieces, each let go when the next is taken. */
  *#exactPieces(): Generator<Float32Array, void, void> {
    for (let left = this.#words.length * this.#dim; left > 0;) {
      const piece = this.#pieces.shift()!;
      yield piece.subarray(0, left);
      left -= piece.length;
    }
  }

  #decode(word: Uint8Array, where: string): string {
    try {
      return this.#decoder.decode(word);
    } catch (cause) {
      throw new FormatError(where, "a word in UTF-8", "other bytes", { cause });
    }
  }
}
