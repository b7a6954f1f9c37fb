import { RangeError } from "@lanewise/core-wasm";
import { bceWithLogits, crossEntropy, mse } from "../losses/index.js";
import { mul, sum, type Tape, type Tensor } from "../tensor/index.js";
import type { MlpConfig } from "./config.js";

/** What the targets of a loss are, and how they count. */
export interface ObjectiveOptions {
  /** A weight for each class; empty: all the same. */
  readonly classWeights: readonly number[];
  /** ε */
  readonly labelSmoothing: number;
}

/** Some rows of a batch: their classes, or f32[rows, outputs]. */
export type Targets = Int32Array | Float32Array;

/**
 * What the loss of a batch is divided by: how many terms it has, or the sum of their weights.
 *
 * @returns 1 for a batch of classes of weight 0, whose loss is 0
 */
export function weightOf(y: Targets, { task }: MlpConfig, { classWeights }: ObjectiveOptions): number {
  if (classWeights.length === 0 || task === "regression") return y.length;
  let total = 0;
  for (const value of y) total += weightAt(value, task, classWeights);
  return total === 0 ? 1 : total;
}

/** The loss of some rows, added up: cross-entropy, binary cross-entropy or the squared error. */
export function lossSum(
  tape: Tape,
  logits: Tensor,
  y: Targets,
  { task }: MlpConfig,
  { classWeights, labelSmoothing }: ObjectiveOptions,
): Tensor {
  const weighted = classWeights.length > 0;
  if (task === "classification") {
    const weights = weighted ? classWeights : undefined;
    return crossEntropy(tape, logits, y, { reduction: "sum", classWeights: weights, labelSmoothing });
  }
  if (task === "regression") return mse(tape, logits, tape.input(y, logits.shape), { reduction: "sum" });
  const smooth = labelSmoothing === 0 ? y : Float32Array.from(y, (value) => smoothed(value, labelSmoothing));
  const targets = tape.input(smooth, logits.shape);
  if (!weighted) return bceWithLogits(tape, logits, targets, { reduction: "sum" });
  const weights = Float32Array.from(y, (value) => weightAt(value, task, classWeights));
  const terms = bceWithLogits(tape, logits, targets, { reduction: "none" });
  return sum(tape, mul(tape, terms, tape.input(weights, logits.shape)));
}

/** A share ε of each answer is no and yes alike. */
function smoothed(value: number, share: number): number {
  return value * (1 - share) + share / 2;
}

/** Between no and yes, what is between their weights. */
function weightAt(value: number, task: MlpConfig["task"], classWeights: readonly number[]): number {
  if (task === "classification") return classWeights[value]!;
  const [no = 1, yes = 1] = classWeights;
  return no + (yes - no) * value;
}

/** @throws RangeError unless there is a weight ≥ 0 for each class, or none at all */
export function checkWeights(classWeights: readonly number[], { task, outputs }: MlpConfig): void {
  if (!Array.isArray(classWeights)) throw new RangeError("classWeights", "a list of numbers", classWeights);
  if (classWeights.length === 0) return;
  const classes = task === "classification" ? outputs : task === "binary" ? 2 : 0;
  if (classWeights.length !== classes) {
    const wanted = task === "regression" ? "none with a regression" : `${classes} numbers`;
    throw new RangeError("classWeights", wanted, `${classWeights.length}`);
  }
  classWeights.forEach((weight: number, i) => {
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`classWeights[${i}]`, "a number ≥ 0", weight);
  });
  if (classWeights.every((weight) => weight === 0))
    throw new RangeError("classWeights", "one above 0", "zeros");
}
