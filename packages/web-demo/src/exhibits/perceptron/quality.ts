import type { LearnerId } from "./catalogue.js";
import type { Quality } from "./protocol.js";

/**
 * How well scores answer targets.
 *
 * @param targets −1 or +1 for classes, or values
 */
export function qualityOf(
  scores: Float32Array,
  targets: Float32Array,
  learner: LearnerId,
  regression: boolean,
): Quality {
  if (regression) return { loss: meanSquare(scores, targets), ...fit(scores, targets) };
  const confusion: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  scores.forEach((score, i) => confusion[targets[i]! > 0 ? 1 : 0][score >= 0 ? 1 : 0]++);
  const wrong = (confusion[0][1] + confusion[1][0]) / scores.length;
  const loss =
    learner === "perceptron"
      ? wrong
      : learner === "delta"
        ? meanSquare(scores, targets)
        : crossEntropy(scores, targets);
  return { loss, confusion };
}

/** The share that is answered rightly. */
export function accuracyOf(confusion: NonNullable<Quality["confusion"]>): number {
  const [[a, b], [c, d]] = confusion;
  return (a + d) / (a + b + c + d);
}

/** Mean of ln(1 + e^(−ts)), in a form that does not overflow. */
function crossEntropy(scores: Float32Array, targets: Float32Array): number {
  let sum = 0;
  scores.forEach((score, i) => {
    const margin = targets[i]! * score;
    sum += Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
  });
  return sum / scores.length;
}

function meanSquare(scores: Float32Array, targets: Float32Array): number {
  let sum = 0;
  scores.forEach((score, i) => (sum += (targets[i]! - score) ** 2));
  return sum / scores.length;
}

/** 1 − Σ (t − y)² / Σ (t − mean)². */
function fit(scores: Float32Array, targets: Float32Array): { rSquared?: number } {
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const spread = targets.reduce((sum, target) => sum + (target - mean) ** 2, 0) / targets.length;
  return spread > 0 ? { rSquared: 1 - meanSquare(scores, targets) / spread } : {};
}
