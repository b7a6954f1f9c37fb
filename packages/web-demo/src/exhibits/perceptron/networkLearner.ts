import { type FitOptions, Mlp } from "@lanewise/models/mlp";
import type { Learner } from "./engine.js";
import { featureRows } from "./features.js";
import type { Layer, Task } from "./protocol.js";

/** More epochs than anybody waits for: the run is stopped and resumed, step by step. */
const horizon = 1e6;

/** Logistic regression, which is a network without hidden layers, and networks with them. */
export class NetworkLearner implements Learner {
  step = 0;
  readonly converged = false;
  readonly diverged = false;
  readonly #model: Mlp;
  /** The model is in a run that can be resumed: weights that are set by hand end it. */
  #isInRun = false;
  readonly #examples: { x: Float32Array; y: Float32Array };
  readonly #options: FitOptions;
  readonly #stepsPerEpoch: number;

  private constructor(model: Mlp, task: Task) {
    const { features, train, regression, batch, optimiser, rate, decay, seed } = task;
    const points = train.targets.length;
    this.#model = model;
    this.#examples = {
      x: featureRows(features, train.xs, train.ys),
      y: regression ? train.targets : train.targets.map((target) => (target > 0 ? 1 : 0)),
    };
    const size = Math.max(1, batch === 0 ? points : Math.min(batch, points));
    this.#stepsPerEpoch = Math.max(1, Math.ceil(points / size));
    this.#options = {
      epochs: horizon,
      batch: size,
      seed,
      learningRate: rate,
      optimizer: optimiser === "adamw" ? "adamW" : "sgd",
      momentum: optimiser === "momentum" ? 0.9 : 0,
      weightDecay: decay,
    };
  }

  static async create(task: Task): Promise<NetworkLearner> {
    const model = await Mlp.create({
      inputs: task.features.length,
      hidden: task.learner === "logistic" ? [] : task.layers,
      outputs: 1,
      task: task.regression ? "regression" : "binary",
      activation: activations[task.activation],
      dropout: task.dropout,
      seed: task.seed,
    });
    return new NetworkLearner(model, task);
  }

  get epoch(): number {
    return Math.floor(this.step / this.#stepsPerEpoch);
  }

  get progress(): number {
    return this.step / this.#stepsPerEpoch;
  }

  async takeStep(): Promise<void> {
    await this.#take(1);
  }

  async finishEpoch(): Promise<void> {
    await this.#take(this.#stepsPerEpoch - (this.step % this.#stepsPerEpoch));
  }

  async #take(steps: number): Promise<void> {
    const options = { ...this.#options, resume: this.#isInRun, stopAfter: steps };
    for await (const _ of this.#model.fit(this.#examples, options));
    this.#isInRun = true;
    this.step += steps;
  }

  scores(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    return rows.length === 0 ? new Float32Array() : this.#model.logits(rows);
  }

  activations(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>[] {
    return this.#model.activations(rows);
  }

  layers(): Layer[] {
    const all = this.#model.weights();
    const layers: Layer[] = [];
    for (let i = 0; all.has(`layers.${i}.weight`); i++) {
      const weights = Float32Array.from(all.get(`layers.${i}.weight`)!);
      const biases = Float32Array.from(all.get(`layers.${i}.bias`)!);
      layers.push({ inputs: weights.length / biases.length, outputs: biases.length, weights, biases });
    }
    return layers;
  }

  setBias(value: number): void {
    const all = this.#model.weights();
    this.#model.setWeights(new Map([...all, ["layers.0.bias", Float32Array.of(value)]]));
    this.#isInRun = false;
  }

  dispose(): void {
    this.#model.dispose();
  }
}

const activations = {
  tanh: "tanh",
  relu: "relu",
  sigmoid: "sigmoid",
  gelu: "geluTanh",
  linear: "identity",
} as const;
