import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape: every row is normalised by itself. */
export interface SoftmaxOptions extends KernelOptions {
  rows: number;
  cols: number;
}

/**
 * out[r, c] = e^x[r, c] / Σ e^x[r, ·].
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. The row's maximum is subtracted first, so nothing
 * overflows, and the denominator is a float64 sum. −∞ gives 0 as long as the row has a finite element. A row of
 * −∞ alone, a +∞ or a NaN makes its whole row NaN, as in PyTorch.
 *
 * Tests hold it to 1e-6 relative for elements up to 8 below the maximum, and to 6e-6 up to 80 below, where
 * x − max is rounded to f32 that coarsely.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softmaxInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ out, x }, rows, cols);
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: 1.7 * rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.softmax(out, x, n, cols),
  );
}

/** The same into a new array. */
export function softmax(x: KernelArray<"f32">, options: SoftmaxOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  softmaxInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += y[r, c] · (dy[r, c] − Σ dy[r, ·] · y[r, ·]), where y = softmax(x); the sum is in float64.
 *
 * `dx`, `dy`, `y`: f32[rows, cols], row-major; `dx` must not overlap the others.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softmaxBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  y: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ dx, dy, y }, rows, cols);
  runtimeFor(runtime, dx, dy, y).callByRows(
    { count: rows, nanoseconds: 0.5 * rows * cols, inout: [dx], input: [dy, y] },
    (wasm, { inout: [dx], input: [dy, y] }, n) => wasm.softmaxBackward(dx, dy, y, n, cols),
  );
}

/**
 * out[r, c] = x[r, c] − log Σ e^x[r, ·].
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. Computed as (x − max) − log(1 + the rest), with the sum in
 * float64: a row that is nearly certain keeps its small logarithms, down to 1e-16. −∞ stays −∞; for rows without a finite
 * element see `softmaxInto`.
 *
 * Tests hold it to 4e-7 relative and 4e-7 · |x − max| absolute.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function logSoftmaxInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ out, x }, rows, cols);
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: 1.8 * rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.logSoftmax(out, x, n, cols),
  );
}

/** The same into a new array. */
export function logSoftmax(x: KernelArray<"f32">, options: SoftmaxOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  logSoftmaxInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += dy[r, c] − e^y[r, c] · Σ dy[r, ·], where y = logSoftmax(x); the sum is in float64.
 *
 * `dx`, `dy`, `y`: f32[rows, cols], row-major; `dx` must not overlap the others.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function logSoftmaxBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  y: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ dx, dy, y }, rows, cols);
  runtimeFor(runtime, dx, dy, y).callByRows(
    { count: rows, nanoseconds: rows * cols, inout: [dx], input: [dy, y] },
    (wasm, { inout: [dx], input: [dy, y] }, n) => wasm.logSoftmaxBackward(dx, dy, y, n, cols),
  );
}

/**
 * out[r] = log Σ e^x[r, ·] = max + log Σ e^(x[r, ·] − max): a smooth maximum, and what softmax's denominators are in logarithms.
 *
 * `out`: f32[rows]; `x`: f32[rows, cols], row-major; they must not overlap. The sum is in float64. An infinite maximum is the
 * result, −∞ also that of no columns; NaN gives NaN.
 *
 * Tests hold it to 4e-7 relative and absolute.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function logSumExpInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ x }, rows, cols);
  checkArray("out", out, "f32", rows, "rows");
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.logSumExp(out, x, n, cols),
  );
}

/** The same into a new array. */
export function logSumExp(x: KernelArray<"f32">, options: SoftmaxOptions): Float32Array<ArrayBuffer> {
  checkCounts({ rows: options.rows });
  const out = newArray(Float32Array, options.rows);
  logSumExpInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += dy[r] · e^(x[r, c] − y[r]), where y = logSumExp(x).
 *
 * `dx`, `x`: f32[rows, cols], row-major; `dy`, `y`: f32[rows]; `dx` must not overlap the others. A row whose y is infinite
 * gives NaN.
 *
 * Tests hold it to 1e-6 + 1.2e-7 · (|x| + |y|) relative: y is rounded.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function logSumExpBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  y: KernelArray<"f32">,
  { rows, cols, runtime }: SoftmaxOptions,
): void {
  checkMatrices({ dx, x }, rows, cols);
  checkArray("dy", dy, "f32", rows, "rows");
  checkArray("y", y, "f32", rows, "rows");
  runtimeFor(runtime, dx, dy, x, y).callByRows(
    { count: rows, nanoseconds: 1.5 * rows * cols, inout: [dx], input: [dy, x, y] },
    (wasm, { inout: [dx], input: [dy, x, y] }, n) => wasm.logSumExpBackward(dx, dy, x, y, n, cols),
  );
}

function checkMatrices(
  arrays: Readonly<Record<string, KernelArray<"f32">>>,
  rows: number,
  cols: number,
): void {
  checkCounts({ rows, cols });
  for (const name in arrays) checkArray(name, arrays[name]!, "f32", rows * cols, "rows × cols");
}
