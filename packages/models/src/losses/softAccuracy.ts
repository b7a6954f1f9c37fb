import { type Ids, type Tape, Tensor } from "../tensor/index.js";
import { probabilitiesOf, type SoftProbabilityOptions } from "./softMetric.js";

/**
 * 1 − soft accuracy: the mean of 1 − (the probability of what was the case).
 *
 * `targets`: a class for each row, and then p = softmax(z/τ) over the last dimension; or a tensor of 0s and 1s of the logits'
 * shape, and then each logit counts by itself, with σ(z/τ) or 1 − σ(z/τ).
 *
 * Its gradient is that of cross-entropy times p_y: it vanishes for samples that are confidently wrong, where cross-entropy's is
 * largest. So begin with cross-entropy. Unlike soft F1 it is a mean over samples, and may be gathered over micro-batches.
 *
 * Held to its float64 form by gradcheck. Ref: Su Jianlin 2019, kexue.fm/archives/6620.
 *
 * @throws ShapeError, RangeError
 */
export function softAccuracyLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  options: SoftProbabilityOptions = {},
): Tensor {
  const { p, y, rows, cols, backward } = probabilitiesOf(tape, logits, targets, options);
  // Logits by themselves: what is not the case counts as well. Of a row's classes, the one that came says all.
  const apart = targets instanceof Tensor;
  const count = apart ? rows * cols : rows;
  const [pv, yv] = [p.view, y.view];
  let right = 0;
  for (let i = 0; i < pv.length; i++) {
    right += pv[i]! * yv[i]! + (apart ? (1 - pv[i]!) * (1 - yv[i]!) : 0);
  }
  const out = tape.scalar(1 - right / count);
  tape.record(out, [logits], (dy) => {
    const slopes = Float64Array.from(y.view, (y) => (apart ? 2 * y - 1 : y) / count);
    backward(tape.gradOf(logits)!, slopes, -dy.view[0]!);
  });
  return out;
}
