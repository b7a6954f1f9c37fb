import {
  checkInteger,
  defaultRuntime,
  DisposedError,
  RangeError,
  type Runtime,
  ShapeError,
  UnsupportedError,
} from "@lanewise/core-wasm";
import { Alphabet } from "../data/index.js";
import { loadParameters, readCheckpoint, writeCheckpoint } from "../io/index.js";
import { disposeParameters } from "../nn/index.js";
import { Pacer } from "../optim/pacer.js";
import {
  type CharRnnConfig,
  type CharRnnOptions,
  countParameters,
  parseConfig,
  resolveConfig,
} from "./config.js";
import { type EvaluateOptions, type Evaluation, evaluateIds } from "./evaluate.js";
import { CharRnnNetwork } from "./network.js";
import { Reader } from "./reader.js";
import type { Recurrent } from "./recurrent.js";
import { type GenerateOptions, generateIds } from "./sample.js";
import { parseTraining, type SavedTraining, trainingContents } from "./savedTraining.js";
import { runTraining } from "./train.js";
import { Training } from "./training.js";
import { checkRunning, resolveRun, type TrainEvent, type TrainOptions } from "./trainOptions.js";

/** The family's name in checkpoints. */
const family = "rnn";

/**
 * A character-level language model: it reads text, predicts each next character, learns from any text, and writes.
 *
 * ```ts
 * const model = await CharRnn.create({ hidden: 128, alphabet: text, seed: 1 });
 * for await (const { step, loss } of model.train(text, { steps: 500, seed: 1 })) console.log(step, loss);
 * for await (const piece of model.generate("ROMEO:", { temperature: 0.8, seed: 7 })) process.stdout.write(piece);
 * model.dispose();
 * ```
 *
 * A model may write and be evaluated while it learns, between two events or even two operations: it then uses the
 * weights as they stand.
 */
export class CharRnn {
  readonly config: CharRnnConfig;
  readonly #alphabet: Alphabet;
  readonly #network: CharRnnNetwork;
  #training: Training | SavedTraining | undefined;
  #busy = false;
  #disposed = false;

  private constructor(config: CharRnnConfig, runtime: Runtime) {
    this.config = config;
    this.#alphabet = new Alphabet(config.alphabet);
    this.#network = runtime.heap.allOrNone(() => new CharRnnNetwork(runtime, config));
  }

  /** A model with new weights. @throws RangeError */
  static async create(options: CharRnnOptions = {}): Promise<CharRnn> {
    return new CharRnn(resolveConfig(options), options.runtime ?? defaultRuntime());
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
  ): Promise<CharRnn> {
    const checkpoint = readCheckpoint(bytes, { model: family });
    const training = parseTraining(checkpoint);
    const model = new CharRnn(parseConfig(checkpoint.config, checkpoint.weights), runtime);
    try {
      loadParameters(model.#network.parameters(), checkpoint.weights);
    } catch (error) {
      model.dispose();
      throw error;
    }
    model.#training = training;
    return model;
  }

  /** The symbols that it knows, in the order of their ids. See `config.alphabet` for the list. */
  get alphabet(): string {
    return this.config.alphabet.join("");
  }

  /** How many numbers are learnt. */
  get parameterCount(): number {
    return countParameters(this.config);
  }

  /** Steps of training so far, in the run that could be resumed; 0 if there is none. */
  get step(): number {
    return this.#training instanceof Training ? this.#training.step : (this.#training?.counters.step ?? 0);
  }

  /** The recurrent layers: for weights from elsewhere, see `Recurrent.setWeights`. */
  get rnn(): Recurrent {
    return this.#live.rnn;
  }

  /**
   * Learns from a text, and reports on the way; the run ends when the loop over the events does. All errors come with
   * the first event.
   *
   * Truncated back-propagation through time: `batch` streams of the text are read side by side, `window` characters
   * a step, and the state goes on from step to step. AdamW, with gradients clipped by their norm. The event loop gets
   * its turn at least every 50 ms, in the middle of a step too; only models of a million parameters and more take
   * longer at a stretch.
   *
   * With variant "simd" the same text, options and seeds give the same weights, bit for bit, in every engine.
   *
   * @throws RangeError for a character that is not in the alphabet (naming it and its index), a text shorter than
   * window + 1 characters, other options, and a gradient that is not finite (the step is not taken)
   * @throws UnsupportedError if another run on this model has not ended
   * @throws the signal's reason
   */
  async *train(text: string, options: TrainOptions = {}): AsyncGenerator<TrainEvent, void, void> {
    const network = this.#live;
    if (this.#busy) throw new UnsupportedError("train", "one run at a time on a model", "a second one");
    options.signal?.throwIfAborted();
    checkRunning(options);
    const ids = this.#alphabet.encode(text);
    const validation =
      options.validation === undefined ? undefined : this.#encodeLong(options.validation, "validation", 2);
    const training = this.#trainingFor(ids, options);
    this.#busy = true;
    try {
      yield* runTraining(network, training, options, validation);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * How well the model predicts a text, in bits per character. The state is carried over the whole text.
   *
   * @throws RangeError for a character that is not in the alphabet, or a text without anything to predict (one
   * character, without a prime)
   * @throws the signal's reason
   */
  async evaluate(text: string, { signal, batch, prime = "" }: EvaluateOptions = {}): Promise<Evaluation> {
    const network = this.#live;
    signal?.throwIfAborted();
    const before = this.#alphabet.encode(prime, "prime");
    const ids = this.#encodeLong(text, "text", before.length > 0 ? 1 : 2);
    const all = new Int32Array(before.length + ids.length);
    all.set(before);
    all.set(ids, before.length);
    return evaluateIds(network, all, {
      begin: Math.max(1, before.length),
      batch,
      pacer: new Pacer({ signal }),
    });
  }

  /**
   * Writes text that goes on from `prime`, a character at a time. An empty prime stands for a line feed, or the first
   * symbol where the alphabet has none.
   *
   * @throws RangeError for a character of the prime that is not in the alphabet, and for options
   * @throws the signal's reason
   */
  async *generate(prime: string, options: GenerateOptions = {}): AsyncGenerator<string, void, void> {
    const ids = this.#alphabet.encode(prime, "prime");
    const start = ids.length > 0 ? ids : Int32Array.of(this.#alphabet.idOf("\n") ?? 0);
    for await (const id of generateIds(this.#live, start, options)) yield this.#alphabet.symbol(id);
  }

  /**
   * What the model has in mind: the state h of a layer after each character of a text, read from the zero state.
   *
   * @param options.layer Default: the last
   * @returns f32[T, H], row-major, T the number of characters
   * @throws RangeError
   */
  hiddenStates(
    text: string,
    { layer = this.config.layers - 1 }: { layer?: number | undefined } = {},
  ): Float32Array {
    const { hidden, layers } = this.config;
    checkInteger("layer", layer, 0, layers - 1);
    const ids = this.#alphabet.encode(text);
    const states = new Float32Array(ids.length * hidden);
    const reader = Reader.create(this.#live);
    try {
      for (let at = 0; at < ids.length; at += reader.window) {
        const part = ids.subarray(at, at + reader.window);
        reader.readStatesInto(states.subarray(at * hidden, (at + part.length) * hidden), part, layer);
      }
    } finally {
      reader.dispose();
    }
    return states;
  }

  /** The logits that follow a text, read from the zero state: f32[V]. @throws RangeError if it is empty */
  logits(text: string): Float32Array {
    const ids = this.#encodeLong(text, "text", 1);
    const reader = Reader.create(this.#live);
    try {
      for (let at = 0; at < ids.length; at += reader.window)
        reader.read(ids.subarray(at, at + reader.window));
      return reader.logits.toArray();
    } finally {
      reader.dispose();
    }
  }

  /**
   * Copies of the weights by PyTorch's names: "embedding.weight" f32[V, E], "rnn.weight_ih_l0", …, "head.weight"
   * f32[V, H], "head.bias".
   */
  weights(): Map<string, Float32Array> {
    return new Map(Array.from(this.#live.parameters(), ([name, parameter]) => [name, parameter.toArray()]));
  }

  /**
   * Sets weights by the names of `weights`; those left out stay. For the recurrent ones from elsewhere see
   * `rnn.setWeights`. A run of training that could be resumed is forgotten.
   *
   * @throws RangeError for other names, ShapeError for other lengths, with nothing changed
   */
  setWeights(
    weights: Readonly<Record<string, ArrayLike<number>>> | ReadonlyMap<string, ArrayLike<number>>,
  ): void {
    if (this.#busy) throw new UnsupportedError("setWeights", "no training at the same time", "a run");
    const parameters = this.#live.parameters();
    const entries = weights instanceof Map ? [...weights] : Object.entries(weights);
    for (const [name, { length }] of entries) {
      const size = parameters.get(name)?.size;
      if (size === undefined) throw new RangeError("weights", [...parameters.keys()].join(", "), name);
      if (size !== length) throw new ShapeError(name, `${size} elements`, `${length} elements`);
    }
    for (const [name, values] of entries) parameters.get(name)!.array.set(values);
    this.#forgetTraining();
  }

  /** The weights and the configuration as a safetensors file: PyTorch reads it, and so does `load`. */
  save(): Uint8Array<ArrayBuffer> {
    return writeCheckpoint({ model: family, config: this.config, weights: this.#live.parameters() });
  }

  /**
   * As `save`, and the run of training with it (optimiser, counters, carried state, places in the text): a model that
   * is loaded from it and trained with `resume` goes on as if it had never stopped, bit for bit.
   */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const weights = this.#live.parameters();
    const training = this.#training instanceof Training ? this.#training.save() : this.#training;
    const contents =
      training && trainingContents(training, (name) => weights.get(name)!.shape, this.config.hidden);
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

  get #live(): CharRnnNetwork {
    if (this.#disposed) throw new DisposedError("model", "a live model", "a disposed one");
    return this.#network;
  }

  #encodeLong(text: string, name: string, least: number): Int32Array {
    const ids = this.#alphabet.encode(text, name);
    const wanted = least === 1 ? "at least 1 character" : `at least ${least} characters`;
    if (ids.length < least) throw new RangeError(name, wanted, `${ids.length}`);
    return ids;
  }

  /** The run to take steps of: a new one, or the one there is. */
  #trainingFor(ids: Int32Array, options: TrainOptions): Training {
    const before = this.#training;
    if (options.resume && !before) throw new RangeError("resume", "a model with a run to resume", "none");
    if (options.resume && before instanceof Training) {
      before.resume(ids, options);
      return before;
    }
    const saved = options.resume ? (before as SavedTraining) : undefined;
    const run = resolveRun(options, saved?.counters.run);
    const { heap } = this.#network.runtime;
    const training = heap.allOrNone(() => new Training(this.#network, ids, run, saved));
    this.#forgetTraining();
    this.#training = training;
    return training;
  }

  #forgetTraining(): void {
    if (this.#training instanceof Training) this.#training.dispose();
    this.#training = undefined;
  }
}
