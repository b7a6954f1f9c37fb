import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/** The shape of the result: the halves of a row of `gateUp` have `cols` elements each. */
export interface SwigluFusedOptions extends KernelOptions {
  rows: number;
  cols: number;
}

/**
 * out[i] = silu(gate[i]) · up[i], silu(x) = x / (1 + e^−x): the gated unit of LLaMA's feed-forward layers, whose two
 * projections are `gate` and `up`.
 *
 * f32 of one length; `out` may be `gate` or `up`. −∞ in `gate` gives 0 · up.
 *
 * Tests hold it to 5e-7 relative.
 *
 * Ref: Shazeer 2020, arXiv:2002.05202, equation 6.
 *
 * @throws DTypeError, ShapeError
 */
export function swigluInto(
  out: KernelArray<"f32">,
  gate: KernelArray<"f32">,
  up: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): void {
  checkLike("out", out, { gate, up });
  runtimeFor(runtime, out, gate, up).callByRows(
    {
      count: out.length,
      unit: 16,
      nanoseconds: nanosecondsEach * out.length,
      output: [out],
      input: [gate, up],
    },
    (wasm, { output: [out], input: [gate, up] }, n) => wasm.swiglu(out, gate, up, 1, n, n),
  );
}

/** The same into a new array. */
export function swiglu(
  gate: KernelArray<"f32">,
  up: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, gate.length);
  swigluInto(out, gate, up, { runtime: runtimeFor(runtime, gate, up) });
  return out;
}

/**
 * dgate[i] += dy[i] · up[i] · silu′(gate[i]), dup[i] += dy[i] · silu(gate[i]).
 *
 * f32 of one length; the gradients must not overlap each other or the rest.
 *
 * Tests hold it to 1e-6 relative, and 6e-7 · |dy · up| absolute, since silu′ goes through 0.
 *
 * @throws DTypeError, ShapeError
 */
export function swigluBackwardInto(
  dgate: KernelArray<"f32">,
  dup: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  gate: KernelArray<"f32">,
  up: KernelArray<"f32">,
  { runtime }: KernelOptions = {},
): void {
  checkLike("dgate", dgate, { dup, dy, gate, up });
  runtimeFor(runtime, dgate, dup, dy, gate, up).callByRows(
    {
      count: dgate.length,
      unit: 16,
      nanoseconds: nanosecondsEach * dgate.length,
      inout: [dgate, dup],
      input: [dy, gate, up],
    },
    (wasm, { inout: [dgate, dup], input: [dy, gate, up] }, n) =>
      wasm.swigluBackward(dgate, dup, dy, gate, up, 1, n, n),
  );
}

/**
 * out[r, c] = silu(gateUp[r, c]) · gateUp[r, cols + c], as `swigluInto`: for one projection that gives both, the gate first.
 *
 * `out`: f32[rows, cols]; `gateUp`: f32[rows, 2 · cols], both row-major; they must not overlap.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function swigluFusedInto(
  out: KernelArray<"f32">,
  gateUp: KernelArray<"f32">,
  { rows, cols, runtime }: SwigluFusedOptions,
): void {
  checkCounts({ rows, cols });
  checkArray("out", out, "f32", rows * cols, "rows × cols");
  checkArray("gateUp", gateUp, "f32", rows * 2 * cols, "rows × 2 · cols");
  runtimeFor(runtime, out, gateUp).callByRows(
    { count: rows, nanoseconds: nanosecondsEach * rows * cols, output: [out], input: [gateUp] },
    (wasm, { output: [out], input: [gate] }, n) => wasm.swiglu(out, gate, gate + 4 * cols, n, cols, 2 * cols),
  );
}

/** The same into a new array. */
export function swigluFused(
  gateUp: KernelArray<"f32">,
  options: SwigluFusedOptions,
): Float32Array<ArrayBuffer> {
  const { rows, cols, runtime } = options;
  checkCounts({ rows, cols });
  checkArray("gateUp", gateUp, "f32", rows * 2 * cols, "rows × 2 · cols");
  const out = newArray(Float32Array, rows * cols);
  swigluFusedInto(out, gateUp, { rows, cols, runtime: runtimeFor(runtime, gateUp) });
  return out;
}

/**
 * What `swigluBackwardInto` adds, for the two halves of `dgateUp`: f32[rows, 2 · cols], as `gateUp`; `dy`: f32[rows, cols].
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function swigluFusedBackwardInto(
  dgateUp: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  gateUp: KernelArray<"f32">,
  { rows, cols, runtime }: SwigluFusedOptions,
): void {
  checkCounts({ rows, cols });
  checkArray("dgateUp", dgateUp, "f32", rows * 2 * cols, "rows × 2 · cols");
  checkArray("dy", dy, "f32", rows * cols, "rows × cols");
  checkArray("gateUp", gateUp, "f32", rows * 2 * cols, "rows × 2 · cols");
  runtimeFor(runtime, dgateUp, dy, gateUp).callByRows(
    { count: rows, nanoseconds: nanosecondsEach * rows * cols, inout: [dgateUp], input: [dy, gateUp] },
    (wasm, { inout: [dgate], input: [dy, gate] }, n) =>
      wasm.swigluBackward(dgate, dgate + 4 * cols, dy, gate, gate + 4 * cols, n, cols, 2 * cols),
  );
}

/** For several threads. */
const nanosecondsEach = 1;

/** Every array must be f32 and as long as the first. */
function checkLike(
  name: string,
  first: KernelArray<"f32">,
  others: Readonly<Record<string, KernelArray<"f32">>>,
): void {
  checkArray(name, first, "f32", first.length);
  for (const other in others) {
    checkArray(other, others[other]!, "f32", first.length, `the length of ${name}`);
  }
}
