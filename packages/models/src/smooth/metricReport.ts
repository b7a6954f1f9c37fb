import { activation } from "@lanewise/core-wasm";
import { bceWithLogits, softAccuracyLoss, softAucLoss, softF1Loss } from "../losses/index.js";
import { bestF1Threshold, classificationReport, confusionMatrix, rocAuc } from "../metrics/index.js";
import type { Tape, Tensor } from "../tensor/index.js";
import type { Classifier } from "./classifier.js";
import type { LabelledSet, MetricReport, TrainedMetric, TunedThreshold } from "./config.js";

/** What is reported, and how. */
interface Reporting {
  readonly metric: TrainedMetric;
  readonly temperature: number;
  readonly threshold: number;
}

/** A set in numbers: its report, and the probabilities. */
interface Scored {
  readonly report: MetricReport;
  readonly p: Float32Array;
  readonly y: Float32Array;
}

/** 1 − the soft metric, which training makes small. */
export function softLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor,
  { metric, temperature }: Pick<Reporting, "metric" | "temperature">,
): Tensor {
  if (metric === "accuracy") return softAccuracyLoss(tape, logits, targets, { temperature });
  if (metric === "auc") return softAucLoss(tape, logits, targets, { temperature });
  return softF1Loss(tape, logits, targets, { temperature });
}

/** Runs the classifier over a set, and counts. */
export function score(tape: Tape, classifier: Classifier, set: LabelledSet, reporting: Reporting): Scored {
  const n = set.y.length;
  return tape.noGrad(() =>
    tape.run(() => {
      const targets = tape.input(set.y, [n]);
      const logits = classifier.forward(tape, tape.input(set.x, [n, classifier.inputs]));
      const crossEntropy = bceWithLogits(tape, logits, targets).item();
      const soft = 1 - softLoss(tape, logits, targets, reporting).item();
      const { temperature } = reporting;
      const softF1 =
        reporting.metric === "f1" ? soft : 1 - softF1Loss(tape, logits, targets, { temperature }).item();
      const z = logits.toArray();
      const p = activation(z, { kind: "sigmoid", runtime: tape.runtime });
      const predicted = Uint8Array.from(p, (p) => (p >= reporting.threshold ? 1 : 0));
      const { classes, accuracy } = classificationReport(confusionMatrix(set.y, predicted, { classes: 2 }));
      const { f1, precision, recall } = classes[1]!;
      const auc = rocAuc(z, set.y);
      const hard = { f1, accuracy, auc }[reporting.metric];
      return {
        report: { crossEntropy, soft, hard, softF1, f1, precision, recall, accuracy, auc },
        p,
        y: set.y,
      };
    }),
  );
}

/** The threshold that is best on the training set, and what it does on the other. */
export function tune(train: Scored, test: Scored | undefined): TunedThreshold {
  const { threshold, f1 } = bestF1Threshold(train.p, train.y);
  return { threshold, trainF1: f1, testF1: test && f1At(test, threshold) };
}

function f1At({ p, y }: Scored, threshold: number): number {
  const predicted = Uint8Array.from(p, (p) => (p >= threshold ? 1 : 0));
  return classificationReport(confusionMatrix(y, predicted, { classes: 2 })).classes[1]!.f1;
}
