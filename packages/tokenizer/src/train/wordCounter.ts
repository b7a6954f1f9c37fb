import type { ScannerName } from "../definition.js";
import { scannerNumbers } from "../engine/scanners.js";
import { eachDocument, windows } from "./documents.js";
import type { CountingEvent, TrainingDocuments } from "./events.js";
import type { Pacer } from "./pacer.js";
import type { TrainKernel } from "./trainKernel.js";

/**
 * How texts are cut into words: by a compiled scanner, not at all (`whole`), or as SentencePiece cuts, spaces before the
 * word that they precede: of several each is a word (`spaces`), or they are one together, but for the last, which is the
 * next word's (`spaceRuns`). Of the latter two, newlines end words and are left out.
 */
export type Splitter = ScannerName | "whole" | "spaces" | "spaceRuns";

/** Their numbers in assembly/lib/nextWord.ts. */
const SPLITTERS: Readonly<Record<Splitter, number>> = {
  ...scannerNumbers,
  whole: 16,
  spaces: 17,
  spaceRuns: 18,
};

/** Distinct words and how often each was met. */
export interface CountedWords {
  readonly size: number;
  /** All words' bytes, one after the other. */
  readonly bytes: Uint8Array;
  /** u32[size + 1]: word `i` is `bytes[offsets[i] … offsets[i + 1])`. */
  readonly offsets: Uint32Array;
  readonly counts: Float64Array;
}

/** Bytes of text to a call of the kernel: a few milliseconds. */
const SLICE = 1 << 18;
/** What the kernel may read, and write, behind the text and the pool. */
const SLACK = 16;
/** See assembly/lib/wordTable.ts. */
const HEADER = 32;
const RECORD = 16;

/** Counts words in Wasm memory, which it takes as it needs it. */
export class WordCounter {
  readonly #kernel: TrainKernel;
  readonly #splitter: number;
  readonly #header: number;
  readonly #encoder = new TextEncoder();
  #text = { pointer: 0, capacity: 0 };

  constructor(kernel: TrainKernel, splitter: Splitter) {
    this.#kernel = kernel;
    this.#splitter = SPLITTERS[splitter];
    this.#header = kernel.allocateZeros(HEADER);
    this.#resize(1 << 12, 1 << 15);
  }

  /**
   * Counts all the words of the documents, an event every now and then.
   *
   * @param prepare what is done to each document first
   * @throws RangeError where a document is no string
   * @throws OutOfMemoryError
   */
  async *count(
    documents: TrainingDocuments,
    pacer: Pacer,
    prepare?: (document: string) => string,
  ): AsyncGenerator<CountingEvent, undefined, undefined> {
    let read = 0;
    let bytes = 0;
    for await (const document of eachDocument(documents, pacer.signal)) {
      const text = prepare ? prepare(document) : document;
      for (const part of this.#splitter === SPLITTERS.whole ? [text] : windows(text)) {
        const length = this.#write(part);
        for (let from = 0; from < length;) {
          from = this.#countSlice(from, length);
          if (!pacer.due) continue;
          yield { phase: "counting", documents: read, bytes: bytes + from, words: this.size };
          await pacer.pause();
        }
        bytes += length;
      }
      read++;
      if (pacer.due) await pacer.pause();
    }
    yield { phase: "counting", documents: read, bytes, words: this.size };
  }

  /** Distinct words so far. */
  get size(): number {
    return this.#field(12);
  }

  /** What was counted, copied out of Wasm memory, in the order in which words were first met. */
  words(): CountedWords {
    const size = this.size;
    const used = this.#field(24);
    const numbers = this.#kernel.f64(this.#field(8), 2 * size);
    const places = this.#kernel.u32(this.#field(8), 4 * size);
    const offsets = new Uint32Array(size + 1);
    const counts = new Float64Array(size);
    for (let word = 0; word < size; word++) {
      counts[word] = numbers[2 * word]!;
      offsets[word] = places[4 * word + 2]!;
    }
    offsets[size] = used;
    return { size, bytes: this.#kernel.u8(this.#field(20), used).slice(), offsets, counts };
  }

  /** The same as strings. @param name what is to be made of a word */
  *entries(
    name: (word: string) => string = (word) => word,
  ): Generator<[word: string, count: number], undefined> {
    const { size, bytes, offsets, counts } = this.words();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (let word = 0; word < size; word++) {
      yield [name(decoder.decode(bytes.subarray(offsets[word], offsets[word + 1]))), counts[word]!];
    }
  }

  /** Puts the text where the kernel reads it, lone surrogates as U+FFFD. @returns its length in bytes */
  #write(text: string): number {
    const most = 3 * text.length + SLACK;
    if (this.#text.capacity < most) {
      this.#text = { pointer: this.#kernel.allocate(most + SLACK), capacity: most };
    }
    const target = this.#kernel.u8(this.#text.pointer, this.#text.capacity);
    return this.#encoder.encodeInto(text, target).written;
  }

  /** One call of the kernel, then as much room as it lacked. @returns where in the text it stopped */
  #countSlice(from: number, length: number): number {
    const limit = Math.min(from + SLICE, length);
    const { pointer } = this.#text;
    const stopped =
      this.#kernel.exports.countWords(this.#header, this.#splitter, pointer, length, from, limit) >>> 0;
    if (stopped < limit) this.#makeRoom(length - stopped);
    return stopped;
  }

  /** Twice the room for words, for bytes, or for both: for a word that may be as long as `bytes`. */
  #makeRoom(bytes: number): void {
    const rooms = this.#field(16);
    const pool = this.#field(28);
    const wordsFull = this.size === rooms;
    this.#resize(
      wordsFull ? 2 * rooms : rooms,
      wordsFull ? pool : Math.max(2 * pool, this.#field(24) + bytes),
    );
  }

  #resize(room: number, poolBytes: number): void {
    const kernel = this.#kernel;
    const [size, used] = [this.size, this.#field(24)];
    const [oldRoom, oldWords, oldPool, oldPoolBytes] = [16, 8, 20, 28].map((offset) =>
      this.#field(offset),
    ) as [number, number, number, number];
    let [words, pool, slots, mask] = [oldWords, oldPool, this.#field(0), this.#field(4)];
    if (poolBytes > oldPoolBytes) {
      pool = kernel.allocate(poolBytes + SLACK);
      kernel.u8(pool, used).set(kernel.u8(oldPool, used));
    }
    const grows = room > oldRoom;
    if (grows) {
      words = kernel.allocate(room * RECORD);
      kernel.u8(words, size * RECORD).set(kernel.u8(oldWords, size * RECORD));
      slots = kernel.allocateZeros(2 * room * 8);
      mask = 2 * room - 1;
    }
    kernel.u32(this.#header, 8).set([slots, mask, words, size, room, pool, used, poolBytes]);
    if (grows) kernel.exports.rehashWords(this.#header);
  }

  #field(offset: number): number {
    return this.#kernel.u32(this.#header + offset, 1)[0]!;
  }
}
