import {
  crossEntropyBackwardInto,
  crossEntropyInto,
  fillInto,
  RangeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import { matrixView, type Tape, type Tensor } from "../tensor/index.js";
import type { Reduction } from "./reduction.js";

export interface SoftenedOptions {
  readonly classWeights: ArrayLike<number> | undefined;
  readonly labelSmoothing: number;
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
}

/**
 * Cross-entropy with weights w of the classes, and a share ε of what is asked for spread over all C of them:
 *
 *     loss_r = w_t · (lse(z) − (1 − ε) z_t − ε z̄) = w_t · (crossEntropy_r + ε (z_t − z̄))
 *
 * with the target t and the mean z̄ of the row's logits. Its gradient is that of the plain loss and a constant,
 * w_t · ε · ([c = t] − 1/C).
 */
export function softenedCrossEntropy(
  tape: Tape,
  logits: Tensor,
  targets: WasmArray<"i32">,
  { classWeights, labelSmoothing, ignoreIndex, reduction }: SoftenedOptions,
): Tensor {
  const { rows, cols } = matrixView(logits);
  const options = { rows, cols, ignoreIndex };
  const losses = tape.empty(logits.shape.slice(0, -1));
  crossEntropyInto(losses.array, logits.array, targets, options);
  const weights = tape.scratch(rows);
  weigh(weights.view, targets.view, classWeights, ignoreIndex);
  let sum = 0;
  let weightSum = 0;
  const [z, t, w, out] = [logits.array.view, targets.view, weights.view, losses.array.view];
  for (let r = 0; r < rows; r++) {
    if (w[r] !== 0) {
      out[r] =
        w[r]! * (out[r]! + (labelSmoothing === 0 ? 0 : labelSmoothing * aboveMean(z, r * cols, cols, t[r]!)));
    } else out[r] = 0;
    sum += out[r]!;
    weightSum += w[r]!;
  }
  const factor = reduction === "mean" ? (weightSum === 0 ? 0 : 1 / weightSum) : 1;
  const each = reduction === "none";
  const result = each ? losses : tape.scalar(sum * factor);

  tape.record(result, [logits], (dy) => {
    const dlogits = tape.gradOf(logits)!;
    tape.temporarily(() => {
      const rowScales = tape.scratch(rows);
      if (each) rowScales.view.set(dy.view);
      else fillInto(rowScales, { value: factor * dy.view[0]! });
      const [scales, w] = [rowScales.view, weights.view];
      for (let r = 0; r < rows; r++) scales[r] = scales[r]! * w[r]!;
      crossEntropyBackwardInto(dlogits, logits.array, targets, { ...options, rowScales });
      if (labelSmoothing !== 0) spread(dlogits.view, targets.view, rowScales.view, cols, labelSmoothing);
    });
  });
  return result;
}

/** @throws RangeError unless there is a weight ≥ 0 for each class */
export function checkClassWeights(classWeights: ArrayLike<number>, classes: number): void {
  const { length } = classWeights;
  if (length !== classes) throw new RangeError("classWeights", `${classes} numbers ≥ 0`, `${length}`);
  for (let c = 0; c < classes; c++) {
    const weight = classWeights[c]!;
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`classWeights[${c}]`, "a number ≥ 0", weight);
  }
}

/** The weight of each row: its class's, and 0 where the target does not count. */
function weigh(
  weights: Float32Array,
  targets: Int32Array,
  classWeights: ArrayLike<number> | undefined,
  ignoreIndex: number,
): void {
  for (let r = 0; r < weights.length; r++) {
    const target = targets[r]!;
    weights[r] = target === ignoreIndex ? 0 : (classWeights?.[target] ?? 1);
  }
}

/** z_t − z̄ of the row at `begin`. */
function aboveMean(z: Float32Array, begin: number, cols: number, target: number): number {
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += z[begin + c]!;
  return z[begin + target]! - sum / cols;
}

/** Adds scale · ε · ([c = t] − 1/C). */
function spread(
  dlogits: Float32Array,
  targets: Int32Array,
  scales: Float32Array,
  cols: number,
  share: number,
): void {
  for (let r = 0; r < scales.length; r++) {
    const scale = scales[r]! * share;
    if (scale === 0) continue;
    const begin = r * cols;
    for (let c = begin; c < begin + cols; c++) dlogits[c] = dlogits[c]! - scale / cols;
    const at = begin + targets[r]!;
    dlogits[at] = dlogits[at]! + scale;
  }
}
