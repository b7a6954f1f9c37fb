import { imbalancedSet, MetricTrainer, type MetricTrainEvent } from "@lanewise/models/smooth";
import { setSizes, trainerLimits } from "../config.js";
import type { DecisionLine } from "./plane.js";
import type { Standing, TrainerSettings } from "./protocol.js";
import type { Course } from "./session.js";

/** A course with the package's own set and trainer. */
export async function openCourse(settings: TrainerSettings, every: number): Promise<Course> {
  const { seed, softness, warmUp, epochs } = settings;
  const positives = settings.positives / 100;
  // It comes first: it starts the kernels that points are drawn with.
  const trainer = await MetricTrainer.create({ inputs: 2, hidden: 0, seed });
  const shown = imbalancedSet({ size: setSizes.shown, positives, seed });
  // Seeds of the page end below the first of these.
  const unseenSeed = trainerLimits.seed + 1 + seed;
  const test = imbalancedSet({ size: setSizes.unseen, positives, seed: unseenSeed });
  return {
    set: { points: shown.x, labels: shown.y },
    async *run(signal) {
      const events = trainer.train(shown, {
        crossEntropyEpochs: warmUp,
        metricEpochs: epochs,
        metric: "f1",
        temperature: softness,
        reportEvery: every,
        test,
        seed,
        signal,
      });
      for await (const event of events) yield standingOf(event, lineOf(trainer, event.threshold));
    },
    dispose: () => trainer.dispose(),
  };
}

function standingOf(
  { phase, epoch, train, test, threshold, tuned }: MetricTrainEvent,
  line: DecisionLine,
): Standing {
  return {
    stage: phase === "crossEntropy" ? "crossEntropy" : "softF1",
    epoch,
    softF1: train.softF1,
    hardF1: train.f1,
    precision: train.precision,
    recall: train.recall,
    threshold,
    line,
    testF1: test!.f1,
    tuned: { threshold: tuned.threshold, hardF1: tuned.trainF1, testF1: tuned.testF1! },
  };
}

/** Three points tell a plane of logits; the border is where the logit is that of the threshold. */
function lineOf(trainer: MetricTrainer, threshold: number): DecisionLine {
  const [origin, right, up] = trainer.logits(new Float32Array([0, 0, 1, 0, 0, 1]));
  const border = Math.log(threshold / (1 - threshold));
  return { weights: [right! - origin!, up! - origin!], bias: origin! - border };
}
