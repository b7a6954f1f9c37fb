import {
  FormatError,
  OutOfMemoryError,
  RandomStream,
  randomPermutationInto,
  RangeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import { gatherRows } from "../data/index.js";
import {
  AdamW,
  clipGradNorm,
  namedSchedule,
  noDecay,
  type Optimizer,
  type Schedule,
  Sgd,
} from "../optim/index.js";
import type { Pacer } from "../optim/pacer.js";
import { type Parameter, scale, Tape } from "../tensor/index.js";
import { BestSoFar } from "./bestSoFar.js";
import type { CheckedExamples } from "./examples.js";
import type { Augment, RunOptions } from "./fitOptions.js";
import type { MlpNetwork } from "./network.js";
import { lossSum, weightOf } from "./objective.js";
import type { SavedTraining } from "./savedTraining.js";

/** What one step says of itself. */
export interface StepResult {
  readonly loss: number;
  /** How many examples it learnt from. */
  readonly examples: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** The streams of random numbers that a run draws from; the first weights come from stream 0. */
const shuffling = 1;
const dropping = 2;
const augmenting = 3;

/**
 * A run of training: the optimiser's moments, the order of the examples, the counters, the best weights. All that makes
 * the next step what it is stands here or in the weights, and changes at the end of a step, at once: a step that was
 * given up has not been.
 */
export class Training {
  readonly #network: MlpNetwork;
  readonly #optimizer: Optimizer;
  /** Those that penalties are for. */
  readonly #weights: readonly Parameter[];
  readonly #order: Int32Array;
  readonly best: BestSoFar;
  #tape: Tape;
  #examples: CheckedExamples;
  #augment: Augment | undefined;
  /** What augmentation changes. */
  #copy: Float32Array | undefined;
  #run: RunOptions;
  #schedule: Schedule;
  /** Whose order `#order` is. */
  #epoch = -1;
  #dropout: RandomStream;
  #augmentation: RandomStream;
  #step: number;
  #stepping = false;
  #disposed = false;

  /**
   * Begins a run on examples, or goes on with a saved one.
   *
   * @throws RangeError if they are not the saved run's
   * @throws FormatError if the saved run is another network's
   */
  constructor(
    network: MlpNetwork,
    examples: CheckedExamples,
    run: RunOptions,
    augment: Augment | undefined,
    saved?: SavedTraining,
  ) {
    const { runtime } = network;
    const { counters } = saved ?? {};
    if (counters) checkSame(examples, counters.examples, counters.examplesHash);
    this.#network = network;
    this.#examples = examples;
    this.#augment = augment;
    this.#run = run;
    this.#schedule = this.#scheduleOf(run);
    const { seed } = run;
    const offset = counters?.dropoutOffset;
    this.#dropout = new RandomStream({ seed, stream: dropping, offset, runtime });
    this.#augmentation = new RandomStream({
      seed,
      stream: augmenting,
      offset: counters?.augmentOffset,
      runtime,
    });
    this.#step = counters?.step ?? 0;
    this.#order = Int32Array.from({ length: examples.count }, (_, i) => i);
    this.best = new BestSoFar(network.parameters(), saved);
    this.#weights = [...network.parameters().values()].filter(({ shape }) => shape.length > 1);
    this.#tape = new Tape({ runtime });
    this.#optimizer = optimizerFor(network.parameters(), run);
    if (saved) this.#restore(saved);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** Steps of an epoch. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.#examples.count / this.#run.batch);
  }

  /** Steps of the whole run. */
  get steps(): number {
    return this.#run.epochs * this.stepsPerEpoch;
  }

  get run(): RunOptions {
    return this.#run;
  }

  /**
   * Makes ready to go on, perhaps with another horizon, rate or clipping.
   *
   * @throws RangeError if the examples are others
   */
  resume(examples: CheckedExamples, run: RunOptions, augment: Augment | undefined): void {
    checkSame(examples, this.#examples.count, this.#examples.hash);
    this.#examples = examples;
    this.#augment = augment;
    this.#run = run;
    this.#schedule = this.#scheduleOf(run);
  }

  /**
   * One step: learns from the next batch. Pauses in between when the pacer says so.
   *
   * @throws the reason of the pacer's signal, with the step not taken
   * @throws RangeError if the gradient is not finite, with the step not taken
   * @throws OutOfMemoryError, with the step not taken
   */
  async takeStep(pacer: Pacer): Promise<StepResult> {
    this.#stepping = true;
    try {
      const { runtime } = this.#network;
      const dropout = new RandomStream({ ...this.#dropout.state, runtime });
      const augmentation = new RandomStream({ ...this.#augmentation.state, runtime });
      const rows = this.#nextRows();
      this.#optimizer.zeroGrad();
      const loss = await this.#accumulate(rows, dropout, augmentation, pacer);
      return { ...this.#finish(loss, dropout, augmentation), loss, examples: rows.length };
    } catch (error) {
      if (error instanceof OutOfMemoryError) this.#clearTape();
      throw error;
    } finally {
      this.#stepping = false;
      if (this.#disposed) this.dispose();
    }
  }

  /** A copy of the run. */
  save(): SavedTraining {
    const { best } = this;
    return {
      counters: {
        step: this.#step,
        dropoutOffset: this.#dropout.offset,
        augmentOffset: this.#augmentation.offset,
        examples: this.#examples.count,
        examplesHash: this.#examples.hash,
        ...best.counters,
        run: this.#run,
      },
      moments: new Map(Array.from(this.#optimizer.state(), ([name, array]) => [name, array.toArray()])),
      bestWeights: best.weights,
    };
  }

  /** Gives its memory back, at the end of the step if there is one on the way; the weights stay. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    if (this.#stepping) return;
    this.#optimizer.dispose();
    this.#tape.dispose();
  }

  /** The gradients of a batch, added up over as many rows at a time as go at a stretch. Returns the loss. */
  async #accumulate(
    rows: Int32Array,
    dropout: RandomStream,
    augmentation: RandomStream,
    pacer: Pacer,
  ): Promise<number> {
    const { config, rowsAtOnce } = this.#network;
    const { y, count } = this.#examples;
    const width = y.length / count;
    const targets =
      y instanceof Int32Array ? new Int32Array(rows.length) : new Float32Array(rows.length * width);
    for (let i = 0; i < targets.length; i++) {
      targets[i] = width === 1 ? y[rows[i]!]! : y[rows[Math.floor(i / width)]! * width + (i % width)]!;
    }
    const factor = 1 / weightOf(targets, config, this.#run);
    let loss = 0;
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      const part = rows.subarray(at, at + rowsAtOnce);
      const wanted = targets.subarray(at * width, (at + part.length) * width);
      loss += await this.#tape.runAsync(async () => {
        const tape = this.#tape;
        const x = tape.empty([part.length, config.inputs]);
        this.#fill(x.array, part, augmentation);
        const logits = this.#network.forward(tape, x, { random: dropout });
        const mean = scale(tape, lossSum(tape, logits, wanted, config, this.#run), factor);
        if (pacer.due) await pacer.pause();
        for (const _ of tape.backwardSteps(mean)) if (pacer.due) await pacer.pause();
        return mean.item();
      });
    }
    return loss;
  }

  /** Moves the weights, and all that goes with them. Nothing waits here: a step is taken in full, or not at all. */
  #finish(
    loss: number,
    dropout: RandomStream,
    augmentation: RandomStream,
  ): Pick<StepResult, "gradNorm" | "learningRate"> {
    const learningRate = this.#schedule(this.#step);
    const gradNorm = clipGradNorm(this.#network.parameters(), Math.min(this.#run.clip, Number.MAX_VALUE));
    if (!Number.isFinite(gradNorm) || !Number.isFinite(loss)) {
      const wanted = "a rate at which loss and gradient stay finite";
      throw new RangeError("learningRate", wanted, `${learningRate}, and a norm of ${gradNorm}`);
    }
    this.#optimizer.step({ learningRate });
    if (this.#run.l1 > 0) this.#shrink(learningRate * this.#run.l1);
    this.#dropout = dropout;
    this.#augmentation = augmentation;
    this.#step++;
    return { gradNorm, learningRate };
  }

  /** Moves the weights towards 0, and not beyond. Ref: Tibshirani 1996; Parikh and Boyd 2014, "Proximal Algorithms". */
  #shrink(by: number): void {
    for (const { array, requiresGrad } of this.#weights) {
      if (!requiresGrad) continue;
      const { view } = array;
      for (let i = 0; i < view.length; i++) {
        const w = view[i]!;
        view[i] = w > by ? w - by : w < -by ? w + by : 0;
      }
    }
  }

  /** The examples of the next batch. */
  #nextRows(): Int32Array {
    const { batch, shuffle, seed } = this.#run;
    const { count } = this.#examples;
    const epoch = Math.floor(this.#step / this.stepsPerEpoch);
    if (shuffle && epoch !== this.#epoch) {
      const { runtime } = this.#network;
      const offset = epoch * Math.ceil(count / 4);
      randomPermutationInto(this.#order, { seed, stream: shuffling, offset, runtime });
      this.#epoch = epoch;
    }
    const at = (this.#step % this.stepsPerEpoch) * batch;
    return this.#order.subarray(at, Math.min(count, at + batch));
  }

  /** Writes examples, augmented, into Wasm memory. */
  #fill(to: WasmArray<"f32">, rows: Int32Array, random: RandomStream): void {
    const { inputs } = this.#network.config;
    const { x } = this.#examples;
    if (!this.#augment) {
      gatherRows(to.view, x, inputs, rows);
      return;
    }
    // Outside of Wasm memory, which may grow while somebody else's function runs.
    const { length } = to;
    if (!this.#copy || this.#copy.length < length) this.#copy = new Float32Array(length);
    const copy = this.#copy.subarray(0, length);
    gatherRows(copy, x, inputs, rows);
    this.#augment(copy, { rows: rows.length, random });
    to.set(copy);
  }

  /** The tape keeps its memory from step to step. After one that took all there was, others must find room again. */
  #clearTape(): void {
    this.#tape.dispose();
    this.#tape = new Tape({ runtime: this.#network.runtime });
  }

  #scheduleOf(run: RunOptions): Schedule {
    return namedSchedule({ ...run, steps: run.epochs * Math.ceil(this.#examples.count / run.batch) });
  }

  #restore({ counters, moments }: SavedTraining): void {
    try {
      this.#optimizer.load(moments, counters.step);
    } catch (cause) {
      this.dispose();
      throw new FormatError("checkpoint", "the training state of this network", "another's", { cause });
    }
  }
}

function optimizerFor(parameters: ReadonlyMap<string, Parameter>, run: RunOptions): Optimizer {
  const { learningRate, weightDecay, momentum, nesterov, beta1, beta2 } = run;
  const options = { learningRate, weightDecay, groups: [noDecay] };
  if (run.optimizer === "sgd") return new Sgd(parameters, { ...options, momentum, nesterov });
  return new AdamW(parameters, { ...options, beta1, beta2 });
}

function checkSame(examples: CheckedExamples, count: number, hash: number): void {
  if (examples.count !== count || examples.hash !== hash) {
    throw new RangeError("examples", "those of the run that is resumed", "others");
  }
}
