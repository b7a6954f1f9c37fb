import { randomPermutationInto, RangeError } from "@lanewise/core-wasm";
import { Adaline, type Neuron, novikoffBound, Perceptron } from "@lanewise/models/perceptron";
import type { Learner } from "./engine.js";
import { featureRows } from "./features.js";
import type { Layer, Mistakes, Task } from "./protocol.js";

/** A rule of one neuron: what it makes of a few points. */
type Rule = (x: Float32Array<ArrayBuffer>, targets: Float32Array<ArrayBuffer>) => Promise<void>;

/** What a rule of one neuron has in common with another: the order of the points, and what is asked of the neuron. */
abstract class NeuronLearner implements Learner {
  epoch = 0;
  step = 0;
  at: number | undefined;
  abstract readonly converged: boolean;
  diverged = false;
  protected readonly rows: Float32Array<ArrayBuffer>;
  protected readonly targets: Float32Array<ArrayBuffer>;
  readonly #neuron: Neuron;
  readonly #batch: number;
  readonly #seed: number;
  /** In which this epoch goes through the points, and how many of them are done. */
  readonly #order: Int32Array<ArrayBuffer>;
  #done = 0;

  protected constructor({ features, train, batch, seed }: Task, neuron: Neuron) {
    this.rows = featureRows(features, train.xs, train.ys);
    this.targets = train.targets;
    this.#neuron = neuron;
    this.#batch = Math.min(batch === 0 ? Infinity : batch, Math.max(1, train.targets.length));
    this.#seed = seed;
    this.#order = Int32Array.from(train.targets, (_, i) => i);
  }

  /** Learns from points that are side by side. */
  protected abstract readonly learn: Rule;
  protected endEpoch(): void {}

  get progress(): number {
    return this.epoch + this.#done / Math.max(1, this.targets.length);
  }

  async takeStep(): Promise<void> {
    await this.#take(this.#batch);
  }

  async finishEpoch(): Promise<void> {
    await this.#take(Infinity);
  }

  /** At most so many points; the epoch's end is an end in any case. */
  async #take(most: number): Promise<void> {
    const n = this.targets.length;
    const inputs = this.#neuron.inputs;
    if (this.#done === 0) randomPermutationInto(this.#order, { seed: this.#seed, stream: this.epoch + 1 });
    const chosen = this.#order.subarray(this.#done, Math.min(n, this.#done + most));
    const x = new Float32Array(chosen.length * inputs);
    chosen.forEach((row, i) => x.set(this.rows.subarray(row * inputs, (row + 1) * inputs), i * inputs));
    await this.learn(
      x,
      Float32Array.from(chosen, (row) => this.targets[row]!),
    );
    this.#done += chosen.length;
    this.step += Math.ceil(chosen.length / this.#batch);
    this.at = most === 1 ? chosen[0] : undefined;
    if (this.#done < n) return;
    this.#done = 0;
    this.epoch++;
    this.endEpoch();
  }

  scores(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    const n = rows.length / this.#neuron.inputs;
    return Float32Array.from({ length: n }, (_, row) => this.#neuron.sum(rows, row));
  }

  activations(): Float32Array<ArrayBuffer>[] {
    return [];
  }

  layers(): Layer[] {
    const { inputs, weights, bias } = this.#neuron;
    return [{ inputs, outputs: 1, weights: Float32Array.from(weights), biases: Float32Array.of(bias) }];
  }

  setBias(value: number): void {
    this.#neuron.bias = value;
  }

  dispose(): void {}
}

/** Rosenblatt's rule, a point at a time. */
export class PerceptronLearner extends NeuronLearner {
  converged = false;
  readonly #perceptron: Perceptron;
  readonly #rate: number;
  #inEpoch = 0;
  #lastEpoch: number | undefined;
  /** Moved by hand: Novikoff's theorem starts from zero. */
  #moved = false;

  constructor(task: Task) {
    const perceptron = new Perceptron({ inputs: task.features.length });
    super({ ...task, batch: 1 }, perceptron.neuron);
    this.#perceptron = perceptron;
    this.#rate = task.rate;
  }

  protected readonly learn: Rule = async (x, targets) => {
    const options = { epochs: 1, learningRate: this.#rate };
    for await (const { mistakes } of this.#perceptron.fit(x, targets, options)) this.#inEpoch += mistakes;
  };

  protected override endEpoch(): void {
    this.#lastEpoch = this.#inEpoch;
    this.converged = this.#inEpoch === 0;
    this.#inEpoch = 0;
  }

  get mistakes(): Mistakes {
    const total = this.#perceptron.totalMistakes;
    const mistakes = { total, epoch: this.#lastEpoch };
    if (!this.converged || this.#moved) return mistakes;
    const {
      radius,
      margin,
      mistakes: most,
    } = novikoffBound(this.rows, this.targets, this.#perceptron.neuron);
    return Number.isFinite(most) ? { ...mistakes, bound: { radius, margin, most } } : mistakes;
  }

  override setBias(value: number): void {
    super.setBias(value);
    this.#moved = true;
    this.converged = false;
  }
}

/** The delta rule, a batch at a time. */
export class DeltaLearner extends NeuronLearner {
  readonly converged = false;
  protected readonly learn: Rule;

  constructor(task: Task) {
    const adaline = new Adaline({ inputs: task.features.length });
    super(task, adaline.neuron);
    const batch = task.batch === 0 ? task.train.targets.length : task.batch;
    this.learn = async (x, targets) => {
      const options = { epochs: 1, learningRate: task.rate, batch: Math.min(batch, targets.length) };
      try {
        for await (const _ of adaline.fit(x, targets, options));
      } catch (error) {
        // It refuses a step that is not finite, and says so of the rate.
        if (!(error instanceof RangeError)) throw error;
        this.diverged = true;
      }
    };
  }
}
