import { arrayType, bytesPerElement, type DType, type TypedArrays } from "./dtype.js";
import { DisposedError, RangeError, ShapeError } from "./errors.js";
import type { LinearMemory } from "./memory.js";

/** A range of Wasm memory that a `Heap` or an `Arena` handed out. */
export interface Allocation {
  readonly memory: LinearMemory;
  readonly ptr: number;
  /** The bytes set aside, at least those asked for. */
  readonly bytes: number;
  /** False once freed or released: arrays over it throw from then on. */
  live: boolean;
}

/**
 * A typed array that lives in Wasm memory, for those who keep data resident between kernels: no copy on the
 * way in or out. Made by `runtime.heap.alloc` (until freed) or `runtime.arena.alloc` (until released).
 */
export class WasmArray<D extends DType = DType> {
  readonly dtype: D;
  readonly length: number;
  readonly allocation: Allocation;
  readonly #byteOffset: number;
  #view: TypedArrays[D] | undefined;

  /** @throws DTypeError; RangeError unless it lies within the allocation, aligned to its elements */
  constructor(allocation: Allocation, dtype: D, length: number, byteOffset = 0) {
    const size = bytesPerElement(dtype);
    const fits = byteOffset >= 0 && length >= 0 && byteOffset + length * size <= allocation.bytes;
    if (!(fits && Number.isInteger(length) && byteOffset % size === 0)) {
      const received = `${length} elements at byte ${byteOffset}`;
      throw new RangeError("length, byteOffset", `a range of its ${allocation.bytes} bytes`, received);
    }
    this.allocation = allocation;
    this.dtype = dtype;
    this.length = length;
    this.#byteOffset = byteOffset;
  }

  get byteLength(): number {
    return this.length * bytesPerElement(this.dtype);
  }

  /** The address of the first element. @throws DisposedError */
  get ptr(): number {
    this.checkLive();
    return this.allocation.ptr + this.#byteOffset;
  }

  /** @throws DisposedError if it was freed or released, or its runtime disposed */
  checkLive(): void {
    const { live, memory } = this.allocation;
    if (live && !memory.disposed) return;
    throw new DisposedError("array", "a live array", "one that was freed, released or disposed");
  }

  /**
   * The elements in place. Take it anew after anything that may allocate: when Wasm memory grows, views taken
   * before are detached (their length becomes 0).
   */
  get view(): TypedArrays[D] {
    const { ptr } = this;
    const { buffer } = this.allocation.memory;
    if (this.#view === undefined || this.#view.buffer !== buffer) {
      this.#view = new (arrayType(this.dtype))(buffer, ptr, this.length);
    }
    return this.#view;
  }

  /** Copies `values` in. @throws ShapeError unless it has exactly `length` elements */
  set(values: ArrayLike<number>): this {
    if (values.length !== this.length) {
      throw new ShapeError("values", `${this.length} elements`, `${values.length} elements`);
    }
    this.view.set(values);
    return this;
  }

  /** A copy that outlives this array. */
  toArray(): TypedArrays[D] {
    return this.view.slice() as TypedArrays[D];
  }

  /** Elements [begin, end) of the same memory, with the same lifetime. */
  subarray(begin: number, end: number = this.length): WasmArray<D> {
    if (!(
      Number.isInteger(begin) &&
      Number.isInteger(end) &&
      0 <= begin &&
      begin <= end &&
      end <= this.length
    )) {
      throw new RangeError("begin, end", `0 ≤ begin ≤ end ≤ ${this.length}`, `${begin}, ${end}`);
    }
    const offset = this.#byteOffset + begin * bytesPerElement(this.dtype);
    return new WasmArray(this.allocation, this.dtype, end - begin, offset);
  }
}
