import { checkArrays, checkCounts, checkNumber, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { checkTemperature } from "../temperature.js";

export interface EntmaxOptions extends KernelOptions {
  rows: number;
  cols: number;
  /**
   * α: 1, softmax, or from 1.01 to 2, sparsemax. The greater, the more zeros. Above 2 the gradient would not be bounded.
   * Default: 1.5.
   */
  alpha?: number | undefined;
  /** x is divided by it. Default: 1. */
  temperature?: number | undefined;
}

/**
 * out[r, c] = [(α − 1) x[r, c] / τ − t]₊^(1 / (α − 1)), with t such that the row adds up to 1: a softmax that gives exact zeros, and
 * exactly the one-hot row where the greatest is ahead by τ / (α − 1).
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. The threshold is found by Newton's method on the α's norm, in float64: the exact
 * one for α = 2 after finitely many steps, without sorting. −∞ gives 0 as long as the row has a finite element. A row of −∞ alone,
 * a +∞ or a NaN makes its whole row NaN.
 *
 * Tests hold it to 2e-7 absolute, against thresholds by sorting (α = 1.5, 2) and bisection.
 *
 * Ref: Martins and Astudillo 2016, arXiv:1602.02068; Peters, Niculae and Martins 2019, arXiv:1905.05702.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function entmaxInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, alpha = 1.5, temperature = 1, runtime }: EntmaxOptions,
): void {
  check({ out, x }, rows, cols, alpha, temperature);
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: 20 * rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.entmax(out, x, n, cols, alpha, temperature),
  );
}

/** The same into a new array. */
export function entmax(x: KernelArray<"f32">, options: EntmaxOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  entmaxInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += s (dy[r, c] − Σ s dy[r, ·] / Σ s) / τ with s = y^(2 − α) where y > 0, else 0; y = entmax(x): Jacobian times dy, which
 * is its own transpose.
 *
 * `dx`, `dy`, `y`: f32[rows, cols], row-major; `dx` must not overlap the others. Tests hold it to 4e-7 relative and absolute.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function entmaxBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  y: KernelArray<"f32">,
  { rows, cols, alpha = 1.5, temperature = 1, runtime }: EntmaxOptions,
): void {
  check({ dx, dy, y }, rows, cols, alpha, temperature);
  runtimeFor(runtime, dx, dy, y).callByRows(
    { count: rows, nanoseconds: 6 * rows * cols, inout: [dx], input: [dy, y] },
    (wasm, { inout: [dx], input: [dy, y] }, n) => {
      wasm.entmaxBackward(dx, dy, y, n, cols, alpha, temperature);
    },
  );
}

/** @throws DTypeError, ShapeError, RangeError */
function check(
  arrays: Readonly<Record<string, KernelArray<"f32">>>,
  rows: number,
  cols: number,
  alpha: number,
  temperature: number,
): void {
  checkCounts({ rows, cols });
  if (alpha !== 1) checkNumber("alpha", alpha, 1.01, 2);
  checkTemperature(temperature);
  checkArrays(arrays, "f32", rows * cols, "rows × cols");
}
