import type { DType } from "./dtype.js";
import { DisposedError, OutOfMemoryError, RangeError } from "./errors.js";
import { alignment, arrayBytes, type Heap, roundUp } from "./heap.js";
import { type Allocation, WasmArray } from "./wasmArray.js";

/** A place in an arena to return to. */
export interface ArenaMark {
  readonly chunk: number;
  readonly offset: number;
  readonly count: number;
  /** The allocation before the mark: while it is there, so is all that came before it. */
  readonly last: Allocation | undefined;
}

const defaultChunkBytes = 1 << 20;

/**
 * Short-lived arrays (activations, the tape of one step): allocating bumps a pointer, and `release` drops
 * everything since a `mark` at once. Chunks come from the heap and are kept, so a step that repeats
 * allocates nothing new.
 */
export class Arena {
  readonly #heap: Heap;
  readonly #chunkBytes: number;
  #chunks: Allocation[] = [];
  #chunk = 0;
  #offset = 0;
  #handedOut: Allocation[] = [];
  #disposed = false;

  /** @param chunkBytes the least that is taken from the heap at once */
  constructor(heap: Heap, chunkBytes: number = defaultChunkBytes) {
    this.#heap = heap;
    this.#chunkBytes = chunkBytes;
  }

  /** Bytes held from the heap, in use or not. */
  get bytesReserved(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** An array with arbitrary contents. @throws OutOfMemoryError, with nothing changed */
  alloc<D extends DType>(dtype: D, length: number): WasmArray<D> {
    return new WasmArray(this.allocBytes(arrayBytes(dtype, length)), dtype, length);
  }

  /** A copy of `values`. */
  from<D extends DType>(dtype: D, values: ArrayLike<number>): WasmArray<D> {
    const kept = this.#heap.outside(values);
    return this.alloc(dtype, kept.length).set(kept);
  }

  /** Raw bytes, uninitialised, aligned to 64. @throws OutOfMemoryError, with nothing changed; DisposedError */
  allocBytes(bytes: number): Allocation {
    if (this.#disposed) throw new DisposedError("arena", "a live arena", "a disposed one");
    const size = Math.max(alignment, roundUp(arrayBytes("u8", bytes), alignment));
    const { chunk, offset } = this.#place(size);
    this.#chunk = chunk;
    this.#offset = offset + size;
    const { memory, ptr } = this.#chunks[chunk]!;
    memory.checkLive();
    const allocation = { memory, ptr: ptr + offset, bytes: size, live: true };
    this.#handedOut.push(allocation);
    return allocation;
  }

  mark(): ArenaMark {
    const count = this.#handedOut.length;
    return { chunk: this.#chunk, offset: this.#offset, count, last: this.#handedOut[count - 1] };
  }

  /**
   * Drops all that was allocated since `mark`; arrays from then on throw a DisposedError.
   *
   * @throws RangeError for another arena's mark, or one that an earlier mark's release has overtaken
   */
  release(mark: ArenaMark): void {
    if (this.#disposed) return;
    if (mark.count > this.#handedOut.length || this.#handedOut[mark.count - 1] !== mark.last) {
      throw new RangeError("mark", "a mark of this arena that was not released yet", "another");
    }
    for (let i = mark.count; i < this.#handedOut.length; i++) this.#handedOut[i]!.live = false;
    this.#handedOut.length = mark.count;
    this.#chunk = mark.chunk;
    this.#offset = mark.offset;
  }

  /** Drops everything, and keeps the memory for what comes next. */
  reset(): void {
    this.release({ chunk: 0, offset: 0, count: 0, last: undefined });
  }

  /** Gives the memory back to the heap. */
  dispose(): void {
    if (this.#disposed) return;
    this.reset();
    for (const chunk of this.#chunks) this.#heap.free(chunk);
    this.#chunks = [];
    this.#disposed = true;
  }

  /** Where `size` bytes fit: in this chunk, in the next ones, or in a new one at the end. */
  #place(size: number): { chunk: number; offset: number } {
    for (let chunk = this.#chunk, offset = this.#offset; chunk < this.#chunks.length; chunk++, offset = 0) {
      if (offset + size <= this.#chunks[chunk]!.bytes) return { chunk, offset };
    }
    this.#chunks.push(this.#newChunk(size));
    return { chunk: this.#chunks.length - 1, offset: 0 };
  }

  /** A roomy chunk, or where memory is short just what is needed. */
  #newChunk(size: number): Allocation {
    try {
      return this.#heap.allocBytes(Math.max(size, this.#chunkBytes));
    } catch (error) {
      if (error instanceof OutOfMemoryError && size < this.#chunkBytes) return this.#heap.allocBytes(size);
      throw error;
    }
  }
}
