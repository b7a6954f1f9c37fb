import {
  checkNumber,
  crossEntropy as crossEntropyOf,
  crossEntropyBackwardInto,
  crossEntropyInto,
  crossEntropyWithGradInto,
  fillInto,
} from "@lanewise/core-wasm";
import { type Ids, matrixView, residentIds, type Tape, type Tensor } from "../tensor/index.js";
import type { ReductionOptions } from "./reduction.js";
import { checkClassWeights, softenedCrossEntropy } from "./softenedCrossEntropy.js";

export interface CrossEntropyOptions extends ReductionOptions {
  /** Rows with this target count for nothing. Default: −100 */
  ignoreIndex?: number | undefined;
  /** How much a row of each class counts, ≥ 0: "mean" divides by the sum of the rows' weights. Default: all the same. */
  classWeights?: ArrayLike<number> | undefined;
  /** ε, from 0 to 1: what is asked for is (1 − ε) of the target and ε / classes of each class. Default: 0. */
  labelSmoothing?: number | undefined;
}

/**
 * The cross-entropy of logits with the classes that came: for each row −ln softmax(logits)[target]. "mean" is over
 * the rows that count (0 if there are none), "none" gives a tensor of a loss a row.
 *
 * `logits: f32[…, classes]`, `targets`: one for each row, row-major. Softmax and loss are worked out together, with
 * float64 sums, and so is the gradient with them where one is wanted: one pass over the logits. With class weights each
 * row's loss, smoothed or not, is multiplied by the weight of its class.
 *
 * Ref: Szegedy et al. 2015, arXiv:1512.00567 (label smoothing).
 *
 * @throws ShapeError unless there is a target for each row
 * @throws RangeError if a target is neither a class nor `ignoreIndex`, or a weight or the smoothing is out of range
 */
export function crossEntropy(
  tape: Tape,
  logits: Tensor,
  targets: Ids,
  { ignoreIndex = -100, reduction = "mean", classWeights, labelSmoothing = 0 }: CrossEntropyOptions = {},
): Tensor {
  const { rows, cols } = matrixView(logits);
  checkNumber("labelSmoothing", labelSmoothing, 0, 1);
  if (classWeights) checkClassWeights(classWeights, cols);
  const resident = residentIds(tape, targets);
  const options = { rows, cols, ignoreIndex };
  if (classWeights || labelSmoothing > 0) {
    return softenedCrossEntropy(tape, logits, resident, {
      classWeights,
      labelSmoothing,
      ignoreIndex,
      reduction,
    });
  }
  if (reduction === "none") {
    const out = tape.empty(logits.shape.slice(0, -1));
    crossEntropyInto(out.array, logits.array, resident, options);
    tape.record(out, [logits], (dy) => {
      crossEntropyBackwardInto(tape.gradOf(logits)!, logits.array, resident, { ...options, rowScales: dy });
    });
    return out;
  }
  if (!tape.tracks(logits))
    return tape.scalar(crossEntropyOf(logits.array, resident, { ...options, reduction }));
  const gradient = tape.scratch(logits.size);
  fillInto(gradient, { value: 0 });
  const out = tape.scalar(
    crossEntropyWithGradInto(gradient, logits.array, resident, { ...options, reduction }),
  );
  tape.record(out, [logits], (dy) => tape.giveGrad(logits, gradient, dy.view[0]));
  return out;
}
