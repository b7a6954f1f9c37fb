import { argmaxRowsInto } from "@lanewise/core-wasm";
import { meanOf } from "../metrics/mean.js";
import type { Pacer } from "../optim/pacer.js";
import { Tape, type Tensor } from "../tensor/index.js";
import type { CheckedExamples } from "./examples.js";
import type { MlpNetwork } from "./network.js";
import { lossSum, type Targets, weightOf } from "./objective.js";

export interface EvaluateOptions {
  /** Ends the evaluation, within 200 ms, by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
  /** As in `FitOptions`. Default: all the same. */
  classWeights?: readonly number[] | undefined;
}

/** How well a model does. Confusion matrices and more: `@lanewise/models/metrics` on what `classify` and `predict` say. */
export interface Evaluation {
  readonly examples: number;
  /** The mean: cross-entropy in nats, or the squared error. */
  readonly loss: number;
  /** The share of right classes, or right answers. There unless it is a regression. */
  readonly accuracy?: number;
  /**
   * R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)², with each output's own mean ȳ, over all outputs together: 1 is perfect, 0 no better
   * than the means. If nothing varies: 1 for no error, else 0. There if it is a regression.
   */
  readonly r2?: number;
}

/** @throws the reason of the pacer's signal */
export async function evaluateExamples(
  network: MlpNetwork,
  { x, y, count }: CheckedExamples,
  { pacer, classWeights = [] }: { pacer: Pacer; classWeights?: readonly number[] },
): Promise<Evaluation> {
  const { config, runtime, rowsAtOnce } = network;
  const { inputs, outputs, task } = config;
  const width = y.length / count;
  const objective = { classWeights, labelSmoothing: 0 };
  const weight = weightOf(y, config, objective);
  const tape = new Tape({ runtime });
  let [loss, right] = [0, 0];
  try {
    for (let at = 0; at < count; at += rowsAtOnce) {
      const end = Math.min(count, at + rowsAtOnce);
      const targets = y.subarray(at * width, end * width);
      tape.run(() =>
        tape.noGrad(() => {
          const rows = tape.input(x.subarray(at * inputs, end * inputs), [end - at, inputs]);
          const logits = network.forward(tape, rows);
          loss += lossSum(tape, logits, targets, config, objective).item();
          if (task !== "regression") right += countRight(tape, logits, targets, task === "classification");
        }),
      );
      if (pacer.due) await pacer.pause();
    }
  } finally {
    tape.dispose();
  }
  const result = { examples: count, loss: loss / weight };
  if (task === "regression") return { ...result, r2: determination(loss, spreadOf(y, outputs)) };
  return { ...result, accuracy: right / y.length };
}

function countRight(tape: Tape, logits: Tensor, targets: Targets, classes: boolean): number {
  let right = 0;
  if (!classes) {
    logits.array.view.forEach((z, i) => (right += Number(z >= 0 === targets[i]! >= 0.5)));
    return right;
  }
  const [rows = 0, cols = 0] = logits.shape;
  const chosen = tape.ids(targets);
  argmaxRowsInto(chosen, logits.array, { rows, cols });
  chosen.view.forEach((id, i) => (right += Number(id === targets[i])));
  return right;
}

/** Σ (y − ȳ)², with each column's own mean. */
function spreadOf(y: Targets, cols: number): number {
  let spread = 0;
  for (let c = 0; c < cols; c++) {
    const mean = meanOf(y, c, cols);
    for (let i = c; i < y.length; i += cols) spread += (y[i]! - mean) ** 2;
  }
  return spread;
}

function determination(squares: number, spread: number): number {
  return spread === 0 ? Number(squares === 0) : 1 - squares / spread;
}
