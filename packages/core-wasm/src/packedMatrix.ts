import { checkArray, checkCounts, checkFlags, type KernelOptions } from "./runtime/checks.js";
import { DisposedError, RangeError, ShapeError } from "./runtime/errors.js";
import type { KernelArray } from "./runtime/frame.js";
import { type Runtime, runtimeFor } from "./runtime/runtime.js";
import type { Allocation } from "./runtime/wasmArray.js";

/** What a matrix to be packed looks like. */
export interface PackOptions extends KernelOptions {
  /** Its rows: the length of each sum. */
  k: number;
  /** Its columns: those of the result. */
  n: number;
  /** It is given as [n, k], as PyTorch keeps a linear layer's weight. Default: false */
  transposeB?: boolean | undefined;
}

/**
 * The right-hand matrix b of `matmul` in the order in which the kernel reads it, on the runtime's heap: for weights, which
 * are packed once and multiplied many times. `matmul` takes it in place of `b`.
 *
 *     using weight = packMatrix(values, { k: 384, n: 1536, transposeB: true });
 *     matmulInto(out, x, weight, { m: 128, n: 1536, k: 384 });
 */
export class PackedMatrix {
  readonly k: number;
  readonly n: number;
  readonly runtime: Runtime;
  readonly #allocation: Allocation;

  /** Not yet filled: `packMatrix` makes one that is. @throws OutOfMemoryError, DisposedError */
  constructor(runtime: Runtime, k: number, n: number) {
    this.runtime = runtime;
    this.k = k;
    this.n = n;
    // Counted here: a tall matrix of one column takes eight times its bytes, which may not fit the kernels' 32 bits.
    this.#allocation = runtime.heap.allocBytes(Math.ceil(n / 8) * k * 32);
  }

  get disposed(): boolean {
    return !this.#allocation.live || this.runtime.disposed;
  }

  /** The address of the panels f32[⌈n / 8⌉, k, 8]. @throws DisposedError */
  get ptr(): number {
    if (this.disposed) throw new DisposedError("matrix", "a live PackedMatrix", "a disposed one");
    return this.#allocation.ptr;
  }

  /** For kernels that take one, called `name` there. @throws ShapeError unless it is k × n; DisposedError */
  check(name: string, k: number, n: number): void {
    if (this.disposed) throw new DisposedError(name, "a live PackedMatrix", "a disposed one");
    if (this.k !== k || this.n !== n) {
      throw new ShapeError(name, `packed ${k} × ${n} (k × n)`, `${this.k} × ${this.n}`);
    }
  }

  /** The runtime to call a kernel on. @throws RangeError where another one is asked for */
  runtimeFor(named: Runtime | undefined): Runtime {
    if (named !== undefined && named !== this.runtime) {
      throw new RangeError("runtime", "that of the PackedMatrix", "another one");
    }
    return this.runtime;
  }

  /**
   * Packs new values into the same place.
   *
   * @param b f32[k, n], or f32[n, k] if `transposeB`
   * @throws DisposedError, RangeError, DTypeError, ShapeError
   */
  set(b: KernelArray<"f32">, { transposeB = false }: { transposeB?: boolean | undefined } = {}): this {
    const { k, n, ptr } = this;
    checkFlags({ transposeB });
    checkArray("b", b, "f32", k * n, "k × n");
    this.runtime.call((wasm, frame) =>
      wasm.matmulPack(ptr, frame.input(b), transposeB ? k : n, transposeB, n, k),
    );
    return this;
  }

  /** Gives its memory back; any use after that is a DisposedError. Again is no harm. */
  dispose(): void {
    if (!this.disposed) this.runtime.heap.free(this.#allocation);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Packs b[k, n] for `matmul`.
 *
 * @param b f32[k, n], or f32[n, k] if `transposeB`
 * @throws RangeError, DTypeError, ShapeError, OutOfMemoryError
 */
export function packMatrix(
  b: KernelArray<"f32">,
  { k, n, transposeB = false, runtime }: PackOptions,
): PackedMatrix {
  checkCounts({ k, n });
  checkFlags({ transposeB });
  checkArray("b", b, "f32", k * n, "k × n");
  const packed = new PackedMatrix(runtimeFor(runtime, b), k, n);
  try {
    return packed.set(b, { transposeB });
  } catch (error) {
    packed.dispose();
    throw error;
  }
}
