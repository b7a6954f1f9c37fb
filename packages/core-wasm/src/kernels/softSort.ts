import { checkArrays, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import type { Kernels } from "../runtime/threads.js";
import { checkTemperature } from "../temperature.js";

export interface SoftSortOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** τ. Sorting is exact where no neighbours of the sorted row differ by more than 1/τ, ranks where none differ by less than τ. Default: 1. */
  temperature?: number | undefined;
}

/**
 * out[r, ·] = x[r, ·] sorted softly, ascending: the point of the permutahedron of x (all mixtures of its permutations) that is nearest
 * to ρ / τ, ρ = (1, …, n).
 *
 * `out`, `x`: f32[rows, cols], row-major; they must not overlap. Found by sorting and pooling adjacent violators, in O(n log n) and
 * float64. The sum is that of x; out[i] differs from the i-th least by (n − 1)/2 · [Γ − 1/τ]₊ at most, with Γ the greatest gap
 * between neighbours, so it is the sorted row itself once τ ≤ 1/Γ. A row with NaN or ±∞ becomes NaN.
 *
 * Tests hold it to 2e-7 of the greatest |x|.
 *
 * Ref: Blondel, Teboul, Berthet and Djolonga 2020, arXiv:2002.08871 (quadratic regularisation).
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softSortInto(out: KernelArray<"f32">, x: KernelArray<"f32">, options: SoftSortOptions): void {
  callByRows("softSort", { out }, { x }, options);
}

/** The same into a new array. */
export function softSort(x: KernelArray<"f32">, options: SoftSortOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  softSortInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += the mean of dy[r, ·] over the block that x[r, c] is sorted into: dy itself, taken back to its place, where nothing is
 * pooled.
 *
 * `dx`, `dy`, `x`: f32[rows, cols], row-major; `dx` must not overlap the others. Tests hold it to 2e-7.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softSortBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: SoftSortOptions,
): void {
  callBackward("softSortBackward", dx, dy, x, options);
}

/**
 * out[r, ·] = the soft ranks of x[r, ·], from 1 for the least: the point of the permutahedron of ρ = (1, …, n) that is nearest to
 * x / τ.
 *
 * `out`, `x`: f32[rows, cols], row-major; they must not overlap. The sum is n (n + 1)/2, equal elements have equal ranks, and each
 * differs from the hard one by (n − 1)/2 · [1 − γ/τ]₊ at most, with γ the least gap between neighbours: they are the ranks
 * themselves once τ ≤ γ. A row with NaN or ±∞ becomes NaN.
 *
 * Tests hold it to 2e-7 of n, plus 2e-16 of the greatest |x|/τ. Ref: as `softSortInto`.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softRankInto(out: KernelArray<"f32">, x: KernelArray<"f32">, options: SoftSortOptions): void {
  callByRows("softRank", { out }, { x }, options);
}

/** The same into a new array. */
export function softRank(x: KernelArray<"f32">, options: SoftSortOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  softRankInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += (dy[r, c] − the mean of dy over its block) / τ: 0 where nothing is pooled, since hard ranks do not move.
 *
 * `dx`, `dy`, `x`: f32[rows, cols], row-major; `dx` must not overlap the others. Tests hold it to 2e-7 / τ.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function softRankBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  options: SoftSortOptions,
): void {
  callBackward("softRankBackward", dx, dy, x, options);
}

type Floats = KernelArray<"f32">;

function callByRows(
  kernel: "softSort" | "softRank",
  { out }: { out: Floats },
  { x }: { x: Floats },
  options: SoftSortOptions,
): void {
  const { rows, cols, temperature, stride } = check({ out, x }, options);
  if (x.length === 0) return;
  runtimeFor(options.runtime, out, x).call((all, frame) => {
    const [xPtr, outPtr] = [frame.input(x), frame.output(out)];
    const bytes = all.softSortWorkBytes(cols);
    frame.split(rows, costOf(rows, cols), (wasm: Kernels, begin, count) => {
      const at = begin * stride;
      wasm[kernel](outPtr + at, xPtr + at, count, cols, temperature, frame.scratch(bytes));
    });
  });
}

function callBackward(
  kernel: "softSortBackward" | "softRankBackward",
  dx: Floats,
  dy: Floats,
  x: Floats,
  options: SoftSortOptions,
): void {
  const { rows, cols, temperature, stride } = check({ dx, dy, x }, options);
  if (x.length === 0) return;
  runtimeFor(options.runtime, dx, dy, x).call((all, frame) => {
    const [dyPtr, xPtr, dxPtr] = [frame.input(dy), frame.input(x), frame.inout(dx)];
    const bytes = all.softSortWorkBytes(cols);
    frame.split(rows, costOf(rows, cols), (wasm: Kernels, begin, count) => {
      const at = begin * stride;
      wasm[kernel](dxPtr + at, dyPtr + at, xPtr + at, count, cols, temperature, frame.scratch(bytes));
    });
  });
}

function costOf(rows: number, cols: number): { nanoseconds: number } {
  return { nanoseconds: 10 * rows * cols * Math.log2(cols + 2) };
}

/** @throws DTypeError, ShapeError, RangeError */
function check(
  arrays: Readonly<Record<string, Floats>>,
  { rows, cols, temperature = 1 }: SoftSortOptions,
): { rows: number; cols: number; temperature: number; stride: number } {
  checkCounts({ rows, cols });
  checkTemperature(temperature);
  checkArrays(arrays, "f32", rows * cols, "rows × cols");
  return { rows, cols, temperature, stride: 4 * cols };
}
