import { checkArray, checkCounts, checkFlags, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape of a product. */
export interface MatmulOptions extends KernelOptions {
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
 * The matrix product, for each of `batch` pairs: out[i, j] = Σ_p a[i, p] · b[p, j].
 *
 * `out: f32[batch, m, n]`, `a: f32[batch, m, k]` ([batch, k, m] if `transposeA`), `b: f32[batch, k, n]` ([batch, n, k] if
 * `transposeB`; without the batch if `broadcastB`), all row-major. `out` may not overlap `a` or `b`. With k = 0 the
 * product is 0.
 *
 * Each element is one chain of float32 multiply-adds in the order of p (from 0, or from `out` with `accumulate`), fused in
 * the `relaxed` variant: its bits do not depend on m, n or the batch. Exception: for m ≤ 3 with `transposeB`, and for n = 1
 * without `transposeA`, there are eight chains, p mod 8, which are added at the end. The tests hold each element to
 * (√k + 1) · 2⁻²² · Σ_p |a[i, p] · b[p, j]|.
 *
 * Ref: Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication".
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function matmulInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options: MatmulIntoOptions,
): void {
  const { m, n, k, transposeA = false, transposeB = false, batch = 1, broadcastB = false } = options;
  const { accumulate = false, runtime } = options;
  checkCounts({ m, n, k, batch });
  checkFlags({ transposeA, transposeB, broadcastB, accumulate });
  checkArray("out", out, "f32", batch * m * n, "batch × m × n");
  checkArray("a", a, "f32", batch * m * k, "batch × m × k");
  checkArray("b", b, "f32", broadcastB ? k * n : batch * k * n, broadcastB ? "k × n" : "batch × k × n");
  if (out.length === 0) return;
  // With one b for all, the rows of all products are the rows of one.
  const merge = broadcastB && !transposeA;
  const [products, rows] = merge ? [1, batch * m] : [batch, m];
  runtimeFor(runtime, out, a, b).call((wasm, frame) =>
    wasm.matmul(
      accumulate ? frame.inout(out) : frame.output(out),
      n,
      rows * n,
      frame.input(a),
      transposeA ? m : k,
      rows * k,
      transposeA,
      frame.input(b),
      transposeB ? k : n,
      broadcastB ? 0 : k * n,
      transposeB,
      products,
      rows,
      n,
      k,
      accumulate,
      frame.scratch(wasm.matmulWorkBytes(rows, n, k)),
    ),
  );
}

/** `matmulInto` with a new array for the result. */
export function matmul(
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options: MatmulOptions,
): Float32Array<ArrayBuffer> {
  const { m, n, batch = 1 } = options;
  checkCounts({ m, n, batch });
  const out = newArray(Float32Array, batch * m * n);
  matmulInto(out, a, b, { ...options, accumulate: false });
  return out;
}
