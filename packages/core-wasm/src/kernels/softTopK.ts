import { checkArrays, checkCounts, checkInteger, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { checkTemperature } from "../temperature.js";

export interface SoftTopKOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** How many are taken: a whole number from 0 to cols. */
  k: number;
  /** τ: how soft the edge is. Default: 1. */
  temperature?: number | undefined;
}

/**
 * out[r, c] = σ((x[r, c] − λ) / τ), with λ such that the row adds up to k: how much each element belongs to the k greatest.
 *
 * `out`, `x`: f32[rows, cols], row-major; `out` may be `x`. Each is between 0 and 1, their sum is k, a permutation of x is one of the
 * result, and as τ → 0 it becomes 1 for the k greatest and 0 for the others, which it differs from by
 * √(k (n − k)) e^(−g / 2τ) at most, where g is the gap between the k-th and the next; ties at the edge share what is left. Of all
 * such rows it is the one with the greatest Σ p x + τ Σ H(p), H the entropy of a coin. In float64 inside. A row with NaN or ±∞
 * becomes NaN.
 *
 * Tests hold it to 2e-7 absolute.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softTopKInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, k, temperature = 1, runtime }: SoftTopKOptions,
): void {
  check({ out, x }, rows, cols, k, temperature);
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: 150 * rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.softTopK(out, x, n, cols, k, temperature),
  );
}

/** The same into a new array. */
export function softTopK(x: KernelArray<"f32">, options: SoftTopKOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  softTopKInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += s (dy[r, c] − Σ s dy[r, ·] / Σ s) / τ with s = p (1 − p), p = softTopK(x). Finite for every finite x: |dx| is at most
 * (max dy − min dy) / 4τ; 0 where no s is left.
 *
 * `dx`, `dy`, `x`: f32[rows, cols], row-major; `dx` must not overlap the others. Tests hold it to 4e-7 relative and absolute, the latter
 * over τ.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softTopKBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, k, temperature = 1, runtime }: SoftTopKOptions,
): void {
  check({ dx, dy, x }, rows, cols, k, temperature);
  runtimeFor(runtime, dx, dy, x).callByRows(
    { count: rows, nanoseconds: 160 * rows * cols, inout: [dx], input: [dy, x] },
    (wasm, { inout: [dx], input: [dy, x] }, n) => {
      wasm.softTopKBackward(dx, dy, x, n, cols, k, temperature);
    },
  );
}

/** @throws DTypeError, ShapeError, RangeError */
function check(
  arrays: Readonly<Record<string, KernelArray<"f32">>>,
  rows: number,
  cols: number,
  k: number,
  temperature: number,
): void {
  checkCounts({ rows, cols });
  checkInteger("k", k, 0, cols);
  checkTemperature(temperature);
  checkArrays(arrays, "f32", rows * cols, "rows × cols");
}
