import { Pacer } from "../optim/pacer.js";
import { evaluateIds } from "./evaluate.js";
import type { CharRnnNetwork } from "./network.js";
import type { Training } from "./training.js";
import type { TrainEvent, TrainOptions, ValidationResult } from "./trainOptions.js";

/** At most ten events a second. */
const eventMilliseconds = 100;

/** A browser's clock may stand still that long: a step in no time would have no speed. */
const leastMilliseconds = 0.1;

/**
 * Takes steps until the run's end (or `stopAfter`), and says now and then how it goes.
 *
 * @param validation the ids of the validation text
 */
export async function* runTraining(
  network: CharRnnNetwork,
  training: Training,
  options: Pick<TrainOptions, "signal" | "stopAfter" | "evaluateEvery" | "evaluateBatch">,
  validation: Int32Array | undefined,
): AsyncGenerator<TrainEvent, void, void> {
  const { steps, batch, window } = training.run;
  const { signal, stopAfter = Infinity, evaluateEvery, evaluateBatch } = options;
  const first = training.step + 1;
  const last = Math.min(steps, training.step + stopAfter);
  const pacer = new Pacer({ signal });
  const every = evaluateEvery ?? Math.max(1, Math.round(steps / 10));
  const since = { steps: 0, loss: 0, seconds: 0 };
  let secondsPerStep: number | undefined;
  let eventAt = -Infinity;
  let validated: ValidationResult | undefined;
  await pacer.pause();
  while (training.step < last) {
    signal?.throwIfAborted();
    const began = performance.now();
    const { loss, gradNorm, learningRate } = await training.takeStep(pacer);
    const seconds = Math.max(leastMilliseconds, performance.now() - began) / 1000;
    const { step } = training;
    since.steps++;
    since.loss += loss;
    since.seconds += seconds;
    secondsPerStep = secondsPerStep === undefined ? seconds : 0.95 * secondsPerStep + 0.05 * seconds;
    if (validation && (step % every === 0 || step === last)) {
      const { loss: nats, bitsPerCharacter } = await evaluateIds(network, validation, {
        batch: evaluateBatch,
        pacer,
      });
      validated = { step, loss: nats, bitsPerCharacter };
    }
    const now = performance.now();
    if (step !== first && step !== last && now - eventAt < eventMilliseconds) continue;
    const mean = since.loss / since.steps;
    yield {
      step,
      steps,
      loss: mean,
      bitsPerCharacter: mean / Math.LN2,
      learningRate,
      gradNorm,
      charactersPerSecond: (since.steps * batch * window) / since.seconds,
      etaSeconds: (steps - step) * secondsPerStep,
      ...(validated && { validation: validated }),
    };
    eventAt = now;
    validated = undefined;
    Object.assign(since, { steps: 0, loss: 0, seconds: 0 });
  }
}
