import { DisposedError, RangeError } from "@lanewise/core-wasm/errors";
import type { ScannerName } from "../definition.js";
import type { Engine, IdSink, TokensWithEnds } from "./engine.js";
import { Vocabulary } from "../vocabulary.js";
import { align, type EngineMemory } from "./engineMemory.js";
import { NEEDS_MORE, type PlacedModel } from "./placedModel.js";
import { scannerNumbers } from "./scanners.js";

// Two more, which assembly/kernels/encodeText.ts knows: one takes a text whole, one cuts before U+2581.
const WHOLE = 254;
const WORDS = 255;

/** Bytes of text that are encoded at once, unless one piece is longer. */
const CHUNK = 32768;
/** Fewer at first: whoever wants no more than a few ids waits for no more. */
const FIRST_CHUNK = 4096;
/** Ids that are decoded at once. */
const BATCH = 16384;

const encoder = new TextEncoder();
const noIds = new Uint32Array();

/**
 * Any model over encode.wasm. A text goes through a buffer in chunks: `encodeInto` fills it, the part of it that is certain
 * whatever follows is encoded, the rest moves to the front.
 */
export class CompiledEngine implements Engine {
  #model: PlacedModel;
  readonly #scanner: number;
  #engine: EngineMemory | undefined;
  #text = 0;
  #ids = 0;
  #ends = 0;
  #pieces = 0;
  #capacity = 0;
  #buffersEnd = 0;
  #view = new Uint8Array();

  /**
   * @param chunk bytes of text that are encoded at once
   */
  constructor(memory: EngineMemory, model: PlacedModel, scanner?: ScannerName, chunk: number = CHUNK) {
    this.#engine = memory;
    this.#model = model;
    this.#scanner = scanner ? scannerNumbers[scanner] : model.cutsAtWords ? WORDS : WHOLE;
    this.#layOut(chunk);
  }

  encode(text: string, sink: IdSink): void {
    if (3 * text.length <= this.#capacity) {
      const n = this.#encodeWhole(text);
      if (n > 0) sink(this.#idView(n));
      return;
    }
    this.#chunks(text, (begin, limit, end) => {
      const n = this.#encodeText(begin, limit, end, 0);
      return n === 0 || sink(this.#idView(n));
    });
  }

  count(text: string, limit: number = Infinity): number {
    if (3 * text.length <= this.#capacity) return this.#encodeWhole(text);
    let count = 0;
    this.#chunks(text, (begin, limitPtr, end) => {
      count += this.#encodeText(begin, limitPtr, end, 0);
      return count <= limit;
    });
    return count;
  }

  encodePieces(pieces: readonly string[], sink: IdSink): void {
    this.#batches(pieces, (n) => {
      const ids = this.#encodePieces(n, 0);
      return ids === 0 || sink(this.#idView(ids));
    });
  }

  encodeWithEnds(text: string): TokensWithEnds {
    const out = new Collector();
    this.#chunks(text, (begin, limit, end) => {
      const n = this.#encodeText(begin, limit, end, this.#ends);
      out.add(this.#idView(n), this.#endView(n), limit - begin);
      return true;
    });
    return out.joined();
  }

  encodePiecesWithEnds(pieces: readonly string[]): TokensWithEnds {
    const out = new Collector();
    this.#batches(pieces, (n, bytes) => {
      const ids = this.#encodePieces(n, this.#ends);
      out.add(this.#idView(ids), this.#endView(ids), bytes);
      return true;
    });
    return out.joined();
  }

  decode(ids: ArrayLike<number>): Uint8Array {
    const engine = this.#open();
    const { bytes, offsets, size } = this.#model.tokens;
    const { wasm } = engine;
    const all = integers(ids);
    // The ids lie where the buffers are, and what they make behind them.
    const idPtr = this.#text;
    const outPtr = idPtr + 4 * BATCH;
    engine.reserve(outPtr);
    const load = (begin: number): number => {
      const batch = all.length <= BATCH ? all : all.subarray(begin, begin + BATCH);
      engine.u32.set(batch, idPtr >>> 2);
      const length = wasm.decodedLength(offsets, size, idPtr, batch.length);
      if (length < 0) {
        const at = begin - 1 - length;
        throw new RangeError(`ids[${at}]`, "the id of a token of the model", ids[at]);
      }
      return length;
    };
    const write = (n: number, length: number): Uint8Array => {
      engine.reserve(outPtr + length);
      wasm.decode(bytes, offsets, idPtr, n, outPtr);
      return engine.u8.subarray(outPtr, outPtr + length);
    };
    let out: Uint8Array;
    if (all.length <= BATCH) {
      out = write(all.length, load(0));
    } else {
      let total = 0;
      for (let begin = 0; begin < all.length; begin += BATCH) total += load(begin);
      out = new Uint8Array(total);
      for (let begin = 0, at = 0; begin < all.length; begin += BATCH) {
        const part = write(Math.min(BATCH, all.length - begin), load(begin));
        out.set(part, at);
        at += part.length;
      }
    }
    return out;
  }

  /** A copy of the tokens that the decoder has. */
  vocabulary(): Vocabulary {
    const { u8, u32 } = this.#open();
    const { bytes, offsets, size } = this.#model.tokens;
    const ends = u32.slice(offsets >>> 2, (offsets >>> 2) + size + 1);
    return new Vocabulary(u8.slice(bytes, bytes + ends[size]!), ends);
  }

  dispose(): void {
    this.#engine = undefined;
    this.#view = new Uint8Array();
    // What completes the model's tables holds the memory.
    this.#model = { ...this.#model, complete: undefined };
  }

  #open(): EngineMemory {
    if (!this.#engine) throw new DisposedError("tokenizer", "one in use", "one that was disposed");
    return this.#engine;
  }

  /** The text's buffer. A view of memory that has grown has no bytes, and is made anew. */
  get #textView(): Uint8Array<ArrayBuffer> {
    if (this.#view.length !== this.#capacity) {
      this.#view = this.#open().u8.subarray(this.#text, this.#text + this.#capacity);
    }
    return this.#view;
  }

  /** Puts the buffers for texts of `capacity` bytes behind the tables, and what is in the text's along with them. */
  #layOut(capacity: number): void {
    const engine = this.#open();
    const text = engine.top;
    // Kernels read up to 16 bytes behind the text.
    const ids = align(text + capacity + 16);
    const ends = align(ids + 4 * (2 * capacity + 16));
    const pieces = align(ends + 4 * (2 * capacity + 16));
    const scratch = align(pieces + 4 * capacity);
    const buffersEnd = scratch + 16 * (capacity + 4);
    // Where there is no room for them, the buffers stay what they were.
    engine.reserve(buffersEnd);
    this.#ids = ids;
    this.#ends = ends;
    this.#pieces = pieces;
    this.#buffersEnd = buffersEnd;
    if (text !== this.#text) engine.u8.copyWithin(text, this.#text, this.#text + this.#capacity);
    this.#text = text;
    this.#capacity = capacity;
    engine.u32[this.#model.header >>> 2] = scratch;
    this.#view = engine.u8.subarray(text, text + capacity);
  }

  /** Has the model write the tables that it lacks, behind the buffers, which stay where they are. */
  #complete(): void {
    const engine = this.#open();
    engine.allocate(Math.max(0, this.#buffersEnd - engine.top));
    this.#model.complete?.();
  }

  #encodeWhole(text: string): number {
    if (text.length === 0) return 0;
    this.#model.beginText?.();
    const { written } = encoder.encodeInto(text, this.#textView);
    const end = this.#text + written;
    return this.#encodeText(this.#text, end, end, 0);
  }

  #encodeText(begin: number, limit: number, end: number, ends: number): number {
    const { wasm } = this.#open();
    const { kind, header } = this.#model;
    for (;;) {
      const n = wasm.encodeText(kind, header, this.#scanner, begin, limit, end, this.#ids, ends) >>> 0;
      if (n !== NEEDS_MORE) return n;
      this.#complete();
    }
  }

  #encodePieces(pieces: number, ends: number): number {
    const { wasm } = this.#open();
    const { kind, header } = this.#model;
    for (;;) {
      const n = wasm.encodePieces(kind, header, this.#text, this.#pieces, pieces, this.#ids, ends) >>> 0;
      if (n !== NEEDS_MORE) return n;
      this.#complete();
    }
  }

  /** Calls `use` with the text's chunks as `[begin, limit)` and what of the text is known, until it returns false. */
  #chunks(text: string, use: (begin: number, limit: number, end: number) => boolean): void {
    const engine = this.#open();
    this.#model.beginText?.();
    let room = text.length > FIRST_CHUNK ? Math.min(FIRST_CHUNK, this.#capacity) : this.#capacity;
    let units = 0;
    let kept = 0;
    while (units < text.length || kept > 0) {
      const target =
        kept === 0 && room === this.#capacity ? this.#textView : this.#textView.subarray(kept, room);
      const { read, written } = encoder.encodeInto(units === 0 ? text : text.slice(units), target);
      units += read;
      const begin = this.#text;
      const end = begin + kept + written;
      const isLast = units === text.length;
      const limit = isLast ? end : engine.wasm.lastCut(this.#scanner, begin, end) >>> 0;
      kept = end - limit;
      if (limit > begin) {
        if (!use(begin, limit, end) || isLast) return;
        this.#textView.copyWithin(0, limit - begin, end - begin);
        room = this.#capacity;
      } else if (room < this.#capacity) {
        room = this.#capacity;
      } else {
        this.#layOut(2 * this.#capacity);
        room = this.#capacity;
      }
    }
  }

  /** Calls `use` with the number of pieces that are in the buffers, and their bytes, until it returns false. */
  #batches(pieces: readonly string[], use: (n: number, bytes: number) => boolean): void {
    const engine = this.#open();
    let n = 0;
    let bytes = 0;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!;
      if (piece.length === 0) continue;
      const { read, written } = encoder.encodeInto(piece, this.#textView.subarray(bytes));
      if (read < piece.length) {
        if (n > 0) {
          if (!use(n, bytes)) return;
          n = bytes = 0;
        } else {
          this.#layOut(Math.max(2 * this.#capacity, 3 * piece.length));
        }
        i--;
        continue;
      }
      bytes += written;
      engine.u32[(this.#pieces >>> 2) + n++] = bytes;
    }
    if (n > 0) use(n, bytes);
  }

  #idView(n: number): Uint32Array {
    return n === 0 ? noIds : this.#open().u32.subarray(this.#ids >>> 2, (this.#ids >>> 2) + n);
  }

  #endView(n: number): Uint32Array {
    return this.#open().u32.subarray(this.#ends >>> 2, (this.#ends >>> 2) + n);
  }
}

/** Ids as u32, unless one of them is none. */
function integers(ids: ArrayLike<number>): Uint32Array {
  if (ids instanceof Uint32Array) return ids;
  const out = Uint32Array.from(ids);
  for (let i = 0; i < out.length; i++) {
    if (out[i] !== ids[i]) throw new RangeError(`ids[${i}]`, "the id of a token of the model", ids[i]);
  }
  return out;
}

/** Joins what chunks give. */
class Collector {
  readonly #ids: Uint32Array[] = [];
  readonly #ends: Uint32Array[] = [];
  #count = 0;
  #bytes = 0;

  add(ids: Uint32Array, ends: Uint32Array, bytes: number): void {
    this.#ids.push(ids.slice());
    this.#ends.push(ends.map((end) => end + this.#bytes));
    this.#count += ids.length;
    this.#bytes += bytes;
  }

  joined(): TokensWithEnds {
    const join = (parts: Uint32Array[]): Uint32Array => {
      const all = new Uint32Array(this.#count);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    };
    return { ids: join(this.#ids), ends: join(this.#ends) };
  }
}
