import { checkArray, type KernelOptions } from "../runtime/checks.js";
import { DTypeError, RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";
import { WasmArray } from "../runtime/wasmArray.js";

/** The best container: bars `left` and `right` (0 and 0 where no pair holds anything) and what they hold. */
export interface ContainerArea {
  area: number;
  left: number;
  right: number;
}

/** Heights of bars: whole numbers in u32, or finite numbers ≥ 0. */
export type ContainerHeights = KernelArray<"u32"> | KernelArray<"f64"> | readonly number[];

/**
 * Which two of n bars, one unit apart, hold the most water between them:
 *
 *     max over l < r of (r − l) · min(h[l], h[r])
 *
 * heights: u32[n], f64[n], or a plain array of numbers (copied as f64); of 0 or 1 bars the area is 0
 *
 * Two pointers start at the ends and drop the lower bar (of equal ones the left) until they meet: O(n). That never
 * loses the best pair: any pair that keeps the lower bar and lies between the pointers is narrower, and no higher than
 * that bar, so it holds no more than the pair just seen. For the same reason all further bars that are no higher
 * than the dropped one are skipped, which is where SIMD comes in. Of several best pairs it returns the one that the
 * pointers meet first.
 *
 * The area is worked out in 64-bit integers for u32, so it does not overflow at 2³²: it is exact up to 2⁵³, and beyond
 * that the double nearest to the exact area. For f64 it is the product, rounded once.
 *
 * A call reads each bar about once, as a copy does: for heights that live in JavaScript, the copy costs about as
 * much as the answer.
 *
 * @throws RangeError for a NaN, negative or infinite height, DTypeError
 *
 * @example
 *     containerMaxArea([1, 8, 6, 2, 5, 4, 8, 3, 7]); // { area: 49, left: 1, right: 8 }
 */
export function containerMaxArea(heights: ContainerHeights, { runtime }: KernelOptions = {}): ContainerArea {
  const bars = heights instanceof WasmArray || ArrayBuffer.isView(heights) ? heights : numbers(heights);
  const ends = new Uint32Array(2);
  const area = isF64(bars) ? ofF64(bars, ends, runtime) : ofU32(bars, ends, runtime);
  return { area, left: ends[0]!, right: ends[1]! };
}

function ofU32(bars: KernelArray<"u32">, ends: Uint32Array, runtime: KernelOptions["runtime"]): number {
  checkArray("heights", bars, "u32", bars.length);
  const area = runtimeFor(runtime, bars).call((wasm, frame) =>
    wasm.containerMaxArea(frame.output(ends), frame.input(bars), bars.length),
  );
  return Number(area);
}

function ofF64(bars: KernelArray<"f64">, ends: Uint32Array, runtime: KernelOptions["runtime"]): number {
  return runtimeFor(runtime, bars).call((wasm, frame) => {
    const [endsPtr, barsPtr] = [frame.output(ends), frame.input(bars)];
    const bad = wasm.containerMaxAreaBad_f64(barsPtr, bars.length);
    if (bad >= 0) {
      const height = bars instanceof WasmArray ? bars.view[bad] : bars[bad];
      throw new RangeError(`heights[${bad}]`, "a finite number ≥ 0", height);
    }
    return wasm.containerMaxArea_f64(endsPtr, barsPtr, bars.length);
  });
}

function isF64(bars: KernelArray<"u32"> | KernelArray<"f64">): bars is KernelArray<"f64"> {
  return bars instanceof WasmArray ? bars.dtype === "f64" : bars instanceof Float64Array;
}

function numbers(heights: readonly number[]): Float64Array {
  if (Array.isArray(heights)) return Float64Array.from(heights);
  throw new DTypeError(
    "heights",
    "Uint32Array, Float64Array, a WasmArray of either, or an array of numbers",
    heights,
  );
}
