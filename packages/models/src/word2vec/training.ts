import {
  DisposedError,
  FormatError,
  RangeError,
  type Word2VecLane,
  type WasmArray,
  word2vecInto,
  word2vecKeepThresholds,
  word2vecMergeInto,
  word2vecNegativeTable,
  Word2VecTask,
} from "@lanewise/core-wasm";
import type { Pacer } from "../optim/pacer.js";
import type { EncodedCorpus } from "./config.js";
import { checkRun } from "./runOptions.js";
import { expectedTouches } from "./touches.js";
import type { RunOptions, SavedTraining, Trainee } from "./trainee.js";

/** What a stretch of training says of itself. */
export interface Progress {
  /** Words of the corpus read. */
  readonly words: number;
  /** Σ −ln p over all predictions. */
  readonly loss: number;
  readonly predictions: number;
}

/** How long one call of the kernel should take: an abort waits for its end. */
const stretchMilliseconds = 12;

/**
 * A row goes half of its way in about so many steps of rate 1: see `word2vecMergeInto`. What two lanes learnt may be summed
 * almost without harm: where both went all the way, the sum is as far off as before. That of three diverges. Measured on a
 * corpus of a million words, with both architectures.
 */
function halfwayOf(lanes: number): number {
  return lanes === 2 ? 100 : 100 / lanes ** 2;
}

/**
 * Words that a round reads in all its lanes, for each row of weights that moves: then the merge takes some percent of the
 * time. With five times as many CBOW learns less from a word.
 */
const roundWords = 0.7;
/** A round of fewer words a lane would be over before the threads are awake. */
const leastRound = 2000;
/** A short corpus is still merged so often in an epoch. */
const leastRounds = 8;

/**
 * A run of training. Words are read in the order of the corpus; word i of all epochs' n has the learning rate
 * η + (η_final − η) · i / n, and what is drawn for it is a function of the seed and of i. So a run is a place, and that and
 * the weights are all there is to save.
 *
 * Ordered mode cuts the corpus in rounds, and each round in lanes. Every lane reads its part on weights of its own, which
 * are the model's at the round's begin; at its end they are merged (`word2vecMergeInto`). What comes of it hangs on how many
 * lanes there are, and not on how many threads. A round that was given up has not been: the model's own weights change at
 * the end of a round alone.
 *
 * Hogwild mode cuts a stretch among the threads, which all write the model's weights.
 */
export class Training {
  readonly #trainee: Trainee;
  readonly #task: Word2VecTask;
  readonly #tokens: number;
  readonly #hash: number;
  readonly #run: RunOptions;
  readonly #lanes: readonly Weights[];
  readonly #touches: Weights | undefined;
  /** How many words of each lane a round reads, where there are several. */
  readonly #round: number;
  #words: number;
  /** Whether the lanes' weights are the model's. */
  #merged = false;
  /** Words that a thread reads in one call. */
  #stretch: number;
  #disposed = false;

  /**
   * Begins a run on a corpus, or goes on with a saved one.
   *
   * @throws RangeError for an option, an empty corpus, or one that is not the saved run's; FormatError for a saved run that is none
   * @throws ShapeError, DTypeError, UnsupportedError for what does not go together; OutOfMemoryError
   */
  constructor(trainee: Trainee, corpus: EncodedCorpus, run: RunOptions, saved?: SavedTraining) {
    const { runtime, counts, subsample, negativeSampling, input, output } = trainee;
    checkRun(run);
    const { ids } = corpus;
    if (ids.length === 0) throw new RangeError("corpus", "at least one word of the vocabulary", "none");
    this.#hash = hashOf(corpus);
    this.#tokens = ids.length;
    this.#run = run;
    this.#words = saved ? checkSaved(saved, run, ids.length, this.#hash) : 0;
    this.#trainee = trainee;
    const keep = word2vecKeepThresholds(counts, { subsample });
    const table =
      negativeSampling && word2vecNegativeTable(counts, { power: negativeSampling.power, runtime });
    this.#task = new Word2VecTask({
      ...corpus,
      vocabulary: counts.length,
      dim: trainee.dim,
      window: trainee.window,
      architecture: trainee.architecture,
      keep: subsample === 0 ? undefined : keep,
      negativeSampling: table && { negatives: negativeSampling.negatives, table },
      hierarchicalSoftmax: trainee.hierarchicalSoftmax,
      inputRows: trainee.subwords,
      runtime,
    });
    const { stride, nanoseconds } = this.#task;
    const lanes = run.mode === "ordered" ? run.lanes : 1;
    this.#stretch = Math.max(1, Math.ceil((stretchMilliseconds * 1e6) / nanoseconds / 4));
    if (lanes === 1) {
      this.#lanes = [trainee];
      this.#round = 0;
      return;
    }
    try {
      const rows = { input: input.length / stride, output: output.length / stride };
      const touches = expectedTouches(trainee, rows, keep, table);
      const moving = countPositive(touches.input) + countPositive(touches.output);
      const fewest = Math.ceil(ids.length / lanes / leastRounds);
      this.#round = Math.min(fewest, Math.max(leastRound, Math.ceil((roundWords * moving) / lanes)));
      const { heap } = runtime;
      [this.#touches, this.#lanes] = heap.allOrNone(() => {
        const a = heap.from("f32", touches.input);
        const b = heap.from("f32", touches.output);
        const copies = Array.from({ length: lanes }, () => ({
          input: heap.alloc("f32", input.length),
          output: heap.alloc("f32", output.length),
        }));
        return [{ input: a, output: b }, copies];
      });
    } catch (error) {
      this.#task.dispose();
      throw error;
    }
  }

  get run(): RunOptions {
    return this.#run;
  }

  /** Words of the corpus read so far, in all epochs. */
  get words(): number {
    return this.#words;
  }

  /** Words that the run will have read at its end. */
  get totalWords(): number {
    return this.#tokens * this.#run.epochs;
  }

  /** The epoch that the last word read was in, from 1. */
  get epoch(): number {
    return Math.max(1, Math.ceil(this.#words / this.#tokens));
  }

  get done(): boolean {
    return this.#words >= this.totalWords;
  }

  /** What the next word's learning rate is. */
  get learningRate(): number {
    return this.#run.learningRate + this.#slope * this.#words;
  }

  /**
   * Reads on: a round, or where there is one lane a stretch of some milliseconds, up to the end of the epoch at most.
   * Pauses when the pacer says so.
   *
   * @throws the reason of the pacer's signal, with the round not taken
   * @throws RangeError if the loss is not finite; DisposedError
   */
  async advance(pacer: Pacer): Promise<Progress> {
    this.#checkLive();
    const begin = this.#words % this.#tokens;
    const left = this.done ? 0 : this.#tokens - begin;
    const progress =
      this.#lanes.length === 1 ? this.#readStretch(begin, left) : await this.#readRound(begin, left, pacer);
    this.#words += progress.words;
    if (pacer.due) await pacer.pause();
    return progress;
  }

  save(): SavedTraining {
    return { words: this.#words, run: this.#run, corpus: { words: this.#tokens, hash: this.#hash } };
  }

  /** Gives its memory back; the model's weights stay. Again is no harm. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { runtime } = this.#trainee;
    if (runtime.disposed) return;
    this.#task.dispose();
    if (!this.#touches) return;
    for (const { input, output } of [this.#touches, ...this.#lanes]) {
      runtime.heap.free(input);
      runtime.heap.free(output);
    }
  }

  get #slope(): number {
    return (this.#run.finalLearningRate - this.#run.learningRate) / this.totalWords;
  }

  /** One lane, the model's own weights; several threads only in Hogwild mode. */
  #readStretch(begin: number, left: number): Progress {
    const threads =
      this.#run.mode === "hogwild" ? this.#trainee.runtime.call((_, frame) => frame.threads) : 1;
    const words = Math.min(left, this.#stretch * threads);
    const cut = (i: number): number => begin + Math.floor((words * i) / threads);
    const lanes = Array.from({ length: threads }, (_, i) => {
      return laneOf(this.#lanes[0]!, cut(i), cut(i + 1));
    });
    this.#train(lanes);
    return this.#sum(words, lanes);
  }

  async #readRound(begin: number, left: number, pacer: Pacer): Promise<Progress> {
    const count = this.#lanes.length;
    const words = Math.min(left, this.#round * count);
    const cut = (lane: number): number => begin + Math.floor((words * lane) / count);
    if (!this.#merged) {
      for (const { input, output } of this.#lanes) {
        input.view.set(this.#trainee.input.view);
        output.view.set(this.#trainee.output.view);
      }
    }
    this.#merged = false;
    const lanes = this.#lanes.map((weights, i) => laneOf(weights, cut(i), cut(i)));
    const longest = Math.ceil(words / count);
    for (let read = 0; read < longest;) {
      const stretch = Math.min(longest - read, this.#stretch);
      for (const [i, lane] of lanes.entries()) {
        lane.begin = lane.end;
        lane.end = Math.min(cut(i + 1), lane.begin + stretch);
      }
      this.#train(lanes);
      read += stretch;
      if (read < longest && pacer.due) {
        await pacer.pause();
        this.#checkLive();
      }
    }
    const progress = this.#sum(words, lanes);
    this.#merge(words);
    return progress;
  }

  #train(lanes: readonly Word2VecLane[]): void {
    const { learningRate, seed } = this.#run;
    const epoch = Math.floor(this.#words / this.#tokens);
    const slope = this.#slope;
    const began = performance.now();
    word2vecInto(this.#task, lanes, {
      seed,
      epoch,
      learningRate: learningRate + slope * epoch * this.#tokens,
      learningRateSlope: slope,
    });
    // How much is read at once changes no bits, so that the clock may decide it.
    const milliseconds = performance.now() - began;
    if (milliseconds > stretchMilliseconds) this.#stretch = Math.max(1, Math.floor(0.7 * this.#stretch));
    else if (milliseconds < 0.6 * stretchMilliseconds) this.#stretch = Math.ceil(1.2 * this.#stretch);
  }

  /** @throws RangeError if the loss is not finite */
  #sum(words: number, lanes: readonly Word2VecLane[]): Progress {
    let [loss, predictions] = [0, 0];
    for (const { report } of lanes) {
      loss += (report as Float64Array)[0]!;
      predictions += (report as Float64Array)[1]!;
    }
    if (!Number.isFinite(loss)) {
      throw new RangeError("learningRate", "a rate at which the loss stays finite", this.#run.learningRate);
    }
    return { words, loss, predictions };
  }

  #merge(words: number): void {
    const { runtime } = this.#trainee;
    const { stride } = this.#task;
    // A token's expectation becomes that of the round: dividing `halfway` by its words says the same.
    const halfway = halfwayOf(this.#lanes.length) / Math.max(this.learningRate, 1e-9) / words;
    for (const kind of ["input", "output"] as const) {
      const weights = this.#trainee[kind];
      const copies = this.#lanes.map((lane) => lane[kind]);
      const sizes = { rows: weights.length / stride, stride, halfway, runtime };
      word2vecMergeInto(weights, copies, this.#touches![kind], sizes);
    }
    this.#merged = true;
  }

  /** @throws DisposedError */
  #checkLive(): void {
    if (this.#disposed) throw new DisposedError("training", "a live run", "a disposed one");
  }
}

interface Weights {
  readonly input: WasmArray<"f32">;
  readonly output: WasmArray<"f32">;
}

function laneOf({ input, output }: Weights, begin: number, end: number): Word2VecLane {
  return { input, output, begin, end, report: new Float64Array(2) };
}

/** FNV-1a over words and sentences, the lowest byte and then the rest of each: tells one corpus from another. */
function hashOf({ ids, starts }: EncodedCorpus): number {
  let hash = 0x811c9dc5;
  for (const numbers of [ids, starts]) {
    for (const number of numbers) {
      hash = Math.imul(hash ^ (number & 0xff), 0x01000193);
      hash = Math.imul(hash ^ (number >>> 8), 0x01000193);
    }
  }
  return hash >>> 0;
}

/** @returns where the run stands */
function checkSaved(saved: SavedTraining, run: RunOptions, tokens: number, hash: number): number {
  const { words, corpus } = saved;
  if (corpus.words !== tokens || corpus.hash !== hash) {
    throw new RangeError("corpus", "the corpus of the run that is resumed", "another");
  }
  const most = tokens * saved.run.epochs;
  if (!Number.isSafeInteger(words) || words < 0 || words > most) {
    throw new FormatError("checkpoint", `at most ${most} words read`, words);
  }
  const epochs = Math.ceil(words / tokens);
  if (epochs > run.epochs) {
    throw new RangeError("epochs", `at least as many as were read, ${epochs}`, run.epochs);
  }
  return words;
}

function countPositive(values: Float64Array): number {
  return values.reduce((count, value) => (value > 0 ? count + 1 : count), 0);
}
