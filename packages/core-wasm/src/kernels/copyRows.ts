import { checkArray, checkCounts, checkInteger, type KernelOptions } from "../runtime/checks.js";
import { ShapeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";

/** Which block goes where; strides and offsets count elements. */
export interface CopyRowsOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** From one row of `out` to the next, at least `cols`. Default: `cols`. */
  outStride?: number;
  /** From one row of `x` to the next; 0 repeats one row. Default: `cols`. */
  xStride?: number;
  /** The first element that is written. Default: 0. */
  outOffset?: number;
  /** The first element that is read. Default: 0. */
  xOffset?: number;
  /** Add to what is there. Default: false. */
  accumulate?: boolean;
}

/**
 * out[outOffset + r · outStride + c] = x[xOffset + r · xStride + c], or += with `accumulate`, for r < rows and
 * c < cols; the rest of `out` stays. Concatenating and slicing along any axis are such copies, and so, with
 * `accumulate`, are their gradients.
 *
 * `out`, `x`: f32, at least as long as the blocks in them reach. The two blocks must not overlap.
 *
 * @throws DTypeError; ShapeError where a block reaches past an array's end; RangeError
 */
export function copyRowsInto(out: KernelArray<"f32">, x: KernelArray<"f32">, options: CopyRowsOptions): void {
  const { rows, cols, runtime, accumulate = false } = options;
  const { outStride = cols, xStride = cols, outOffset = 0, xOffset = 0 } = options;
  checkCounts({ rows, cols, xStride, outOffset, xOffset });
  checkInteger("outStride", outStride, cols);
  checkBlock("out", out, rows, cols, outStride, outOffset);
  checkBlock("x", x, rows, cols, xStride, xOffset);
  if (rows === 0 || cols === 0) return;
  runtimeFor(runtime, out, x).call((wasm, frame) =>
    wasm.copyRows(
      frame.inout(out) + 4 * outOffset,
      outStride,
      frame.input(x) + 4 * xOffset,
      xStride,
      rows,
      cols,
      accumulate ? 1 : 0,
    ),
  );
}

function checkBlock(
  name: string,
  array: KernelArray<"f32">,
  rows: number,
  cols: number,
  stride: number,
  offset: number,
): void {
  checkArray(name, array, "f32", array.length);
  const end = rows === 0 || cols === 0 ? 0 : offset + (rows - 1) * stride + cols;
  if (array.length < end) {
    throw new ShapeError(name, `at least ${end} elements`, `${array.length} elements`);
  }
}
