import {
  entmaxBackwardInto,
  entmaxInto,
  smoothMaxBackwardInto,
  smoothMaxInto,
  type SmoothMaxKind,
  softRankBackwardInto,
  softRankInto,
  softSortBackwardInto,
  softSortInto,
  softTopKBackwardInto,
  softTopKInto,
} from "@lanewise/core-wasm";
import { matmul, matrixView, reshape, type Tape, type Tensor } from "../tensor/index.js";

/** How soft an operation is. */
export interface TemperatureOptions {
  /** τ > 0: the smaller, the nearer to the hard function. Default: 1. */
  temperature?: number | undefined;
}

export interface EntmaxOptions extends TemperatureOptions {
  /** From 1, softmax, over 1.01 to 2, sparsemax. Default: 1.5. */
  alpha?: number | undefined;
}

export interface SoftTopKOptions extends TemperatureOptions {
  /** How many are taken: a whole number from 0 to the size of the last dimension. */
  k: number;
}

/**
 * A smooth maximum over the last dimension: `f32[…, n]` → `f32[…]`. What each kind is, and its bound: see core-wasm's
 * `smoothMaxInto`.
 *
 * @throws RangeError
 */
export function smoothMax(
  tape: Tape,
  x: Tensor,
  kind: SmoothMaxKind,
  { temperature = 1 }: TemperatureOptions = {},
): Tensor {
  const options = { ...matrixView(x), kind, temperature };
  const out = tape.empty(x.shape.slice(0, -1));
  smoothMaxInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => smoothMaxBackwardInto(tape.gradOf(x)!, dy, x.array, options));
  return out;
}

/**
 * softmax(x / τ) over the last dimension: 1 at the greatest element and 0 elsewhere, as τ → 0. In float64 inside, since x / τ itself
 * would lose what tells its elements apart.
 *
 * @throws RangeError
 */
export function softOneHot(tape: Tape, x: Tensor, { temperature = 1 }: TemperatureOptions = {}): Tensor {
  return entmax(tape, x, { alpha: 1, temperature });
}

/**
 * Σ i · softmax(x / τ)_i, i from 0, over the last dimension: `f32[…, n]` → `f32[…]`. It is the place of the greatest element as
 * τ → 0, and means little where two that are far apart are as great: it lies between them.
 */
export function softArgmax(tape: Tape, x: Tensor, options: TemperatureOptions = {}): Tensor {
  const { rows, cols } = matrixView(x);
  const places = tape.input(
    Float32Array.from({ length: cols }, (_, i) => i),
    [cols, 1],
  );
  const shares = softOneHot(tape, reshape(tape, x, [rows, cols]), options);
  return reshape(tape, matmul(tape, shares, places), x.shape.slice(0, -1));
}

/**
 * α-entmax of x / τ over the last dimension: a softmax with exact zeros. α = 1 is softmax itself. See core-wasm's `entmaxInto`.
 *
 * @throws RangeError
 */
export function entmax(tape: Tape, x: Tensor, { alpha = 1.5, temperature = 1 }: EntmaxOptions = {}): Tensor {
  const options = { ...matrixView(x), alpha, temperature };
  const out = tape.empty(x.shape);
  entmaxInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => entmaxBackwardInto(tape.gradOf(x)!, dy, out.array, options));
  return out;
}

/** Sparsemax of x / τ, the point of the simplex nearest to it: entmax with α = 2. */
export function sparsemax(tape: Tape, x: Tensor, { temperature = 1 }: TemperatureOptions = {}): Tensor {
  return entmax(tape, x, { alpha: 2, temperature });
}

/**
 * How much each element of the last dimension belongs to its k greatest: between 0 and 1, adding up to k. See core-wasm's
 * `softTopKInto`.
 *
 * @throws RangeError
 */
export function softTopK(tape: Tape, x: Tensor, { k, temperature = 1 }: SoftTopKOptions): Tensor {
  const options = { ...matrixView(x), k, temperature };
  const out = tape.empty(x.shape);
  softTopKInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => softTopKBackwardInto(tape.gradOf(x)!, dy, x.array, options));
  return out;
}

/** The last dimension sorted softly, ascending. See core-wasm's `softSortInto`. @throws RangeError */
export function softSort(tape: Tape, x: Tensor, { temperature = 1 }: TemperatureOptions = {}): Tensor {
  const options = { ...matrixView(x), temperature };
  const out = tape.empty(x.shape);
  softSortInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => softSortBackwardInto(tape.gradOf(x)!, dy, x.array, options));
  return out;
}

/** Soft ranks along the last dimension, from 1 for the least. See core-wasm's `softRankInto`. @throws RangeError */
export function softRank(tape: Tape, x: Tensor, { temperature = 1 }: TemperatureOptions = {}): Tensor {
  const options = { ...matrixView(x), temperature };
  const out = tape.empty(x.shape);
  softRankInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => softRankBackwardInto(tape.gradOf(x)!, dy, x.array, options));
  return out;
}
