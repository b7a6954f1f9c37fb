import { checkSameLength } from "./confusionMatrix.js";
import { meanOf } from "./mean.js";

/**
 * Pearson's correlation of two lists of numbers: their covariance over the product of their standard deviations. NaN where
 * either is constant.
 *
 * @throws ShapeError unless both are as long
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkSameLength("y", y, x);
  const n = x.length;
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / (Math.sqrt(xx) * Math.sqrt(yy));
}

/** Spearman's rank correlation: Pearson's of the ranks, those of equal numbers being the mean of theirs. @throws ShapeError */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkSameLength("y", y, x);
  return pearson(ranks(x), ranks(y));
}

/** The rank of each number, from 1; equal ones share the mean of theirs. */
export function ranks(x: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const out = new Float64Array(x.length);
  for (let begin = 0; begin < order.length;) {
    let end = begin + 1;
    while (end < order.length && x[order[end]!] === x[order[begin]!]) end++;
    for (let i = begin; i < end; i++) out[order[i]!] = (begin + 1 + end) / 2;
    begin = end;
  }
  return out;
}
