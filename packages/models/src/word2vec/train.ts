import { Pacer } from "../optim/pacer.js";
import type { TrainEvent } from "./config.js";
import type { Training } from "./training.js";

/** At most ten events a second. */
const eventMilliseconds = 100;

/** The last event is of so much of what the one before is of, or more. */
const leastShare = 0.25;

/** A browser's clock may stand still that long: words in no time would have no speed. */
const leastSeconds = 1e-4;

/**
 * Reads to the run's end, and says now and then how it goes: at most ten times a second, after the first round and the
 * last always. Whoever stops iterating can go on later with the same run.
 *
 * @throws the signal's reason, within 200 ms, with the weights as at the end of the last round; RangeError, DisposedError
 */
export async function* runTraining(
  training: Training,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<TrainEvent, void, void> {
  const pacer = new Pacer({ signal });
  const since = { words: 0, loss: 0, predictions: 0, seconds: 0 };
  let secondsPerWord: number | undefined;
  let eventAt = -Infinity;
  await pacer.pause();
  while (!training.done) {
    signal?.throwIfAborted();
    const { learningRate } = training;
    const began = performance.now();
    const { words, loss, predictions } = await training.advance(pacer);
    since.words += words;
    since.loss += loss;
    since.predictions += predictions;
    since.seconds += Math.max(leastSeconds, (performance.now() - began) / 1000);
    const now = performance.now();
    const left = training.totalWords - training.words;
    // What is left may be a sentence's end: its mean loss alone would say nothing, so it goes with what was read before.
    const tooLittle = left < since.words * leastShare;
    if (!training.done && (now - eventAt < eventMilliseconds || tooLittle)) continue;
    const speed = since.seconds / since.words;
    secondsPerWord = secondsPerWord === undefined ? speed : 0.8 * secondsPerWord + 0.2 * speed;
    yield {
      epoch: training.epoch,
      epochs: training.run.epochs,
      words: training.words,
      totalWords: training.totalWords,
      loss: since.predictions === 0 ? 0 : since.loss / since.predictions,
      learningRate,
      wordsPerSecond: 1 / speed,
      etaSeconds: left * secondsPerWord,
    };
    eventAt = now;
    Object.assign(since, { words: 0, loss: 0, predictions: 0, seconds: 0 });
  }
}
