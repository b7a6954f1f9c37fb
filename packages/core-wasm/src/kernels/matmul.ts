import { type ActivationKind, checkAlpha, defaultAlpha, kindCode } from "../activationKinds.js";
import { PackedMatrix } from "../packedMatrix.js";
import { checkArray, checkCounts, checkFlags, checkFloat, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import type { SplitOptions } from "../runtime/threads.js";

/** What may follow the product, at next to no cost: it is done while the result is in the cache. */
export interface EpilogueOptions {
  /** f32[n], added to every row of the product. */
  bias?: KernelArray<"f32"> | undefined;
  /** Applied to the sum of product and bias, as `activationInto` does. */
  activation?: ActivationKind | undefined;
  /** The parameter of the activation, where it has one. */
  alpha?: number | undefined;
  /** f32[batch, m, n], added in the end. May not overlap `out`. */
  residual?: KernelArray<"f32"> | undefined;
}

/** The shape of a product. */
export interface MatmulOptions extends EpilogueOptions, KernelOptions {
  /** Rows of the result. */
  m: number;
  /** Columns of the result. */
  n: number;
  /** The length of each sum. */
  k: number;
  /** `a` is given as [k, m]. Default: false */
  transposeA?: boolean;
  /** `b` is given as [n, k], as PyTorch keeps a linear layer's weight. Default: false */
  transposeB?: boolean;
  /** How many products, one after the other in `out`, `a` and `b`. Default: 1 */
  batch?: number;
  /** One `b` for all products of the batch. Default: false */
  broadcastB?: boolean;
}

export interface MatmulIntoOptions extends MatmulOptions {
  /** Adds the product to what is in `out`. Default: false */
  accumulate?: boolean;
}

/**
 * The matrix product, for each of `batch` pairs, and what may follow it:
 *
 *     out[i, j] = activation(Σ_p a[i, p] · b[p, j] + bias[j]) + residual[i, j]
 *
 * `out: f32[batch, m, n]`, `a: f32[batch, m, k]` ([batch, k, m] if `transposeA`), `b: f32[batch, k, n]` ([batch, n, k] if
 * `transposeB`; without the batch if `broadcastB`), all row-major. `out` may not overlap the others. With k = 0 the
 * product is 0. With `accumulate` the sum starts at what is in `out`: it is there before the bias and the activation.
 *
 * A `PackedMatrix` in place of `b` is one b for the whole batch, and lies as it was packed (`transposeB` is for `packMatrix`).
 *
 * Each element is one chain of float32 multiply-adds in the order of p (from 0, or from `out` with `accumulate`), fused in
 * the `relaxed` variant: its bits do not depend on m, n, the batch, or whether b is packed. Exception, for a b that is not
 * packed: for m ≤ 3 with `transposeB`, and for n = 1 without `transposeA`, there are eight chains, p mod 8, which are added
 * at the end. (m counts the rows of the whole batch with `broadcastB` and without `transposeA`.) The tests hold each
 * element to (√k + 1) · 2⁻²² · Σ_p |a[i, p] · b[p, j]|. Bias, activation and residual give the bits of `addRow`, `activation`
 * and `add` called one after the other.
 *
 * Ref: Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication".
 *
 * @throws RangeError, DTypeError, ShapeError; DisposedError for a disposed `b`
 */
export function matmulInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32"> | PackedMatrix,
  options: MatmulIntoOptions,
): void {
  const { m, n, k, transposeA = false, transposeB = false, batch = 1 } = options;
  const { accumulate = false, bias, residual } = options;
  const packed = b instanceof PackedMatrix;
  const { broadcastB = packed } = options;
  checkCounts({ m, n, k, batch });
  checkFlags({ transposeA, transposeB, broadcastB, accumulate });
  checkArray("out", out, "f32", batch * m * n, "batch × m × n");
  checkArray("a", a, "f32", batch * m * k, "batch × m × k");
  if (packed) checkPacked(b, { n, k, transposeB, broadcastB, batch });
  else checkArray("b", b, "f32", broadcastB ? k * n : batch * k * n, broadcastB ? "k × n" : "batch × k × n");
  const { kind, alpha } = checkEpilogue(options, batch * m * n);
  const runtime = packed
    ? b.runtimeFor(options.runtime)
    : runtimeFor(options.runtime, out, a, b, bias, residual);
  if (out.length === 0) return;
  // With one b for all, the rows of all products are the rows of one.
  const merge = broadcastB && !transposeA;
  const [products, rows] = merge ? [1, batch * m] : [batch, m];
  runtime.call((exports, frame) => {
    const outPtr = accumulate ? frame.inout(out) : frame.output(out);
    const aPtr = frame.input(a);
    const bPtr = packed ? b.ptr : frame.input(b);
    const biasPtr = frame.optionalInput(bias);
    const residualPtr = frame.optionalInput(residual);
    const lda = transposeA ? m : k;
    const ldb = transposeB ? k : n;
    const bStride = broadcastB ? 0 : k * n;
    // A panel of a packed b holds all of k for its columns.
    const bColumn = packed || transposeB ? k : 1;
    const split = splitOf({ products, m: rows, n, k }, frame.threads);
    frame.split(split.length, split, (wasm, begin, length) => {
      const from = { products: 0, m: 0, n: 0, [split.axis]: begin };
      const part = { products, m: rows, n, [split.axis]: length };
      const c = outPtr + 4 * ((from.products * rows + from.m) * n + from.n);
      const x = aPtr + 4 * (from.products * rows * k + from.m * (transposeA ? 1 : k));
      const w = bPtr + 4 * (from.products * bStride + from.n * bColumn);
      const bias = biasPtr && biasPtr + 4 * from.n;
      const residual = residualPtr && residualPtr + (c - outPtr);
      const work = frame.scratch(exports.matmulWorkBytes(part.m, part.n, k) >>> 0);
      // prettier-ignore
      if (packed) {
        wasm.matmulPackedFused(
          c, n, rows * n, x, lda, rows * k, transposeA, w, part.products, part.m, part.n, k, accumulate,
          bias, kind, alpha, residual, n, rows * n, work,
        );
      } else {
        wasm.matmulFused(
          c, n, rows * n, x, lda, rows * k, transposeA, w, ldb, bStride, transposeB, part.products, part.m, part.n, k, accumulate,
          bias, kind, alpha, residual, n, rows * n, work,
        );
      }
    });
  });
}

/**
 * How a product is shared among threads: by whole products where they come out about even, else by rows or columns,
 * whichever are more: every part packs the other side for itself. The units keep a part on the path that the whole would
 * take (no part has one column, or three rows, unless the whole has), and so its bits; and a panel of a packed b whole.
 */
function splitOf(
  { products, m, n, k }: { products: number; m: number; n: number; k: number },
  threads: number,
): SplitOptions & { axis: "products" | "m" | "n"; length: number } {
  const nanoseconds = products * m * n * k * (m === 1 || n === 1 ? 0.06 : 0.035);
  if (products % threads === 0 || products >= 8 * threads) {
    return { axis: "products", length: products, nanoseconds };
  }
  if (m >= n) return { axis: "m", length: m, unit: 12, nanoseconds };
  return { axis: "n", length: n, unit: 16, nanoseconds };
}

/** `matmulInto` with a new array for the result. */
export function matmul(
  a: KernelArray<"f32">,
  b: KernelArray<"f32"> | PackedMatrix,
  options: MatmulOptions,
): Float32Array<ArrayBuffer> {
  const { m, n, batch = 1 } = options;
  checkCounts({ m, n, batch });
  const out = newArray(Float32Array, batch * m * n);
  matmulInto(out, a, b, { ...options, accumulate: false });
  return out;
}

/** @throws ShapeError, RangeError, DisposedError */
function checkPacked(
  b: PackedMatrix,
  wanted: Required<Pick<MatmulOptions, "n" | "k" | "transposeB" | "broadcastB" | "batch">>,
): void {
  const { n, k, transposeB, broadcastB, batch } = wanted;
  b.check("b", k, n);
  if (transposeB)
    throw new RangeError("transposeB", "false: a PackedMatrix lies as it was packed", transposeB);
  if (!broadcastB && batch !== 1) throw new RangeError("broadcastB", "true with a PackedMatrix", broadcastB);
}

/** @throws RangeError, DTypeError, ShapeError */
function checkEpilogue(
  { n, bias, activation, alpha, residual }: MatmulOptions,
  length: number,
): { kind: number; alpha: number } {
  if (bias !== undefined) checkArray("bias", bias, "f32", n, "n");
  if (residual !== undefined) checkArray("residual", residual, "f32", length, "batch × m × n");
  if (alpha !== undefined) checkFloat("alpha", alpha);
  if (activation === undefined) return { kind: -1, alpha: 0 };
  const kind = kindCode(activation, "activation");
  if (alpha !== undefined) checkAlpha(activation, alpha);
  return { kind, alpha: alpha ?? defaultAlpha(activation) };
}
