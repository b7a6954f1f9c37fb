import {
  activation,
  checkInteger,
  defaultRuntime,
  DisposedError,
  RandomStream,
  RangeError,
  type Runtime,
  ShapeError,
} from "@lanewise/core-wasm";
import { bceWithLogits } from "../losses/index.js";
import { disposeParameters } from "../nn/index.js";
import { AdamW } from "../optim/index.js";
import { Pacer } from "../optim/pacer.js";
import { type Parameter, Tape } from "../tensor/index.js";
import { Classifier } from "./classifier.js";
import type {
  LabelledSet,
  MetricPhase,
  MetricTrainerOptions,
  MetricTrainEvent,
  MetricTrainOptions,
} from "./config.js";
import { type MetricRun, resolveRun } from "./metricRun.js";
import { score, softLoss, tune } from "./metricReport.js";

/** At most ten events a second, where epochs do not say when. */
const eventMilliseconds = 100;

/** The stream of random numbers that batches are shuffled by. */
const shuffling = 12;

/**
 * Trains a classifier of two kinds first on cross-entropy, then on a soft metric, and reports the soft and the hard one side by side.
 *
 * Why in this order: a soft metric's gradient is p (1 − p) times something, and vanishes for what is confidently wrong; so
 * cross-entropy brings the classifier near, and the metric moves the boundary to where the metric wants it. What is gained on an
 * imbalanced set at the fixed threshold of ½ is in good part what moving the threshold would gain as well: `tuned` says how much.
 *
 * ```ts
 * const trainer = await MetricTrainer.create({ seed: 1 });
 * for await (const { phase, train } of trainer.train(imbalancedSet({ seed: 1 }))) plot(phase, train.soft, train.hard);
 * trainer.dispose();
 * ```
 */
export class MetricTrainer {
  readonly runtime: Runtime;
  readonly #classifier: Classifier;
  #training = false;
  #disposed = false;

  /** @throws RangeError */
  static async create(options: MetricTrainerOptions = {}): Promise<MetricTrainer> {
    const { inputs = 2, hidden = 0, seed = 0, runtime = defaultRuntime() } = options ?? {};
    checkInteger("inputs", inputs, 1, 1 << 16);
    checkInteger("hidden", hidden, 0, 1 << 16);
    checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
    return new MetricTrainer(runtime, new Classifier(runtime, { inputs, hidden, seed }));
  }

  private constructor(runtime: Runtime, classifier: Classifier) {
    this.runtime = runtime;
    this.#classifier = classifier;
  }

  /** The weights in place, by `FeedForward`'s names: "layers.0.weight", "layers.0.bias"; with a hidden layer "layers.1.…" after it. */
  parameters(): Map<string, Parameter> {
    return this.#classifier.parameters();
  }

  /**
   * Trains both phases from the weights as they are.
   *
   * @param set labels 0 and 1, of each at least one
   * @throws ShapeError, RangeError, DisposedError; the signal's reason
   */
  async *train(
    set: LabelledSet,
    options: MetricTrainOptions = {},
  ): AsyncGenerator<MetricTrainEvent, void, void> {
    this.#check("set", set);
    if (!set.y.includes(0) || !set.y.includes(1)) {
      throw new RangeError("set.y", "positives and negatives", "one kind alone");
    }
    const run = resolveRun(options ?? {}, set.y.length);
    if (run.test) this.#check("test", run.test);
    if (this.#training) throw new RangeError("train", "one run at a time", "another on the way");
    this.#training = true;
    const tape = new Tape({ runtime: this.runtime });
    const pacer = new Pacer({ signal: run.signal });
    const random = new RandomStream({ seed: run.seed, stream: shuffling, runtime: this.runtime });
    const epochs = run.crossEntropyEpochs + run.metricEpochs;
    let eventAt = -Infinity;
    try {
      await pacer.pause();
      for (const phase of ["crossEntropy", "metric"] satisfies MetricPhase[]) {
        const before = phase === "metric" ? run.crossEntropyEpochs : 0;
        const last = phase === "metric" ? epochs : run.crossEntropyEpochs;
        // New moments: the two losses are of different size.
        const optimizer = new AdamW(this.parameters(), { learningRate: run.learningRate, weightDecay: 0 });
        try {
          for (let epoch = before + 1; epoch <= last; epoch++) {
            const loss = await this.#epoch(phase, set, run, { tape, pacer, random, optimizer });
            const isDue = run.reportEvery
              ? (epoch - before) % run.reportEvery === 0
              : performance.now() - eventAt >= eventMilliseconds;
            if (epoch !== before + 1 && epoch !== last && !isDue) continue;
            const train = score(tape, this.#classifier, set, run);
            const test = run.test && score(tape, this.#classifier, run.test, run);
            const { threshold } = run;
            const tuned = tune(train, test);
            yield { phase, epoch, epochs, loss, threshold, train: train.report, test: test?.report, tuned };
            eventAt = performance.now();
            run.signal?.throwIfAborted();
          }
        } finally {
          optimizer.dispose();
        }
      }
    } finally {
      tape.dispose();
      this.#training = false;
      if (this.#disposed) this.dispose();
    }
  }

  /** p of each point: f32[n]. @param x f32[n, inputs] @throws ShapeError, DisposedError */
  predict(x: Float32Array): Float32Array<ArrayBuffer> {
    return activation(this.logits(x), { kind: "sigmoid", runtime: this.runtime });
  }

  /** z of each point: f32[n]. @param x f32[n, inputs] @throws ShapeError, DisposedError */
  logits(x: Float32Array): Float32Array<ArrayBuffer> {
    this.#checkLive();
    const { inputs } = this.#classifier;
    const n = x.length / inputs;
    if (!Number.isInteger(n))
      throw new ShapeError("x", `a multiple of ${inputs} elements`, `${x.length} elements`);
    if (n === 0) return new Float32Array(0);
    const tape = new Tape({ runtime: this.runtime });
    try {
      return tape.noGrad(() =>
        tape.run(() =>
          Float32Array.from(this.#classifier.forward(tape, tape.input(x, [n, inputs])).toArray()),
        ),
      );
    } finally {
      tape.dispose();
    }
  }

  /** Gives the memory back, at the end of the step if there is one on the way. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    if (!this.#training) disposeParameters(this.parameters());
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** One pass over the set; the mean loss of its steps. */
  async #epoch(phase: MetricPhase, set: LabelledSet, run: MetricRun, tools: Tools): Promise<number> {
    const { tape, pacer, random, optimizer } = tools;
    const { inputs } = this.#classifier;
    const n = set.y.length;
    const order = run.batch < n ? new Int32Array(n) : undefined;
    if (order) random.permutationInto(order);
    let [total, steps] = [0, 0];
    for (let begin = 0; begin < n; begin += run.batch, steps++) {
      run.signal?.throwIfAborted();
      this.#checkLive();
      const end = Math.min(begin + run.batch, n);
      const { x, y } = order ? taken(set, inputs, order.subarray(begin, end)) : set;
      total += tape.run(() => {
        const logits = this.#classifier.forward(tape, tape.input(x, [end - begin, inputs]));
        const targets = tape.input(y, [end - begin]);
        const loss =
          phase === "crossEntropy"
            ? bceWithLogits(tape, logits, targets)
            : softLoss(tape, logits, targets, run);
        optimizer.zeroGrad();
        tape.backward(loss);
        optimizer.step();
        return loss.item();
      });
      if (pacer.due) await pacer.pause();
    }
    return total / steps;
  }

  /** @throws ShapeError, RangeError, DisposedError */
  #check(name: string, set: LabelledSet): void {
    this.#checkLive();
    const { x, y } = set ?? {};
    if (!(x instanceof Float32Array && y instanceof Float32Array)) {
      throw new RangeError(name, "{ x, y }, two Float32Arrays", set);
    }
    const { inputs } = this.#classifier;
    if (y.length === 0 || x.length !== y.length * inputs) {
      throw new ShapeError(
        name,
        `labels, and ${inputs} coordinates for each`,
        `${y.length} labels and ${x.length} coordinates`,
      );
    }
    for (let i = 0; i < x.length; i++) {
      if (!Number.isFinite(x[i])) throw new RangeError(`${name}.x[${i}]`, "a finite number", x[i]);
    }
    for (let i = 0; i < y.length; i++) {
      if (y[i] !== 0 && y[i] !== 1) throw new RangeError(`${name}.y[${i}]`, "0 or 1", y[i]);
    }
  }

  #checkLive(): void {
    if (this.#disposed) throw new DisposedError("trainer", "a live trainer", "a disposed one");
  }
}

interface Tools {
  readonly tape: Tape;
  readonly pacer: Pacer;
  readonly random: RandomStream;
  readonly optimizer: AdamW;
}

function taken({ x, y }: LabelledSet, inputs: number, places: Int32Array): LabelledSet {
  const points = new Float32Array(places.length * inputs);
  for (const [i, place] of places.entries()) {
    points.set(x.subarray(place * inputs, (place + 1) * inputs), i * inputs);
  }
  return { x: points, y: Float32Array.from(places, (place) => y[place]!) };
}
