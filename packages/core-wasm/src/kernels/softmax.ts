import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
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
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(rows, { nanoseconds: 1.7 * rows * cols }, (wasm, row, count) => {
      const at = 4 * row * cols;
      wasm.softmax(outPtr + at, xPtr + at, count, cols);
    });
  });
}

/** The same into a new array. */
export function softmax(x: KernelArray<"f32">, options: SoftmaxOptions): Float32Array {
  const out = new Float32Array(x.length);
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
  runtimeFor(runtime, dx, dy, y).call((_, frame) => {
    const [dxPtr, dyPtr, yPtr] = [frame.inout(dx), frame.input(dy), frame.input(y)];
    frame.split(rows, { nanoseconds: 0.5 * rows * cols }, (wasm, row, count) => {
      const at = 4 * row * cols;
      wasm.softmaxBackward(dxPtr + at, dyPtr + at, yPtr + at, count, cols);
    });
  });
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
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(rows, { nanoseconds: 1.8 * rows * cols }, (wasm, row, count) => {
      const at = 4 * row * cols;
      wasm.logSoftmax(outPtr + at, xPtr + at, count, cols);
    });
  });
}

/** The same into a new array. */
export function logSoftmax(x: KernelArray<"f32">, options: SoftmaxOptions): Float32Array {
  const out = new Float32Array(x.length);
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
  runtimeFor(runtime, dx, dy, y).call((_, frame) => {
    const [dxPtr, dyPtr, yPtr] = [frame.inout(dx), frame.input(dy), frame.input(y)];
    frame.split(rows, { nanoseconds: rows * cols }, (wasm, row, count) => {
      const at = 4 * row * cols;
      wasm.logSoftmaxBackward(dxPtr + at, dyPtr + at, yPtr + at, count, cols);
    });
  });
}

function checkMatrices(
  arrays: Readonly<Record<string, KernelArray<"f32">>>,
  rows: number,
  cols: number,
): void {
  checkCounts({ rows, cols });
  for (const name in arrays) checkArray(name, arrays[name]!, "f32", rows * cols, "rows × cols");
}
