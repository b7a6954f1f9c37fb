import { bytesPerElement, type DType } from "./dtype.js";
import { OutOfMemoryError, RangeError } from "./errors.js";
import type { LinearMemory } from "./memory.js";
import { type Allocation, WasmArray } from "./wasmArray.js";

/** Every allocation starts at a multiple of this: a cache line, and four vectors. */
export const alignment = 64;

/**
 * Long-lived arrays (weights, optimiser state) in Wasm memory. Sizes are rounded up to a class, four classes to
 * a doubling, so at most a quarter is lost; a freed block is kept for the next request of its class, and is cut up for
 * smaller ones only when memory cannot grow.
 */
export class Heap {
  readonly #memory: LinearMemory;
  readonly #freed = new Map<number, number[]>();
  readonly #own = new WeakSet<Allocation>();
  /** What the innermost `allOrNone` has taken so far. */
  #taken: WasmArray[] | undefined;
  #top: number;
  #bytesInUse = 0;

  /** @param base the first byte that the heap may use */
  constructor(memory: LinearMemory, base: number) {
    this.#memory = memory;
    this.#top = roundUp(base, alignment);
  }

  /** Bytes in blocks that are handed out now. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** An array of zeros. @throws OutOfMemoryError, with nothing changed */
  alloc<D extends DType>(dtype: D, length: number): WasmArray<D> {
    const array = this.#take(dtype, length);
    array.view.fill(0);
    return array;
  }

  /** A copy of `values` in Wasm memory. */
  from<D extends DType>(dtype: D, values: ArrayLike<number>): WasmArray<D> {
    const kept = this.outside(values);
    return this.#take(dtype, kept.length).set(kept);
  }

  /**
   * Runs `body` (not an async function), which takes several arrays. If it throws, those that `alloc` and `from` gave
   * it are freed: a model that finds no room for its last weight does not keep that of the others.
   */
  allOrNone<T>(body: () => T): T {
    const outer = this.#taken;
    const taken: WasmArray[] = [];
    this.#taken = taken;
    try {
      const result = body();
      for (const array of taken) outer?.push(array);
      return result;
    } catch (error) {
      for (const array of taken) this.free(array);
      throw error;
    } finally {
      this.#taken = outer;
    }
  }

  /** `values`, or a copy of a view into this heap's memory: allocating may make that grow, and detach the view. */
  outside(values: ArrayLike<number>): ArrayLike<number> {
    const within = ArrayBuffer.isView(values) && this.#memory.holds(values.buffer);
    return within ? Float64Array.from(values) : values;
  }

  /** Raw bytes, uninitialised, aligned to 64. @throws OutOfMemoryError, with nothing changed; DisposedError */
  allocBytes(bytes: number): Allocation {
    const size = classBytes(arrayBytes("u8", bytes));
    this.#memory.checkLive();
    const ptr = this.#freed.get(size)?.pop() ?? this.#extendOrCut(size);
    this.#bytesInUse += size;
    const allocation = { memory: this.#memory, ptr, bytes: size, live: true };
    this.#own.add(allocation);
    return allocation;
  }

  /**
   * Gives an array's memory back. Every array over the same memory is dead from then on; again is no harm.
   *
   * @throws RangeError if the array came from elsewhere: another runtime, or an arena
   */
  free(array: WasmArray | Allocation): void {
    const allocation = array instanceof WasmArray ? array.allocation : array;
    if (!allocation.live) return;
    if (!this.#own.has(allocation)) {
      const from = allocation.memory === this.#memory ? "an arena's" : "another runtime's";
      throw new RangeError("array", "an array of this heap", from);
    }
    allocation.live = false;
    this.#bytesInUse -= allocation.bytes;
    this.#keep(allocation.ptr, allocation.bytes);
  }

  #take<D extends DType>(dtype: D, length: number): WasmArray<D> {
    const array = new WasmArray(this.allocBytes(arrayBytes(dtype, length)), dtype, length);
    this.#taken?.push(array);
    return array;
  }

  /** Notes a free block, of a class. */
  #keep(ptr: number, size: number): void {
    const blocks = this.#freed.get(size);
    if (blocks) blocks.push(ptr);
    else this.#freed.set(size, [ptr]);
  }

  #extendOrCut(size: number): number {
    try {
      return this.#extend(size);
    } catch (error) {
      const ptr = error instanceof OutOfMemoryError ? this.#cut(size) : undefined;
      if (ptr === undefined) throw error;
      return ptr;
    }
  }

  /** The front of the least free block that is larger, if there is one; the rest of it stays free, in blocks of a class. */
  #cut(size: number): number | undefined {
    let least = Infinity;
    for (const [bytes, blocks] of this.#freed) {
      if (bytes > size && bytes < least && blocks.length > 0) least = bytes;
    }
    const ptr = this.#freed.get(least)?.pop();
    if (ptr === undefined) return undefined;
    for (let at = ptr + size, rest = ptr + least - at; rest > 0;) {
      const piece = classWithin(rest);
      this.#keep(at, piece);
      at += piece;
      rest -= piece;
    }
    return ptr;
  }

  #extend(size: number): number {
    const ptr = this.#top;
    this.#memory.ensure(ptr + size);
    this.#top = ptr + size;
    return ptr;
  }
}

/** The bytes of `length` elements. @throws RangeError unless it is a count */
export function arrayBytes(dtype: DType, length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new RangeError("length", "a whole number ≥ 0", length);
  }
  return length * bytesPerElement(dtype);
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** The least class that holds `bytes`: (4 + j) / 4 · 2^k for j in 0..3, in multiples of the alignment. */
function classBytes(bytes: number): number {
  const least = Math.max(bytes, alignment);
  return roundUp(roundUp(least, classStep(least)), alignment);
}

/** The greatest class within `bytes`, a multiple of the alignment. */
function classWithin(bytes: number): number {
  const step = Math.max(classStep(bytes), alignment);
  return Math.floor(bytes / step) * step;
}

/** How far the classes around `bytes` are apart: a quarter of the power of two below. */
function classStep(bytes: number): number {
  return 2 ** Math.floor(Math.log2(bytes)) / 4;
}
