import {
  defaultRuntime,
  DisposedError,
  RangeError,
  type Runtime,
  ShapeError,
  UnsupportedError,
} from "@lanewise/core-wasm";
import { asFloats, type Examples, hashFinite } from "../data/index.js";
import { loadParameters, readCheckpoint, writeCheckpoint } from "../io/index.js";
import { disposeParameters } from "../nn/index.js";
import { Pacer } from "../optim/pacer.js";
import { countParameters, type MlpConfig, type MlpOptions, parseConfig, resolveConfig } from "./config.js";
import { type EvaluateOptions, type Evaluation, evaluateExamples } from "./evaluate.js";
import { type CheckedExamples, checkExamples, isList } from "./examples.js";
import { runFit } from "./fit.js";
import type { FitEvent, FitOptions } from "./fitOptions.js";
import { classesOf, hiddenOf, logitsOf, predictionsOf } from "./infer.js";
import { MlpNetwork } from "./network.js";
import { checkWeights } from "./objective.js";
import { checkRunning, resolveRun } from "./runOptions.js";
import { parseTraining, type SavedTraining, trainingContents } from "./savedTraining.js";
import { Training } from "./training.js";

/** The family's name in checkpoints. */
const family = "mlp";

/**
 * A multi-layer perceptron: linear layers with an activation between them, for classes, answers and numbers.
 *
 * ```ts
 * const model = await Mlp.create({ inputs: 2, hidden: [8], activation: "tanh", seed: 1 });
 * const examples = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };
 * for await (const { epoch, loss } of model.fit(examples, { epochs: 300, learningRate: 0.05, seed: 1 })) plot(epoch, loss);
 * model.classify(examples.x); // 0, 1, 1, 0
 * model.dispose();
 * ```
 *
 * A model may predict and be evaluated while it learns, between two events or even two operations: it then uses the
 * weights as they stand.
 */
export class Mlp {
  readonly config: MlpConfig;
  readonly #network: MlpNetwork;
  #training: Training | SavedTraining | undefined;
  #busy = false;
  #disposed = false;

  private constructor(config: MlpConfig, runtime: Runtime) {
    this.config = config;
    this.#network = runtime.heap.allOrNone(() => new MlpNetwork(runtime, config));
  }

  /** A model with new weights. @throws RangeError */
  static async create(options: MlpOptions): Promise<Mlp> {
    return new Mlp(resolveConfig(options), options.runtime ?? defaultRuntime());
  }

  /**
   * The model in a file that `save` or `checkpoint` wrote.
   *
   * @throws FormatError if it is none
   * @throws ShapeError if the weights do not fit the configuration
   */
  static async load(
    bytes: Uint8Array | ArrayBuffer,
    { runtime = defaultRuntime() }: { runtime?: Runtime | undefined } = {},
  ): Promise<Mlp> {
    const checkpoint = readCheckpoint(bytes, { model: family });
    const config = parseConfig(checkpoint.config, checkpoint.weights);
    const training = parseTraining(checkpoint, config);
    const model = new Mlp(config, runtime);
    try {
      loadParameters(model.#network.parameters(), checkpoint.weights);
    } catch (error) {
      model.dispose();
      throw error;
    }
    model.#training = training;
    return model;
  }

  /** How many numbers are learnt. */
  get parameterCount(): number {
    return countParameters(this.config);
  }

  /** Steps of training so far, in the run that could be resumed; 0 if there is none. */
  get step(): number {
    return this.#training instanceof Training ? this.#training.step : (this.#training?.counters.step ?? 0);
  }

  /**
   * Learns from examples, and reports on the way; the run ends when the loop over the events does. All errors come with
   * the first event.
   *
   * Mini-batches in an order drawn anew for each epoch, back-propagation, AdamW or SGD. The event loop gets its turn
   * about every 25 ms, in the middle of a step too; only networks of ten million weights and more take longer at a
   * stretch.
   *
   * With variant "simd" the same examples, options and seeds give the same weights, bit for bit, in every engine and
   * with any number of threads.
   *
   * @throws ShapeError for examples whose lengths do not fit
   * @throws RangeError for examples that are not finite, or no classes; for options; and for a gradient that is not
   * finite (the step is not taken)
   * @throws UnsupportedError if another run on this model has not ended
   * @throws the signal's reason
   */
  async *fit(examples: Examples, options: FitOptions = {}): AsyncGenerator<FitEvent, void, void> {
    const network = this.#live;
    if (this.#busy) throw new UnsupportedError("fit", "one run at a time on a model", "a second one");
    const saved = options?.resume ? this.#resumable() : undefined;
    const run = resolveRun(options, this.config, saved instanceof Training ? saved.run : saved?.counters.run);
    checkRunning(options);
    options.signal?.throwIfAborted();
    const checked = this.#check(examples, "examples");
    const validation = options.validation && this.#check(options.validation, "validation");
    const { augment } = options;
    let training: Training;
    if (saved instanceof Training) {
      saved.resume(checked, run, augment);
      training = saved;
    } else {
      const { heap } = network.runtime;
      training = heap.allOrNone(() => new Training(network, checked, run, augment, saved));
      this.#forgetTraining();
      this.#training = training;
    }
    this.#busy = true;
    try {
      yield* runFit(network, training, options, validation);
    } finally {
      this.#busy = false;
      if (training.best.restored) this.#forgetTraining();
    }
  }

  /**
   * How well the model does on examples.
   *
   * @throws ShapeError, RangeError as `fit`; the signal's reason
   */
  async evaluate(
    examples: Examples,
    { signal, classWeights = [] }: EvaluateOptions = {},
  ): Promise<Evaluation> {
    const network = this.#live;
    signal?.throwIfAborted();
    checkWeights(classWeights, this.config);
    return evaluateExamples(network, this.#check(examples, "examples"), {
      classWeights,
      pacer: new Pacer({ signal }),
    });
  }

  /**
   * What the model makes of inputs, f32[n, outputs]: probabilities (of each class, adding up to 1; of each answer by
   * itself), or the numbers of a regression.
   *
   * @param x f32[n, inputs], row-major
   * @throws ShapeError unless its length is a multiple of `inputs`
   */
  predict(x: ArrayLike<number>): Float32Array<ArrayBuffer> {
    return predictionsOf(this.#live, checkList(x));
  }

  /** The sums of the last layer, before softmax or sigmoid: f32[n, outputs]. @throws ShapeError */
  logits(x: ArrayLike<number>): Float32Array<ArrayBuffer> {
    return logitsOf(this.#live, checkList(x));
  }

  /**
   * The most probable class of each, the first of equal ones: i32[n]; or answers, i32[n, outputs]: 1 for a probability of
   * a half and more.
   *
   * @throws ShapeError; UnsupportedError with a regression
   */
  classify(x: ArrayLike<number>): Int32Array<ArrayBuffer> {
    const network = this.#live;
    if (this.config.task === "regression") throw new UnsupportedError("classify", "classes", "a regression");
    return classesOf(network, checkList(x));
  }

  /** What comes out of each hidden layer: f32[n, width] each. @throws ShapeError */
  activations(x: ArrayLike<number>): Float32Array<ArrayBuffer>[] {
    return hiddenOf(this.#live, checkList(x));
  }

  /** Copies of the weights by their names: "layers.0.weight" f32[width, inputs], "layers.0.bias" f32[width], …. */
  weights(): Map<string, Float32Array> {
    return new Map(Array.from(this.#live.parameters(), ([name, parameter]) => [name, parameter.toArray()]));
  }

  /**
   * Sets weights by the names of `weights`; those left out stay. A run of training that could be resumed is forgotten.
   *
   * @throws RangeError for other names and for numbers that are not finite, ShapeError for other lengths, with nothing changed
   */
  setWeights(
    weights: Readonly<Record<string, ArrayLike<number>>> | ReadonlyMap<string, ArrayLike<number>>,
  ): void {
    if (this.#busy) throw new UnsupportedError("setWeights", "no training at the same time", "a run");
    const parameters = this.#live.parameters();
    if (typeof weights !== "object" || weights === null) {
      throw new RangeError("weights", "lists of numbers by their names", weights);
    }
    const given: [string, ArrayLike<number>][] =
      weights instanceof Map ? [...weights] : Object.entries(weights);
    const entries = given.map(([name, values]) => {
      const size = parameters.get(name)?.size;
      if (size === undefined) throw new RangeError("weights", [...parameters.keys()].join(", "), name);
      if (!isList(values)) throw new RangeError(name, "a list of numbers", values);
      if (size !== values.length) throw new ShapeError(name, `${size} elements`, `${values.length} elements`);
      const floats = asFloats(values, this.#network.runtime.heap);
      hashFinite(name, floats);
      return [name, floats] as const;
    });
    for (const [name, floats] of entries) parameters.get(name)!.array.set(floats);
    this.#forgetTraining();
  }

  /** The weights and the configuration as a safetensors file: PyTorch reads it, and so does `load`. */
  save(): Uint8Array<ArrayBuffer> {
    return writeCheckpoint({ model: family, config: this.config, weights: this.#live.parameters() });
  }

  /**
   * As `save`, and the run of training with it (optimiser, counters, the best weights): a model that is loaded from it
   * and fitted with `resume` goes on as if it had never stopped, bit for bit.
   */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const weights = this.#live.parameters();
    const training = this.#training instanceof Training ? this.#training.save() : this.#training;
    const contents = training && trainingContents(training, (name) => weights.get(name)!.shape);
    return writeCheckpoint({ model: family, config: this.config, weights, ...contents });
  }

  /** Gives the memory back; a run of training ends with a DisposedError. Again is no harm. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#forgetTraining();
    disposeParameters(this.#network.parameters());
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #live(): MlpNetwork {
    if (this.#disposed) throw new DisposedError("model", "a live model", "a disposed one");
    return this.#network;
  }

  #check(examples: Examples, name: string): CheckedExamples {
    return checkExamples(examples, this.config, this.#network.runtime.heap, name);
  }

  #resumable(): Training | SavedTraining {
    if (!this.#training) throw new RangeError("resume", "a model with a run to resume", "none");
    return this.#training;
  }

  #forgetTraining(): void {
    if (this.#training instanceof Training) this.#training.dispose();
    this.#training = undefined;
  }
}

function checkList(x: ArrayLike<number>): ArrayLike<number> {
  if (!isList(x)) throw new RangeError("x", "a list of numbers", x);
  return x;
}
