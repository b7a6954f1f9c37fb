import { RangeError } from "@lanewise/core-wasm";
import { checkSameLength } from "./confusionMatrix.js";

/** What a threshold on scores comes to: those that reach it are taken for positive. */
export interface OperatingPoint {
  /** Scores ≥ this are positive; Infinity where none is. */
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/**
 * Every threshold that makes a difference, from the highest: first none is positive, at last all are. Divided by the numbers of
 * positives and negatives, these are the points of the ROC curve.
 *
 * @param scores any numbers but NaN: the higher, the more likely positive
 * @param labels 1 for positive, 0 for negative
 * @throws ShapeError, RangeError
 */
export function operatingPoints(scores: ArrayLike<number>, labels: ArrayLike<number>): OperatingPoint[] {
  checkRanking(scores, labels);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => {
    const [left, right] = [scores[a]!, scores[b]!];
    return left === right ? 0 : right > left ? 1 : -1;
  });
  const points: OperatingPoint[] = [{ threshold: Infinity, truePositives: 0, falsePositives: 0 }];
  let [truePositives, falsePositives] = [0, 0];
  for (const [at, i] of order.entries()) {
    if (labels[i] === 1) truePositives++;
    else falsePositives++;
    const next = order[at + 1];
    if (next !== undefined && scores[next] === scores[i]) continue;
    points.push({ threshold: scores[i]!, truePositives, falsePositives });
  }
  return points;
}

/**
 * The area under the ROC curve: how likely a positive scores higher than a negative, ties counting half (Mann and Whitney's
 * U over all pairs). NaN where either kind is missing.
 *
 * @throws ShapeError, RangeError
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const points = operatingPoints(scores, labels);
  const last = points.at(-1)!;
  let area = 0;
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    if (!before) continue;
    const width = point.falsePositives - before.falsePositives;
    area += (width * (point.truePositives + before.truePositives)) / 2;
  }
  return area / (last.truePositives * last.falsePositives);
}

/**
 * The mean of the precision over the recall, Σ (R_i − R_{i−1}) P_i: the area under the precision-recall curve without
 * interpolation. NaN without positives.
 *
 * @throws ShapeError, RangeError
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const points = operatingPoints(scores, labels);
  const positives = points.at(-1)!.truePositives;
  let sum = 0;
  for (const [i, { truePositives, falsePositives }] of points.entries()) {
    if (i === 0) continue;
    const found = truePositives - points[i - 1]!.truePositives;
    sum += (found * truePositives) / (truePositives + falsePositives);
  }
  return sum / positives;
}

/** The threshold with the greatest F1, the higher one where several have it, and that F1 (0 without positives). */
export function bestF1Threshold(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): { threshold: number; f1: number } {
  const points = operatingPoints(scores, labels);
  const positives = points.at(-1)!.truePositives;
  let best = { threshold: Infinity, f1: 0 };
  for (const { threshold, truePositives, falsePositives } of points) {
    const whole = positives + truePositives + falsePositives;
    const f1 = whole === 0 ? 0 : (2 * truePositives) / whole;
    if (f1 > best.f1) best = { threshold, f1 };
  }
  return best;
}

function checkRanking(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  checkSameLength("labels", labels, scores);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) throw new RangeError(`labels[${i}]`, "0 or 1", labels[i]);
    if (Number.isNaN(scores[i]!)) throw new RangeError(`scores[${i}]`, "a number", scores[i]);
  }
}
