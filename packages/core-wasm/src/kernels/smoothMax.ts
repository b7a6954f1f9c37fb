import { checkArray, checkCounts, checkInteger, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { checkTemperature } from "../temperature.js";

/** In the order of `Kind` in assembly/kernels/smoothMax.ts. */
const smoothMaxKinds = ["logSumExp", "mellowmax", "boltzmann", "pNorm"] as const;

/** The smooth maxima that `smoothMaxInto` knows. */
export type SmoothMaxKind = (typeof smoothMaxKinds)[number];

export interface SmoothMaxOptions extends KernelOptions {
  rows: number;
  /** At least 1. */
  cols: number;
  /**
   * | kind | a row's result | lies |
   * |---|---|---|
   * | `logSumExp` | τ ln Σ e^(x/τ) | above the maximum, by τ ln n at most |
   * | `mellowmax` | τ ln (Σ e^(x/τ) / n) | below it, by τ ln n at most |
   * | `boltzmann` | Σ x e^(x/τ) / Σ e^(x/τ) | below it, by τ W((n − 1)/e) at most; not monotone in x |
   * | `pNorm` | (Σ \|x\|^p)^(1/p), p = 1/τ | above the greatest \|x\|, by a factor of n^τ at most |
   */
  kind: SmoothMaxKind;
  /** τ > 0, for `pNorm` at most 1. Default: 1. */
  temperature?: number | undefined;
}

/**
 * out[r] = a smooth maximum of x[r, ·].
 *
 * `out`: f32[rows]; `x`: f32[rows, cols], row-major; they must not overlap. In float64 from the maximum down, so that nothing
 * overflows and the bounds hold to the rounding of `out`. −∞ counts for nothing; an infinite maximum is the result; NaN gives NaN.
 *
 * Tests hold it to 1.2e-7 relative, or absolute times the greatest |x|.
 *
 * Ref: Asadi and Littman 2017, arXiv:1612.05628 (mellowmax; Boltzmann's mean).
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function smoothMaxInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, kind, temperature = 1, runtime }: SmoothMaxOptions,
): void {
  const code = check(kind, temperature, rows, cols);
  checkArray("out", out, "f32", rows, "rows");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  runtimeFor(runtime, out, x).callByRows(
    { count: rows, nanoseconds: 8 * rows * cols, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.smoothMax(code, out, x, n, cols, temperature),
  );
}

/** The same into a new array. */
export function smoothMax(x: KernelArray<"f32">, options: SmoothMaxOptions): Float32Array<ArrayBuffer> {
  checkCounts({ rows: options.rows });
  const out = newArray(Float32Array, options.rows);
  smoothMaxInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[r, c] += dy[r] · ∂out[r] / ∂x[r, c]: softmax(x/τ) for `logSumExp` and `mellowmax`, that times 1 + (x − y)/τ for `boltzmann`,
 * sign(x) (|x|/y)^(p − 1) for `pNorm` (0 for a row of zeros).
 *
 * `dx`, `x`: f32[rows, cols], row-major; `dy`: f32[rows]; `dx` must not overlap the others. A row with an infinite maximum or NaN
 * gives NaN.
 *
 * Tests hold it to 2e-7 relative and absolute, the latter times |dy| and for `boltzmann` times 1 + ln n.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function smoothMaxBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { rows, cols, kind, temperature = 1, runtime }: SmoothMaxOptions,
): void {
  const code = check(kind, temperature, rows, cols);
  checkArray("dx", dx, "f32", rows * cols, "rows × cols");
  checkArray("dy", dy, "f32", rows, "rows");
  checkArray("x", x, "f32", rows * cols, "rows × cols");
  runtimeFor(runtime, dx, dy, x).callByRows(
    { count: rows, nanoseconds: 16 * rows * cols, inout: [dx], input: [dy, x] },
    (wasm, { inout: [dx], input: [dy, x] }, n) => {
      wasm.smoothMaxBackward(code, dx, dy, x, n, cols, temperature);
    },
  );
}

/** The kernel's number for the kind. @throws RangeError */
function check(kind: SmoothMaxKind, temperature: number, rows: number, cols: number): number {
  const code = smoothMaxKinds.indexOf(kind);
  if (code < 0) throw new RangeError("kind", `one of ${smoothMaxKinds.join(", ")}`, kind);
  checkTemperature(temperature, kind === "pNorm" ? 1 : Infinity);
  checkCounts({ rows });
  checkInteger("cols", cols, 1);
  return code;
}
