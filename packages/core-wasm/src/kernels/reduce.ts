import { checkArray, checkCounts, checkInteger, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape of a matrix. */
export interface RowsOptions extends KernelOptions {
  rows: number;
  cols: number;
}

/**
 * Σ x[i], accumulated in float64 in an order that depends on the length alone; 0 for no elements.
 *
 * Tests hold the sums here to 1e-14 of Σ |x[i]|.
 *
 * @throws DTypeError
 */
export function sum(x: KernelArray<"f32">, { runtime }: KernelOptions = {}): number {
  checkArray("x", x, "f32", x.length);
  return runtimeFor(runtime, x).call((wasm, frame) => wasm.sum(frame.input(x), x.length));
}

/** Σ x[i] / n, as `sum`; NaN for no elements. @throws DTypeError */
export function mean(x: KernelArray<"f32">, options?: KernelOptions): number {
  return sum(x, options) / x.length;
}

/** Σ x[i]², as `sum`: each square is exact. @throws DTypeError */
export function sumSquares(x: KernelArray<"f32">, { runtime }: KernelOptions = {}): number {
  checkArray("x", x, "f32", x.length);
  return runtimeFor(runtime, x).call((wasm, frame) => {
    const ptr = frame.input(x);
    return wasm.dot(ptr, ptr, x.length);
  });
}

/** Σ a[i] · b[i], as `sum`: each product is exact. @throws DTypeError, ShapeError */
export function dot(a: KernelArray<"f32">, b: KernelArray<"f32">, { runtime }: KernelOptions = {}): number {
  checkArray("a", a, "f32", a.length);
  checkArray("b", b, "f32", a.length, "the length of a");
  return runtimeFor(runtime, a, b).call((wasm, frame) => wasm.dot(frame.input(a), frame.input(b), a.length));
}

/** The greatest element, NaN if there is one, −∞ for no elements. @throws DTypeError */
export function max(x: KernelArray<"f32">, { runtime }: KernelOptions = {}): number {
  checkArray("x", x, "f32", x.length);
  return runtimeFor(runtime, x).call((wasm, frame) => wasm.maximum(frame.input(x), x.length));
}

/** The least element, NaN if there is one, +∞ for no elements. @throws DTypeError */
export function min(x: KernelArray<"f32">, { runtime }: KernelOptions = {}): number {
  checkArray("x", x, "f32", x.length);
  return runtimeFor(runtime, x).call((wasm, frame) => wasm.minimum(frame.input(x), x.length));
}

/**
 * out[r] = the first c at which x[r, c] is greatest, or the first NaN of the row, as in PyTorch.
 *
 * `out`: i32[rows]; `x`: f32[rows, cols], row-major, with cols ≥ 1.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function argmaxRowsInto(
  out: KernelArray<"i32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: RowsOptions,
): void {
  checkCounts({ rows });
  checkInteger("cols", cols, 1);
  checkArray("out", out, "i32", rows, "rows");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(rows, { nanoseconds: 0.35 * rows * cols }, (wasm, row, count) =>
      wasm.argmaxRows(outPtr + 4 * row, xPtr + 4 * row * cols, count, cols),
    );
  });
}

/** The same into a new array. */
export function argmaxRows(x: KernelArray<"f32">, options: RowsOptions): Int32Array {
  checkCounts({ rows: options.rows });
  const out = newArray(Int32Array, options.rows);
  argmaxRowsInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * out[c] += Σ x[r, c] over the rows: the gradient of a bias, added to `out`.
 *
 * `out`: f32[cols]; `x`: f32[rows, cols], row-major. Accumulated in float64 from the first row to the last, and
 * rounded once.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function sumRowsInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: RowsOptions,
): void {
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", cols, "cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  runtimeFor(runtime, out, x).call((wasm, frame) =>
    wasm.sumRows(frame.inout(out), frame.input(x), rows, cols),
  );
}

/** Σ x[r, c] over the rows, into a new array. */
export function sumRows(x: KernelArray<"f32">, options: RowsOptions): Float32Array<ArrayBuffer> {
  checkCounts({ cols: options.cols });
  const out = newArray(Float32Array, options.cols);
  sumRowsInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}
