import { logOnePlus4 } from "../lib/log";
import { rangeOf, sumOfExp } from "../lib/rows";
import { fma } from "../lib/simd";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";

/**
 * losses[r] = log Σ e^logits[r, ·] − logits[r, targets[r]], and 0 where the target is `ignoreIndex`.
 *
 * @param lossesPtr  f32[rows], or 0 for their sum alone
 * @param logitsPtr  f32[rows, cols]
 * @param targetsPtr i32[rows], each in [0, cols) or ignoreIndex
 * @returns Σ losses, in float64
 */
export function crossEntropy(
  lossesPtr: usize,
  logitsPtr: usize,
  targetsPtr: usize,
  ignoreIndex: i32,
  rows: usize,
  cols: usize,
): f64 {
  let total: f64 = 0;
  for (let r: usize = 0; r < rows; r++) {
    const target = load<i32>(targetsPtr + (r << 2));
    let loss: f64 = 0;
    if (target != ignoreIndex) {
      const rowPtr = logitsPtr + ((r * cols) << 2);
      const range = rangeOf(rowPtr, cols);
      const greatest = f32x4.extract_lane(range, 0);
      const sum = sumOfExp(0, rowPtr, cols, range);
      loss = lossOf(load<f32>(rowPtr + ((<usize>target) << 2)), greatest, sum);
    }
    if (lossesPtr) store<f32>(lossesPtr + (r << 2), <f32>loss);
    total += loss;
  }
  return total;
}

/**
 * dlogits[r, c] += s · (softmax(logits[r, ·])[c] − (c = targets[r])), s = scale · rowScales[r], and nothing where
 * the target is `ignoreIndex`. At the target, softmax − 1 = −(the others' share), which does not cancel.
 *
 * @param rowScalesPtr f32[rows], or 0 for ones
 * @param workPtr      f32[cols]
 * @returns Σ losses, in float64 and not scaled
 */
export function crossEntropyBackward(
  dlogitsPtr: usize,
  logitsPtr: usize,
  targetsPtr: usize,
  rowScalesPtr: usize,
  scale: f64,
  ignoreIndex: i32,
  rows: usize,
  cols: usize,
  workPtr: usize,
): f64 {
  let total: f64 = 0;
  for (let r: usize = 0; r < rows; r++) {
    const target = load<i32>(targetsPtr + (r << 2));
    if (target == ignoreIndex) continue;
    const rowPtr = logitsPtr + ((r * cols) << 2);
    const gradPtr = dlogitsPtr + ((r * cols) << 2);
    const targetAt = (<usize>target) << 2;
    const range = rangeOf(rowPtr, cols);
    const greatest = f32x4.extract_lane(range, 0);
    const sum = sumOfExp(workPtr, rowPtr, cols, range);
    const share = (rowScalesPtr ? scale * load<f32>(rowScalesPtr + (r << 2)) : scale) / sum;
    const atTarget = <f64>load<f32>(gradPtr + targetAt) + share * (load<f32>(workPtr + targetAt) - sum);
    const shares = f32x4.splat(<f32>share);
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      storeUpTo4(
        gradPtr + at,
        fma(loadUpTo4(workPtr + at, left), shares, loadUpTo4(gradPtr + at, left)),
        left,
      );
    }
    store<f32>(gradPtr + targetAt, <f32>atTarget);
    total += lossOf(load<f32>(rowPtr + targetAt), greatest, sum);
  }
  return total;
}

/** (greatest − logit) + log(sum), where the sum holds an exact 1 for the greatest. */
function lossOf(logit: f32, greatest: f32, sum: f64): f64 {
  const logSum = f32x4.extract_lane(logOnePlus4(f32x4.splat(<f32>(sum - 1))), 0);
  return <f64>logSum + (<f64>greatest - <f64>logit);
}
