import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape of the input. */
export interface TransposeOptions extends KernelOptions {
  rows: number;
  cols: number;
}

/**
 * out[c, r] = x[r, c].
 *
 * `out`: f32[cols, rows]; `x`: f32[rows, cols]; both row-major. `out` must not overlap `x`. Values are moved, bit for
 * bit.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function transposeInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, runtime }: TransposeOptions,
): void {
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", rows * cols, "cols × rows");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  runtimeFor(runtime, out, x).call((wasm, frame) =>
    wasm.transpose(frame.output(out), frame.input(x), rows, cols),
  );
}

/** The same into a new array. */
export function transpose(x: KernelArray<"f32">, options: TransposeOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  transposeInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}
