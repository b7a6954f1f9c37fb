import { checkNumber } from "@lanewise/core-wasm";
import type { Ids, Tape, Tensor } from "../tensor/index.js";
import { type SoftMetricOptions, softRatioLoss } from "./softMetric.js";

export interface SoftF1Options extends SoftMetricOptions {
  /** How many times as much recall counts as precision. Default: 1, the harmonic mean. */
  beta?: number | undefined;
}

/**
 * 1 − soft Fβ = 1 − (1 + β²) Σ p y / (Σ p + β² Σ y): F1 = 2 TP / (2 TP + FP + FN) with probabilities in place of decisions.
 *
 * `targets`: a tensor of 0s and 1s (or probabilities) of the logits' shape, and then p = σ(z/τ) of each logit by itself; or
 * a class for each row, and then p = softmax(z/τ) over the last dimension. "binary" and "micro" pool all elements, "macro" takes
 * each column by itself and then the mean. With classes, "micro" is `softAccuracyLoss`.
 *
 * It is a statistic of the batch and no mean over samples: the mean of two halves' losses is another number with another
 * gradient, so gradients must not be gathered over micro-batches, and small batches without positives teach nothing. A
 * confidently wrong sample has no gradient (p is flat there), so begin with cross-entropy, and train on this at the end.
 *
 * Held to its float64 form by gradcheck. Ref: Su Jianlin 2019, kexue.fm/archives/6620.
 *
 * @throws ShapeError, RangeError
 */
export function softF1Loss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  options: SoftF1Options = {},
): Tensor {
  const { beta = 1 } = options;
  checkNumber("beta", beta, 0);
  const actual = beta * beta;
  return softRatioLoss(tape, logits, targets, { factor: 1 + actual, predicted: 1, actual }, options);
}

/**
 * 1 − soft precision = 1 − Σ p y / Σ p. Alone it is made small by finding one sure positive and nothing else: use it beside another.
 * Arguments, errors and what is said of batches: see `softF1Loss`.
 */
export function softPrecisionLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  options: SoftMetricOptions = {},
): Tensor {
  return softRatioLoss(tape, logits, targets, { factor: 1, predicted: 1, actual: 0 }, options);
}

/**
 * 1 − soft recall = 1 − Σ p y / Σ y. Alone it is made small by calling everything positive: use it beside another. Arguments,
 * errors and what is said of batches: see `softF1Loss`.
 */
export function softRecallLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  options: SoftMetricOptions = {},
): Tensor {
  return softRatioLoss(tape, logits, targets, { factor: 1, predicted: 0, actual: 1 }, options);
}
