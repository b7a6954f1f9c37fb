import { RangeError } from "@lanewise/core-wasm";
import { checkSameLength } from "./confusionMatrix.js";
import { meanOf } from "./mean.js";

/** How far predictions of numbers are off. */
export interface RegressionReport {
  /** The mean of (y − ŷ)². */
  readonly meanSquaredError: number;
  /** Its root, in the units of y. */
  readonly rootMeanSquaredError: number;
  /** The mean of |y − ŷ|. */
  readonly meanAbsoluteError: number;
  /** 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 is perfect, 0 what the mean would do. Of a constant y: 1 if it is met, else 0. */
  readonly r2: number;
}

/**
 * Compares numbers with their predictions.
 *
 * @throws ShapeError unless both are as long, RangeError if there are none
 */
export function regressionReport(actual: ArrayLike<number>, predicted: ArrayLike<number>): RegressionReport {
  checkSameLength("predicted", predicted, actual);
  const n = actual.length;
  if (n === 0) throw new RangeError("actual", "at least one number", "none");
  const mean = meanOf(actual);
  let [squares, absolute, spread] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const error = actual[i]! - predicted[i]!;
    squares += error * error;
    absolute += Math.abs(error);
    spread += (actual[i]! - mean) ** 2;
  }
  return {
    meanSquaredError: squares / n,
    rootMeanSquaredError: Math.sqrt(squares / n),
    meanAbsoluteError: absolute / n,
    r2: spread === 0 ? Number(squares === 0) : 1 - squares / spread,
  };
}
