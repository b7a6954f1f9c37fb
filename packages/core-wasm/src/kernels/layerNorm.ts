import { checkArray, checkArrays, checkCounts, checkNumber, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape, what the normalised rows are multiplied by and what is added to them. */
export interface LayerNormOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** f32[cols]. Default: ones. */
  gamma?: KernelArray<"f32"> | undefined;
  /** f32[cols]. Default: zeros. */
  beta?: KernelArray<"f32"> | undefined;
  /** Added to the variance. Default: 1e-5; BERT has 1e-12. */
  eps?: number;
}

/** Where the forward pass leaves what the backward pass needs. */
export interface LayerNormStatistics {
  /** f32[rows]: each row's mean. */
  mean?: KernelArray<"f32"> | undefined;
  /** f32[rows]: 1 / √(variance + eps). */
  rstd?: KernelArray<"f32"> | undefined;
}

/** What the forward pass left, its gamma, and where the parameters' gradients go. */
export interface LayerNormBackwardOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** f32[rows], from the forward pass. */
  mean: KernelArray<"f32">;
  /** f32[rows], from the forward pass. */
  rstd: KernelArray<"f32">;
  /** f32[cols]. Default: ones. */
  gamma?: KernelArray<"f32"> | undefined;
  /** f32[cols], which is added to. Default: not computed. */
  dgamma?: KernelArray<"f32"> | undefined;
  /** f32[cols], which is added to. Default: not computed. */
  dbeta?: KernelArray<"f32"> | undefined;
}

/**
 * out[r, c] = (x[r, c] − mean) / √(variance + eps) · gamma[c] + beta[c], with the mean and the variance (Σ (x − mean)² /
 * cols) of row r.
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. Two passes with float64 sums: the mean is taken off before
 * anything is squared, and in more digits than float32 has, so that a row far from 0 is normalised as well as one around it.
 * A row that is constant gives `beta` (with eps > 0). A row with NaN or ±∞ is NaN.
 *
 * Tests hold it to 1e-6 relative and absolute of rows of deviation 1, with means up to 1e6.
 *
 * Ref: Ba, Kiros, Hinton 2016, arXiv:1607.06450, equation 4.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function layerNormInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: LayerNormOptions & LayerNormStatistics,
): void {
  const { rows, cols, gamma, beta, mean, rstd, eps = 1e-5, runtime } = options;
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", rows * cols, "rows × cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  checkArrays({ mean, rstd }, "f32", rows, "rows");
  checkArrays({ gamma, beta }, "f32", cols, "cols");
  checkNumber("eps", eps, 0);
  runtimeFor(runtime, out, x, gamma, beta, mean, rstd).callByRows(
    {
      count: rows,
      nanoseconds: 0.5 * rows * cols,
      output: [out, mean, rstd],
      input: [x],
      whole: [gamma, beta],
    },
    (wasm, { output: [out, mean, rstd], input: [x], whole: [gamma, beta] }, n) =>
      wasm.layerNorm(out, x, gamma, beta, mean, rstd, eps, n, cols),
  );
}

/** The same into a new array. */
export function layerNorm(
  x: KernelArray<"f32">,
  options: LayerNormOptions & LayerNormStatistics,
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  layerNormInto(out, x, {
    ...options,
    runtime: runtimeFor(options.runtime, x, options.gamma, options.beta, options.mean, options.rstd),
  });
  return out;
}

/**
 * With g = dy · gamma and x̂ = (x − mean) · rstd:
 * dx[r, c] += rstd · (g[r, c] − mean(g[r, ·]) − x̂[r, c] · mean(g[r, ·] · x̂[r, ·])),
 * dgamma[c] += Σ dy[·, c] · x̂[·, c], dbeta[c] += Σ dy[·, c].
 *
 * `dx`, `dy`, `x`: f32[rows, cols], row-major; `dx` must not overlap the others. `x` is what the forward pass was given. All
 * sums are in float64, those over the rows from the first to the last; what float32 lost of the mean is found again.
 *
 * Tests hold it to 2e-6 relative and absolute of rows of deviation 1, with means up to 1e6, times √rows for `dgamma` and `dbeta`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function layerNormBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: LayerNormBackwardOptions,
): void {
  const { rows, cols, mean, rstd, gamma, dgamma, dbeta, runtime } = options;
  checkCounts({ rows, cols });
  checkArray("dx", dx, "f32", rows * cols, "rows × cols");
  checkArray("dy", dy, "f32", rows * cols, "rows × cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  checkArray("mean", mean, "f32", rows, "rows");
  checkArray("rstd", rstd, "f32", rows, "rows");
  checkArrays({ gamma, dgamma, dbeta }, "f32", cols, "cols");
  runtimeFor(runtime, dx, dy, x, mean, rstd, gamma, dgamma, dbeta).call((wasm, frame) =>
    wasm.layerNormBackward(
      frame.inout(dx),
      frame.optionalInout(dgamma),
      frame.optionalInout(dbeta),
      frame.input(dy),
      frame.input(x),
      frame.optionalInput(gamma),
      frame.input(mean),
      frame.input(rstd),
      rows,
      cols,
      frame.scratch(8 * (2 * cols + 4)),
    ),
  );
}
