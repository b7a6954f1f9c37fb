import { checkArray, checkCounts, checkFloat, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** A factor. */
export interface AddScaledOptions extends KernelOptions {
  scale: number;
}

/** A factor, and what is added after it. */
export interface ScaleOptions extends KernelOptions {
  scale: number;
  /** Default: 0. */
  shift?: number;
}

/** One value. */
export interface FillOptions extends KernelOptions {
  value: number;
}

/** The shape of a matrix. */
export interface AddRowOptions extends KernelOptions {
  rows: number;
  cols: number;
}

/**
 * out[i] = a[i] + b[i], rounded once. f32 of one length; `out` may be `a` or `b`.
 *
 * @throws DTypeError, ShapeError
 */
export function addInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): void {
  combineInto("add", out, a, b, options);
}

/** a[i] + b[i]. */
export function add(
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): Float32Array<ArrayBuffer> {
  return combine("add", a, b, options);
}

/** out[i] = a[i] − b[i], as `addInto`. */
export function subInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): void {
  combineInto("sub", out, a, b, options);
}

/** a[i] − b[i]. */
export function sub(
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): Float32Array<ArrayBuffer> {
  return combine("sub", a, b, options);
}

/** out[i] = a[i] · b[i], as `addInto`. */
export function mulInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): void {
  combineInto("mul", out, a, b, options);
}

/** a[i] · b[i]. */
export function mul(
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): Float32Array<ArrayBuffer> {
  return combine("mul", a, b, options);
}

/** out[i] = a[i] / b[i], as `addInto`. */
export function divInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): void {
  combineInto("div", out, a, b, options);
}

/** a[i] / b[i]. */
export function div(
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  options?: KernelOptions,
): Float32Array<ArrayBuffer> {
  return combine("div", a, b, options);
}

/**
 * out[i] += a[i] · b[i]: one rounding in the `relaxed` variant, two in `simd`. f32 of one length; `a` and `b` may be
 * `out`.
 *
 * @throws DTypeError, ShapeError
 */
export function mulAddInto(
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): void {
  checkLike(out, { a, b });
  runtimeFor(runtime, out, a, b).callByRows(
    { count: out.length, unit: 16, nanoseconds: nanosecondsEach * out.length, inout: [out], input: [a, b] },
    (wasm, { inout: [out], input: [a, b] }, n) => wasm.mulAdd(out, a, b, n),
  );
}

/**
 * out[i] += scale · x[i], with `scale` rounded to f32. f32 of one length; `x` may be `out`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function addScaledInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { scale, runtime }: AddScaledOptions,
): void {
  checkFloat("scale", scale);
  checkLike(out, { x });
  runtimeFor(runtime, out, x).callByRows(
    { count: out.length, unit: 16, nanoseconds: nanosecondsEach * out.length, inout: [out], input: [x] },
    (wasm, { inout: [out], input: [x] }, n) => wasm.addScaled(out, x, n, scale),
  );
}

/**
 * out[i] = scale · x[i] + shift, with `scale` and `shift` rounded to f32. f32 of one length; `out` may be `x`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function scaleInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { scale, shift = 0, runtime }: ScaleOptions,
): void {
  checkFloat("scale", scale);
  checkFloat("shift", shift);
  checkLike(out, { x });
  runtimeFor(runtime, out, x).callByRows(
    { count: out.length, unit: 16, nanoseconds: nanosecondsEach * out.length, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.scale(out, x, n, scale, shift),
  );
}

/** scale · x[i] + shift. */
export function scale(x: KernelArray<"f32">, options: ScaleOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  scaleInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/** out[i] = value, which may be any float. @throws DTypeError, RangeError */
export function fillInto(out: KernelArray<"f32">, { value, runtime }: FillOptions): void {
  checkFloat("value", value);
  checkLike(out, {});
  runtimeFor(runtime, out).call((wasm, frame) => wasm.fill(frame.output(out), out.length, value));
}

/**
 * out[r, c] = x[r, c] + row[c]: a bias on every row. `out`, `x`: f32[rows, cols], row-major; `row`: f32[cols]; `out`
 * may be `x`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function addRowInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  row: KernelArray<"f32">,
  { rows, cols, runtime }: AddRowOptions,
): void {
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", rows * cols, "rows × cols");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  checkArray("row", row, "f32", cols, "cols");
  runtimeFor(runtime, out, x, row).callByRows(
    { count: rows, nanoseconds: nanosecondsEach * rows * cols, output: [out], input: [x], whole: [row] },
    (wasm, { output: [out], input: [x], whole: [row] }, n) => wasm.addRow(out, x, row, n, cols),
  );
}

/** x[r, c] + row[c]. */
export function addRow(
  x: KernelArray<"f32">,
  row: KernelArray<"f32">,
  options: AddRowOptions,
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  addRowInto(out, x, row, { ...options, runtime: runtimeFor(options.runtime, x, row) });
  return out;
}

type Combination = "add" | "sub" | "mul" | "div";

function combineInto(
  kernel: Combination,
  out: KernelArray<"f32">,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): void {
  checkLike(out, { a, b });
  runtimeFor(runtime, out, a, b).callByRows(
    { count: out.length, unit: 16, nanoseconds: nanosecondsEach * out.length, output: [out], input: [a, b] },
    (wasm, { output: [out], input: [a, b] }, n) => wasm[kernel](out, a, b, n),
  );
}

function combine(
  kernel: Combination,
  a: KernelArray<"f32">,
  b: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, a.length);
  combineInto(kernel, out, a, b, { runtime: runtimeFor(runtime, a, b) });
  return out;
}

/** For several threads, which share whole cache lines (16 floats). */
const nanosecondsEach = 0.1;

/** Every array must be f32 and as long as `out`. */
function checkLike(out: KernelArray<"f32">, inputs: Readonly<Record<string, KernelArray<"f32">>>): void {
  checkArray("out", out, "f32", out.length);
  for (const name in inputs) checkArray(name, inputs[name]!, "f32", out.length, "the length of out");
}
