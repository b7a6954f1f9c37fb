import { Pacer } from "../optim/pacer.js";
import { evaluateExamples } from "./evaluate.js";
import type { CheckedExamples } from "./examples.js";
import type { FitEvent, FitOptions, ValidationResult } from "./fitOptions.js";
import type { MlpNetwork } from "./network.js";
import type { Training } from "./training.js";

/** At most ten events a second. */
const eventMilliseconds = 100;

/** A browser's clock may stand still that long: steps in no time would have no speed. */
const leastSeconds = 1e-4;

/**
 * Takes steps until the run's end (or `stopAfter`), evaluates between epochs, and says now and then how it goes. At the
 * end the best weights are put back, if they were kept.
 */
export async function* runFit(
  network: MlpNetwork,
  training: Training,
  { signal, stopAfter = Infinity }: Pick<FitOptions, "signal" | "stopAfter">,
  validation: CheckedExamples | undefined,
): AsyncGenerator<FitEvent, void, void> {
  const { best, run, steps, stepsPerEpoch } = training;
  const first = training.step + 1;
  const last = Math.min(steps, training.step + stopAfter);
  const pacer = new Pacer({ signal });
  const since = { steps: 0, loss: 0, seconds: 0, examples: 0 };
  let secondsPerStep: number | undefined;
  let eventAt = -Infinity;
  let validated: ValidationResult | undefined;

  const evaluateIfDue = async (): Promise<void> => {
    const { step } = training;
    const due = step === steps || step % (stepsPerEpoch * run.evaluateEvery) === 0;
    if (!validation || !due || step === 0 || best.counters.evaluatedAt === step) return;
    const evaluation = await evaluateExamples(network, validation, { pacer, classWeights: run.classWeights });
    validated = { epoch: Math.ceil(step / stepsPerEpoch), step, ...evaluation };
    best.note(validated, run);
  };

  await pacer.pause();
  // An abort may have come between the step and its evaluation.
  await evaluateIfDue();
  if (training.step === steps || best.isOver(run)) best.restore();
  while (training.step < last && !best.isOver(run)) {
    signal?.throwIfAborted();
    const began = performance.now();
    const { loss, examples, gradNorm, learningRate } = await training.takeStep(pacer);
    const seconds = (performance.now() - began) / 1000;
    const { step } = training;
    since.steps++;
    since.loss += loss;
    since.seconds += seconds;
    since.examples += examples;
    secondsPerStep = secondsPerStep === undefined ? seconds : 0.95 * secondsPerStep + 0.05 * seconds;
    if (pacer.due) await pacer.pause();
    await evaluateIfDue();
    const stoppedEarly = best.isOver(run);
    if (stoppedEarly || step === steps) best.restore();
    const now = performance.now();
    if (step !== first && step !== last && !stoppedEarly && now - eventAt < eventMilliseconds) continue;
    yield {
      epoch: Math.ceil(step / stepsPerEpoch),
      epochs: run.epochs,
      step,
      steps,
      loss: since.loss / since.steps,
      learningRate,
      gradNorm,
      examplesPerSecond: since.examples / Math.max(leastSeconds, since.seconds),
      etaSeconds: stoppedEarly ? 0 : (steps - step) * secondsPerStep,
      ...(validated && { validation: validated }),
      ...(best.counters.best && { best: best.counters.best }),
      ...(stoppedEarly && { stoppedEarly }),
    };
    eventAt = performance.now();
    validated = undefined;
    Object.assign(since, { steps: 0, loss: 0, seconds: 0, examples: 0 });
  }
}
