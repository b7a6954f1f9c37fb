import { checkArray, checkArrays, checkCounts, checkNumber, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape, and what the normalised rows are multiplied by. */
export interface RmsNormOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** f32[cols]. Default: ones. */
  gamma?: KernelArray<"f32"> | undefined;
  /** Added to the mean square. Default: 1e-5, as in LLaMA 2 and 3. */
  eps?: number;
}

/** Where the forward pass leaves what the backward pass needs. */
export interface RmsNormStatistics {
  /** f32[rows]: 1 / √(mean square + eps). */
  rstd?: KernelArray<"f32"> | undefined;
}

/** What the forward pass left, its gamma, and where that one's gradient goes. */
export interface RmsNormBackwardOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** f32[rows], from the forward pass. */
  rstd: KernelArray<"f32">;
  /** f32[cols]. Default: ones. */
  gamma?: KernelArray<"f32"> | undefined;
  /** f32[cols], which is added to. Default: not computed. */
  dgamma?: KernelArray<"f32"> | undefined;
}

/**
 * out[r, c] = x[r, c] / √(Σ x[r, ·]² / cols + eps) · gamma[c].
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. The squares are exact and their sum is in float64: no finite row
 * overflows. A row of zeros gives zeros (with eps > 0). One with NaN is NaN; one with ±∞ is NaN there, and 0 where it is finite.
 *
 * Tests hold it to 4e-7 relative.
 *
 * Ref: Zhang, Sennrich 2019, arXiv:1910.07467, equation 4.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function rmsNormInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: RmsNormOptions & RmsNormStatistics,
): void {
  const { rows, cols, gamma, rstd, eps = 1e-5, runtime } = options;
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", rows * cols, "rows × cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  checkArrays({ rstd }, "f32", rows, "rows");
  checkArrays({ gamma }, "f32", cols, "cols");
  checkNumber("eps", eps, 0);
  runtimeFor(runtime, out, x, gamma, rstd).callByRows(
    { count: rows, nanoseconds: 0.35 * rows * cols, output: [out, rstd], input: [x], whole: [gamma] },
    (wasm, { output: [out, rstd], input: [x], whole: [gamma] }, n) =>
      wasm.rmsNorm(out, x, gamma, rstd, eps, n, cols),
  );
}

/** The same into a new array. */
export function rmsNorm(
  x: KernelArray<"f32">,
  options: RmsNormOptions & RmsNormStatistics,
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  rmsNormInto(out, x, {
    ...options,
    runtime: runtimeFor(options.runtime, x, options.gamma, options.rstd),
  });
  return out;
}

/**
 * With g = dy · gamma and x̂ = x · rstd: dx[r, c] += rstd · (g[r, c] − x̂[r, c] · mean(g[r, ·] · x̂[r, ·])),
 * dgamma[c] += Σ dy[·, c] · x̂[·, c].
 *
 * `dx`, `dy`, `x`: f32[rows, cols], row-major; `dx` must not overlap the others. `x` is what the forward pass was given. All
 * sums are in float64, that over the rows from the first to the last.
 *
 * Tests hold it to 2e-6 relative and absolute of rows of mean square 1, times √rows for `dgamma`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function rmsNormBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: RmsNormBackwardOptions,
): void {
  const { rows, cols, rstd, gamma, dgamma, runtime } = options;
  checkCounts({ rows, cols });
  checkArray("dx", dx, "f32", rows * cols, "rows × cols");
  checkArray("dy", dy, "f32", rows * cols, "rows × cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  checkArray("rstd", rstd, "f32", rows, "rows");
  checkArrays({ gamma, dgamma }, "f32", cols, "cols");
  runtimeFor(runtime, dx, dy, x, rstd, gamma, dgamma).call((wasm, frame) =>
    wasm.rmsNormBackward(
      frame.inout(dx),
      frame.optionalInout(dgamma),
      frame.input(dy),
      frame.input(x),
      frame.optionalInput(gamma),
      frame.input(rstd),
      rows,
      cols,
      frame.scratch(8 * (cols + 4)),
    ),
  );
}
