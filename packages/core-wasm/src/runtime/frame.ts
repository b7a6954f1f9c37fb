import type { Arena, ArenaMark } from "./arena.js";
import { DisposedError, RangeError } from "./errors.js";
import type { DType, TypedArrays } from "./dtype.js";
import type { LinearMemory } from "./memory.js";
import type { Kernels, Part, SplitOptions, Threads } from "./threads.js";
import { WasmArray } from "./wasmArray.js";

/**
 * What a kernel takes: a typed array (copied), or an array that is in Wasm memory already (used in place). A typed
 * array that is a view into the runtime's memory is used in place too, but growth detaches it, and a call may grow
 * memory to place its other arrays: it throws a DisposedError then. A `WasmArray` has no such trouble.
 */
export type KernelArray<D extends DType> = TypedArrays[D] | WasmArray<D>;

/** The state of a frame when a call begins, to return to when it ends: a call may be made inside another. */
export interface FrameMark {
  readonly scratch: ArenaMark;
  readonly outputs: number;
}

/**
 * The arguments of one kernel call. A typed array gets a place in scratch memory for the length of the call; an
 * array of this runtime, or a view into its memory, is passed by its own address.
 */
export class Frame {
  readonly #scratch: Arena;
  readonly #memory: LinearMemory;
  readonly #wasm: Kernels;
  readonly #threads: Threads | undefined;
  readonly #outputs: { to: TypedArrays[DType]; from: WasmArray; inout: boolean }[] = [];

  /** @param threads what `split` hands parts to; without it, all is one part */
  constructor(scratch: Arena, memory: LinearMemory, wasm: Kernels, threads?: Threads) {
    this.#scratch = scratch;
    this.#memory = memory;
    this.#wasm = wasm;
    this.#threads = threads;
  }

  /** How many threads `split` can use. */
  get threads(): number {
    return this.#threads?.count ?? 1;
  }

  /** The address of an array that the kernel reads. */
  input<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, true, false);
  }

  /** The address of an array that the kernel writes in full. */
  output<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, false, true);
  }

  /**
   * The address of an array that the kernel reads and writes, or writes in part. The same array given twice is
   * one: what is added to it in both roles adds up.
   */
  inout<D extends DType>(array: KernelArray<D>): number {
    return this.#place(array, true, true);
  }

  /** As `input`, and 0 for an array that is left out. */
  optionalInput<D extends DType>(array: KernelArray<D> | undefined): number {
    return array === undefined ? 0 : this.input(array);
  }

  /** As `output`, and 0 for an array that is left out. */
  optionalOutput<D extends DType>(array: KernelArray<D> | undefined): number {
    return array === undefined ? 0 : this.output(array);
  }

  /** As `inout`, and 0 for an array that is left out. */
  optionalInout<D extends DType>(array: KernelArray<D> | undefined): number {
    return array === undefined ? 0 : this.inout(array);
  }

  /** The address of `bytes` of working memory, aligned to 64, until the call ends. */
  scratch(bytes: number): number {
    return this.#scratch.allocBytes(bytes).ptr;
  }

  /**
   * Runs a kernel on [0, length) in parts, on several threads where the runtime has them and the work is worth it:
   *
   *     const [y, x] = [frame.output(out), frame.input(rows)];
   *     frame.split(rows, { nanoseconds: 2 * rows * cols }, (wasm, begin, length) =>
   *       wasm.softmax(y + begin * cols * 4, x + begin * cols * 4, length, cols),
   *     );
   *
   * Parts run at the same time and in any order, so what one writes no other may read or write, and working memory is
   * taken anew in each (`frame.scratch`). The result must not depend on where the cuts are, to the bit. `part` calls
   * kernels and nothing else: on several threads it runs before they do.
   */
  split(length: number, options: SplitOptions, part: Part): void {
    if (this.#threads === undefined) part(this.#wasm, 0, length);
    else this.#threads.split(length, options, part);
  }

  begin(): FrameMark {
    return { scratch: this.#scratch.mark(), outputs: this.#outputs.length };
  }

  /** Copies the results since `mark` into the typed arrays that they are meant for. */
  copyOut(mark: FrameMark): void {
    for (let i = mark.outputs; i < this.#outputs.length; i++) {
      const { to, from } = this.#outputs[i]!;
      to.set(from.view);
    }
  }

  end(mark: FrameMark): void {
    this.#outputs.length = mark.outputs;
    this.#scratch.release(mark.scratch);
  }

  #place<D extends DType>(array: KernelArray<D>, read: boolean, write: boolean): number {
    if (array instanceof WasmArray) {
      if (array.allocation.memory !== this.#memory) {
        throw new RangeError("array", "an array of the runtime that is called", "another runtime's");
      }
      return array.ptr;
    }
    if (this.#memory.holds(array.buffer)) return array.byteOffset;
    if (array.length === 0) checkAttached(array);
    const twin =
      read && write ? this.#outputs.find(({ to, inout }) => inout && sameRange(to, array)) : undefined;
    if (twin) return twin.from.ptr;
    const copy = new WasmArray(this.#scratch.allocBytes(array.byteLength), dtypeOf(array), array.length);
    if (read) copy.view.set(array);
    if (write) this.#outputs.push({ to: array, from: copy, inout: read });
    return copy.ptr;
  }
}

function sameRange(a: TypedArrays[DType], b: TypedArrays[DType]): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength;
}

/** A view that growth has detached looks empty: the kernel, told its length before, would read garbage. */
function checkAttached(array: TypedArrays[DType]): void {
  try {
    void new Uint8Array(array.buffer);
  } catch (cause) {
    const received = "one that was detached when memory grew";
    throw new DisposedError("array", "a live view (take it anew, or pass the WasmArray)", received, {
      cause,
    });
  }
}

function dtypeOf(array: TypedArrays[DType]): DType {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Uint32Array) return "u32";
  return array instanceof Int8Array ? "i8" : "u8";
}
