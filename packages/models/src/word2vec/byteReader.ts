import { DTypeError } from "@lanewise/core-wasm";

/** Where bytes come from: all at once, or in pieces of any size (a file's stream, the body of a response). */
export type ByteSource =
  Uint8Array | ArrayBuffer | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/**
 * A window on bytes that come in pieces: what was not read yet is `bytes[begin]` to `bytes[end − 1]`, and `more` makes it
 * longer. Whoever reads moves `begin`.
 */
export class ByteReader {
  /** The window is a part of it; what lies beyond `end` means nothing. */
  bytes: Uint8Array = new Uint8Array(0);
  begin = 0;
  end = 0;
  readonly #source: Iterator<Uint8Array> | AsyncIterator<Uint8Array>;
  /** Bytes of the pieces before the window's end. */
  #reached = 0;
  #isCopy = false;
  #ended = false;

  /** @throws DTypeError for what gives no bytes */
  constructor(source: ByteSource) {
    this.#source = iterate(source);
  }

  /** Where in the file the window begins. */
  get position(): number {
    return this.#reached - (this.end - this.begin);
  }

  /** How many bytes can be read without waiting. */
  get unread(): number {
    return this.end - this.begin;
  }

  /** Appends the next piece; false at the end. @throws DTypeError for a piece that is none, and what the source throws */
  async more(): Promise<boolean> {
    if (this.#ended) return false;
    // The source may write its next piece where the last one was.
    if (this.unread > 0 && !this.#isCopy) this.#copy(0);
    const { value, done } = await this.#source.next();
    if (done) {
      this.#ended = true;
      return false;
    }
    const piece: unknown = value;
    if (!(piece instanceof Uint8Array)) throw new DTypeError("source", "pieces of Uint8Array", piece);
    this.#append(piece);
    this.#reached += piece.length;
    return true;
  }

  /** Makes at least `count` bytes readable; false where the file ends before. */
  async atLeast(count: number): Promise<boolean> {
    while (this.unread < count) if (!(await this.more())) return false;
    return true;
  }

  /** Where the next such byte is, or −1 where there is none among the next `most`, or in the rest of the file. */
  async find(byte: number, most: number): Promise<number> {
    for (let looked = 0; ;) {
      const stop = Math.min(this.end, this.begin + most);
      const at = this.bytes.subarray(this.begin + looked, stop).indexOf(byte);
      if (at >= 0) return this.begin + looked + at;
      looked = stop - this.begin;
      if (looked >= most || !(await this.more())) return -1;
    }
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  #append(piece: Uint8Array): void {
    if (this.unread === 0) {
      [this.bytes, this.begin, this.end, this.#isCopy] = [piece, 0, piece.length, false];
      return;
    }
    if (this.bytes.length - this.end < piece.length) this.#copy(piece.length);
    this.bytes.set(piece, this.end);
    this.end += piece.length;
  }

  /** Into a buffer of its own, with room for so many bytes and as much again. */
  #copy(room: number): void {
    const { unread } = this;
    const copy = new Uint8Array(2 * (unread + room));
    copy.set(this.bytes.subarray(this.begin, this.end));
    [this.bytes, this.begin, this.end, this.#isCopy] = [copy, 0, unread, true];
  }
}

function iterate(source: ByteSource): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  if (source instanceof ArrayBuffer) return [new Uint8Array(source)].values();
  if (source instanceof Uint8Array) return [source].values();
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return source[Symbol.iterator]();
    if ("getReader" in source) return readerOf(source);
  }
  throw new DTypeError("source", "bytes, or something that gives pieces of them", source);
}

/** For engines whose streams cannot be iterated. */
async function* readerOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, undefined, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
