import type { Arena, ArenaMark } from "./arena.js";
import type { DType, TypedArrays } from "./dtype.js";
import type { LinearMemory } from "./memory.js";
import { RangeError } from "./errors.js";
import { WasmArray } from "./wasmArray.js";

/** What a kernel takes: a typed array (copied), or an array that is in Wasm memory already (used in place). */
export type KernelArray<D extends DType> = TypedArrays[D] | WasmArray<D>;

/**
 * The arguments of one kernel call. A typed array gets a place in scratch memory for the length of the call; an
 * array of this runtime, or a view into its memory, is passed by its own address.
 */
export class Frame {
  readonly #scratch: Arena;
  readonly #memory: LinearMemory;
  readonly #outputs: { to: TypedArrays[DType]; from: WasmArray }[] = [];

  constructor(scratch: Arena, memory: LinearMemory) {
    this.#scratch = scratch;
    this.#memory = memory;
  }

  /** The address of an array that the kernel reads. */
  input<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, true, false);
  }

  /** The address of an array that the kernel writes in full. */
  output<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, false, true);
  }

  /** The address of an array that the kernel reads and writes, or writes in part. */
  inout<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, true, true);
  }

  /** As `input`, and 0 for an array that is left out. */
  optionalInput<D extends DType>(array: KernelArray<D> | undefined): number {
    return array === undefined ? 0 : this.input(array);
  }

  /** As `inout`, and 0 for an array that is left out. */
  optionalInout<D extends DType>(array: KernelArray<D> | undefined): number {
    return array === undefined ? 0 : this.inout(array);
  }

  /** The address of `bytes` of working memory, aligned to 64, until the call ends. */
  scratch(bytes: number): number {
    return this.#scratch.allocBytes(bytes).ptr;
  }

  begin(): ArenaMark {
    return this.#scratch.mark();
  }

  copyOut(): void {
    for (const { to, from } of this.#outputs) to.set(from.view);
  }

  end(mark: ArenaMark): void {
    this.#outputs.length = 0;
    this.#scratch.release(mark);
  }

  #place<D extends DType>(array: KernelArray<D>, read: boolean, write: boolean): number {
    if (array instanceof WasmArray) {
      if (array.allocation.memory !== this.#memory) {
        throw new RangeError("array", "an array of the runtime that is called", "another runtime's");
      }
      return array.ptr;
    }
    if (array.buffer === this.#memory.buffer) return array.byteOffset;
    const copy = new WasmArray(this.#scratch.allocBytes(array.byteLength), dtypeOf(array), array.length);
    if (read) copy.view.set(array);
    if (write) this.#outputs.push({ to: array, from: copy });
    return copy.ptr;
  }
}

function dtypeOf(array: TypedArrays[DType]): DType {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Uint32Array) return "u32";
  return array instanceof Int8Array ? "i8" : "u8";
}
