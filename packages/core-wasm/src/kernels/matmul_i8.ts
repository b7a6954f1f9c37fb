import { checkArray, checkCounts, checkFlags, checkInteger, type KernelOptions } from "../runtime/checks.js";
import { DisposedError, RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { type Runtime, runtimeFor } from "../runtime/runtime.js";
import { evenness } from "../runtime/threads.js";
import type { WasmArray } from "../runtime/wasmArray.js";

/** The shape of a matrix of weights. */
export interface QuantizedMatrixOptions extends KernelOptions {
  /** Columns of the product: a linear layer's outputs. */
  n: number;
  /** The length of each sum: its inputs. At most 132104. */
  k: number;
}

export interface QuantizeOptions extends QuantizedMatrixOptions {
  /** The weights are given as [n, k], as PyTorch keeps a linear layer's weight. Default: false */
  transposeB?: boolean;
}

/** Quantised weights outside Wasm memory: what a file keeps. */
export interface QuantizedWeights {
  /** i8[n, k], row-major, whatever the layout they were quantised from. */
  values: Int8Array;
  /** f32[n], one for each column of the product. */
  scales: Float32Array;
}

export interface MatmulInt8Options {
  /** Rows of `x` and of the result. */
  m: number;
  /** f32[n], added to every row. */
  bias?: KernelArray<"f32"> | undefined;
}

/** The longest sum that 32 bits hold for all weights and activations: 128 · 127 · 132104 < 2³¹. */
const longestSum = 132_104;

/**
 * A matrix of int8 weights with a scale for each column of the product, packed for `matmul_i8` and kept on the heap of its
 * runtime: a quarter of the bytes of float32.
 *
 *     using layer = QuantizedMatrix.quantize(weight, { n: 384, k: 1536, transposeB: true });
 *     matmul_i8Into(out, x, layer, { m: 128, bias });
 */
export class QuantizedMatrix {
  readonly n: number;
  readonly k: number;
  readonly runtime: Runtime;
  readonly #packed: WasmArray<"u8">;

  private constructor(runtime: Runtime, { n, k }: { n: number; k: number }) {
    this.runtime = runtime;
    this.n = n;
    this.k = k;
    // Panels of eight columns, each with k filled up to a multiple of four, a sum and a scale a column: zeros so far.
    const bytes = Math.ceil(n / 8) * (Math.ceil(k / 4) * 32 + 64);
    this.#packed = runtime.heap.alloc("u8", bytes);
  }

  /**
   * Quantises each column j of the product by itself, symmetrically:
   *
   *     scale[j] = max_p |w[p, j]| / 127,  value[j, p] = nearest(w[p, j] / scale[j])
   *
   * so that a weight is off by scale[j] / 2 at most. A column whose scale would be denormal (below 1.2e-38) becomes zeros.
   *
   * @param w f32[k, n], row-major, or f32[n, k] with `transposeB`; every weight finite
   * @throws RangeError, DTypeError, ShapeError, OutOfMemoryError
   */
  static quantize(w: KernelArray<"f32">, options: QuantizeOptions): QuantizedMatrix {
    const { n, k, transposeB = false, runtime } = options;
    checkSizes(n, k);
    checkFlags({ transposeB });
    checkArray("w", w, "f32", n * k, "n × k");
    const made = new QuantizedMatrix(runtimeFor(runtime, w), options);
    return made.#filled(() => {
      const bad = made.runtime.call((wasm, frame) =>
        wasm.matmul_i8Quantize(made.packed.ptr, frame.input(w), transposeB, n, k),
      );
      if (bad >= 0) throw new RangeError("w", "finite weights", `NaN or an infinity in column ${bad}`);
    });
  }

  /**
   * Packs weights that were quantised before: `weights()` of another matrix, or those of a file.
   *
   * @throws RangeError (also for a scale that is negative or not finite), DTypeError, ShapeError, OutOfMemoryError
   */
  static restore({ values, scales }: QuantizedWeights, options: QuantizedMatrixOptions): QuantizedMatrix {
    const { n, k, runtime } = options;
    checkSizes(n, k);
    checkArray("values", values, "i8", n * k, "n × k");
    checkArray("scales", scales, "f32", n, "n");
    const bad = scales.findIndex((scale) => !(scale >= 0 && scale < Infinity));
    if (bad >= 0) throw new RangeError(`scales[${bad}]`, "a finite number ≥ 0", scales[bad]);
    const made = new QuantizedMatrix(runtimeFor(runtime), options);
    return made.#filled(() =>
      made.runtime.call((wasm, frame) =>
        wasm.matmul_i8Pack(made.packed.ptr, frame.input(values), frame.input(scales), n, k),
      ),
    );
  }

  /** The packed bytes, whose order is the variant's own. @throws DisposedError after `dispose` */
  get packed(): WasmArray<"u8"> {
    if (!this.#packed.allocation.live || this.runtime.disposed) {
      throw new DisposedError("matrix", "a live matrix", "a disposed one");
    }
    return this.#packed;
  }

  /** A copy of the weights as they were quantised: the same in each variant. @throws DisposedError after `dispose` */
  weights(): QuantizedWeights {
    const { n, k, packed } = this;
    const [values, scales] = [newArray(Int8Array, n * k), newArray(Float32Array, n)];
    this.runtime.call((wasm, frame) =>
      wasm.matmul_i8Unpack(frame.output(values), frame.output(scales), packed.ptr, n, k),
    );
    return { values, scales };
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    this.runtime.heap.free(this.#packed);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** This matrix after `fill`, or none if that throws. */
  #filled(fill: () => void): this {
    try {
      fill();
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }
}

/**
 * The product with int8 weights: out[i, j] ≈ Σ_p x[i, p] · w[p, j] + bias[j]. Each row of `x` is quantised on the way to seven
 * bits, 0 to 127, over its own range, which always includes 0, and 0 stays exact:
 *
 *     lo = min(0, min_p x[p]), hi = max(0, max_p x[p]), s = (hi − lo) / 127, zero = nearest(−lo / s)
 *     q[p] = nearest(x[p] / s + zero)
 *     out[i, j] = s · scale[j] · Σ_p (q[p] − zero) · value[j, p] + bias[j]
 *
 * Seven bits, because products of bytes are exact on every machine only if one side is 0 to 127. Both variants
 * quantise alike, and the sum is exact in whole numbers: `simd` and `relaxed` give the same bits, on every machine.
 *
 * `x: f32[m, k]`, `out: f32[m, n]`, row-major; `out` may not overlap `x` or `bias`. The runtime is the matrix's.
 *
 * A row with a NaN or an infinity gives NaN in all its n elements; the other rows do not notice. A row of zeros gives the bias,
 * exactly; so does one whose range is below 1.5e-36.
 *
 * The tests hold |out − exact| to s / 2 · Σ_p |w[p, j]| + scale[j] / 2 · Σ_p (|x[p]| + s / 2), which is what the two
 * quantisations may do, plus 1/1000 of it and 2⁻²² of the result and the bias for float32 (s · scale[j] not being denormal).
 * For normally distributed `x` and weights the error is 1.5 % of the result at k = 256 and 1.7 % at k = 1024, root mean square
 * (tests: 2 %), and 1.0 and 1.1 % where `x` is never negative, as behind a ReLU: as much as eight symmetric bits give.
 *
 * @throws RangeError, DTypeError, ShapeError; DisposedError for a disposed matrix
 */
export function matmul_i8Into(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  w: QuantizedMatrix,
  { m, bias }: MatmulInt8Options,
): void {
  const { n, k, packed } = w;
  checkCounts({ m });
  checkArray("out", out, "f32", m * n, "m × n");
  checkArray("x", x, "f32", m * k, "m × k");
  if (bias !== undefined) checkArray("bias", bias, "f32", n, "n");
  if (out.length === 0) return;
  w.runtime.call((exports, frame) => {
    const outPtr = frame.output(out);
    const xPtr = frame.input(x);
    const biasPtr = frame.optionalInput(bias);
    const { threads } = frame;
    const byRows = threads === 1 || evenness(m, rowUnit, threads) >= evenness(n, columnUnit, threads);
    const split = { unit: byRows ? rowUnit : columnUnit, nanoseconds: 0.015 * m * n * k };
    frame.split(byRows ? m : n, split, (wasm, begin, length) => {
      const row = byRows ? begin : 0;
      const rows = byRows ? length : m;
      const [toOut, toX] = [outPtr + 4 * row * n, xPtr + 4 * row * k];
      const workPtr = frame.scratch(exports.matmul_i8WorkBytes(rows, n, k));
      if (byRows) wasm.matmul_i8(toOut, toX, packed.ptr, biasPtr, rows, n, k, 0, n, workPtr);
      else wasm.matmul_i8(toOut, toX, packed.ptr, biasPtr, rows, n, k, begin, length, workPtr);
    });
  });
}

/** Rows are shared out by so many: each part reads all weights. */
const rowUnit = 12;
/** Columns by so many: whole panels, and each part quantises all rows for itself. */
const columnUnit = 16;

/** `matmul_i8Into` with a new array for the result. */
export function matmul_i8(
  x: KernelArray<"f32">,
  w: QuantizedMatrix,
  options: MatmulInt8Options,
): Float32Array<ArrayBuffer> {
  checkCounts({ m: options.m });
  const out = newArray(Float32Array, options.m * w.n);
  matmul_i8Into(out, x, w, options);
  return out;
}

function checkSizes(n: number, k: number): void {
  checkCounts({ n });
  checkInteger("k", k, 0, longestSum);
}
