import { type Pair, pair } from "../convolutions.js";
import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

export interface Pool2dOptions extends KernelOptions {
  /** How many planes there are: batch · channels. */
  planes: number;
  /** Of x. */
  height: number;
  /** Of x. */
  width: number;
  /** The window, which is also the step from one window to the next. */
  kernelSize: Pair;
}

export interface Upsample2dOptions extends KernelOptions {
  /** How many planes there are: batch · channels. */
  planes: number;
  /** Of x. */
  height: number;
  /** Of x. */
  width: number;
  /** How many times each row and column is repeated. */
  scaleFactor: Pair;
}

interface Sizes {
  planes: number;
  /** Of the large planes. */
  height: number;
  width: number;
  kernel: readonly [number, number];
  large: number;
  small: number;
  /** The bytes of one plane. */
  largePlane: number;
  smallPlane: number;
}

function poolSizes({ planes, height, width, kernelSize }: Pool2dOptions): Sizes {
  checkCounts({ planes, height, width });
  const kernel = pair("kernelSize", kernelSize, 1);
  const largePlane = 4 * height * width;
  const smallPlane = 4 * Math.floor(height / kernel[0]) * Math.floor(width / kernel[1]);
  return { planes, height, width, kernel, ...totals(planes, largePlane, smallPlane) };
}

function totals(
  planes: number,
  largePlane: number,
  smallPlane: number,
): Pick<Sizes, "large" | "small" | "largePlane" | "smallPlane"> {
  return { large: (planes * largePlane) / 4, small: (planes * smallPlane) / 4, largePlane, smallPlane };
}

function upsampleSizes({ planes, height, width, scaleFactor }: Upsample2dOptions): Sizes {
  checkCounts({ planes, height, width });
  const kernel = pair("scaleFactor", scaleFactor, 1);
  const sizes = { planes, height: height * kernel[0], width: width * kernel[1], kernel };
  return { ...sizes, ...totals(planes, 4 * sizes.height * sizes.width, 4 * height * width) };
}

const pooled = "planes × ⌊height / kernelHeight⌋ × ⌊width / kernelWidth⌋";
const plain = "planes × height × width";
const scaled = "planes × height × width × scaleFactor²";

/**
 * The averages of windows that lie side by side: out[p, i, j] = Σ x[p, window (i, j)] / (kernelHeight · kernelWidth).
 *
 * `x: f32[planes, height, width]`, `out: f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]`, row-major; they may not
 * overlap. Rows and columns beyond the last whole window have no part. As PyTorch's `nn.AvgPool2d(kernelSize)`.
 *
 * Each is a chain of float32 additions in the order of the window's rows. Tests hold it to places · 2⁻²⁴ of the average of |x|.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function avgPool2dInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { runtime, ...options }: Pool2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = poolSizes(options);
  checkArray("out", out, "f32", small, pooled);
  checkArray("x", x, "f32", large, plain);
  if (small === 0) return;
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.poolSums(
        outPtr + begin * smallPlane,
        xPtr + begin * largePlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
        kernel[0] * kernel[1],
        false,
      ),
    );
  });
}

/** `avgPool2dInto` with a new array for the result. */
export function avgPool2d(x: KernelArray<"f32">, options: Pool2dOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, poolSizes(options).small);
  avgPool2dInto(out, x, options);
  return out;
}

/**
 * dx[p, every place of window (i, j)] += dy[p, i, j] / (kernelHeight · kernelWidth).
 *
 * `dx: f32[planes, height, width]`, `dy: f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]`; they may not overlap.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function avgPool2dBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  { runtime, ...options }: Pool2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = poolSizes(options);
  checkArray("dx", dx, "f32", large, plain);
  checkArray("dy", dy, "f32", small, pooled);
  if (small === 0) return;
  runtimeFor(runtime, dx, dy).call((_, frame) => {
    const [dxPtr, dyPtr] = [frame.inout(dx), frame.input(dy)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.spreadWindows(
        dxPtr + begin * largePlane,
        dyPtr + begin * smallPlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
        kernel[0] * kernel[1],
        true,
      ),
    );
  });
}

/**
 * The greatest of windows that lie side by side: out[p, i, j] = max x[p, window (i, j)], NaN if one is. Exact.
 *
 * Shapes and windows as in `avgPool2dInto`. As PyTorch's `nn.MaxPool2d(kernelSize)`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function maxPool2dInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { runtime, ...options }: Pool2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = poolSizes(options);
  checkArray("out", out, "f32", small, pooled);
  checkArray("x", x, "f32", large, plain);
  if (small === 0) return;
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.maxPool2d(
        outPtr + begin * smallPlane,
        xPtr + begin * largePlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
      ),
    );
  });
}

/** `maxPool2dInto` with a new array for the result. */
export function maxPool2d(x: KernelArray<"f32">, options: Pool2dOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, poolSizes(options).small);
  maxPool2dInto(out, x, options);
  return out;
}

/**
 * dx[p, where window (i, j) has its greatest] += dy[p, i, j]: the first of several that are equal, the last NaN where there is
 * one, as in PyTorch.
 *
 * `dx`, `x`: f32[planes, height, width], `dy: f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]`; `dx` may not overlap
 * the others. `x` is what the forward pass was given.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function maxPool2dBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { runtime, ...options }: Pool2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = poolSizes(options);
  checkArray("dx", dx, "f32", large, plain);
  checkArray("dy", dy, "f32", small, pooled);
  checkArray("x", x, "f32", large, plain);
  if (small === 0) return;
  runtimeFor(runtime, dx, dy, x).call((_, frame) => {
    const [dxPtr, dyPtr, xPtr] = [frame.inout(dx), frame.input(dy), frame.input(x)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.maxPool2dBackward(
        dxPtr + begin * largePlane,
        dyPtr + begin * smallPlane,
        xPtr + begin * largePlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
      ),
    );
  });
}

/**
 * Nearest upsampling by whole factors: out[p, h, w] = x[p, ⌊h / scaleHeight⌋, ⌊w / scaleWidth⌋]. Exact.
 *
 * `x: f32[planes, height, width]`, `out: f32[planes, height · scaleHeight, width · scaleWidth]`; they may not overlap. As
 * PyTorch's `nn.Upsample(scale_factor)`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function upsampleNearest2dInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { runtime, ...options }: Upsample2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = upsampleSizes(options);
  checkArray("out", out, "f32", large, scaled);
  checkArray("x", x, "f32", small, plain);
  if (small === 0) return;
  runtimeFor(runtime, out, x).call((_, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.spreadWindows(
        outPtr + begin * largePlane,
        xPtr + begin * smallPlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
        1,
        false,
      ),
    );
  });
}

/** `upsampleNearest2dInto` with a new array for the result. */
export function upsampleNearest2d(
  x: KernelArray<"f32">,
  options: Upsample2dOptions,
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, upsampleSizes(options).large);
  upsampleNearest2dInto(out, x, options);
  return out;
}

/**
 * dx[p, i, j] += Σ dy[p, the places that repeat (i, j)], in the order of the rows. Tests hold it to places · 2⁻²⁴ of Σ |dy|.
 *
 * `dx: f32[planes, height, width]`, `dy: f32[planes, height · scaleHeight, width · scaleWidth]`; they may not overlap.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function upsampleNearest2dBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  { runtime, ...options }: Upsample2dOptions,
): void {
  const { planes, height, width, kernel, large, small, largePlane, smallPlane } = upsampleSizes(options);
  checkArray("dx", dx, "f32", small, plain);
  checkArray("dy", dy, "f32", large, scaled);
  if (small === 0) return;
  runtimeFor(runtime, dx, dy).call((_, frame) => {
    const [dxPtr, dyPtr] = [frame.inout(dx), frame.input(dy)];
    frame.split(planes, { nanoseconds: 0.3 * large }, (wasm, begin, n) =>
      wasm.poolSums(
        dxPtr + begin * smallPlane,
        dyPtr + begin * largePlane,
        n,
        height,
        width,
        kernel[0],
        kernel[1],
        1,
        true,
      ),
    );
  });
}
