import { FormatError, OutOfMemoryError, RandomStream, RangeError, type WasmArray } from "@lanewise/core-wasm";
import { TextStreams } from "../data/index.js";
import { crossEntropy } from "../losses/index.js";
import { AdamW, clipGradNorm, namedSchedule, noDecay, type Schedule } from "../optim/index.js";
import type { Pacer } from "../optim/pacer.js";
import { add, dropout, scale, Tape, Tensor } from "../tensor/index.js";
import type { CharRnnNetwork } from "./network.js";
import type { RecurrentState } from "./recurrent.js";
import type { SavedTraining } from "./savedTraining.js";
import { resolveRun, type RunOptions, type TrainOptions } from "./trainOptions.js";

/** What one step of training says of itself. */
export interface StepResult {
  /** Nats per character. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** The stream of random numbers that places the text streams, and the one that dropout draws from. */
const placing = 1;
const dropping = 2;

/**
 * The floating-point operations that one operation of the tape may take: some 20 ms on a slow machine, so that a loop
 * which looks up between operations looks up often enough. Constant, since the order of sums hangs on it.
 */
const flopsPerOperation = 2.5e8;

/** Of fewer steps at a time the products become too small to be fast. */
const leastSteps = 4;

/**
 * A run of training: the optimiser's moments, the streams' places, the carried state, the counters. All that makes
 * the next step what it is stands here or in the weights, and changes at the end of a step, at once: a step that was
 * given up has not been.
 */
export class Training {
  readonly #network: CharRnnNetwork;
  #tape: Tape;
  readonly #optimizer: AdamW;
  readonly #streams: TextStreams;
  readonly #textHash: number;
  /** f32[B, H] for each layer, in Wasm memory as long as the run. */
  readonly #carried: { readonly hidden: readonly Tensor[]; readonly cell: readonly Tensor[] | undefined };
  readonly #inputs: Int32Array<ArrayBuffer>;
  readonly #targets: Int32Array<ArrayBuffer>;
  readonly #restarted: Uint8Array<ArrayBuffer>;
  #run: RunOptions;
  #schedule: Schedule;
  #random: RandomStream;
  #step: number;
  #stepping = false;
  #disposed = false;

  /**
   * Begins a run on a text, or goes on with a saved one.
   *
   * @throws RangeError if the text is shorter than a window and one character, or not the saved run's
   * @throws FormatError if the saved run is another network's
   */
  constructor(network: CharRnnNetwork, ids: Int32Array, run: RunOptions, saved?: SavedTraining) {
    const { runtime, config } = network;
    const { batch, window, seed, beta1, beta2, weightDecay } = run;
    const textHash = hashOf(ids);
    if (saved) checkText(ids, textHash, saved.counters.textLength, saved.counters.textHash);
    const phase = new RandomStream({ seed, stream: placing, runtime }).uniform();
    this.#streams = new TextStreams(ids, { batch, window, phase, positions: saved?.counters.positions });
    this.#textHash = textHash;
    this.#network = network;
    this.#run = run;
    this.#schedule = namedSchedule(run);
    this.#random = new RandomStream({
      seed,
      stream: dropping,
      offset: saved?.counters.dropoutOffset,
      runtime,
    });
    this.#step = saved?.counters.step ?? 0;
    this.#inputs = new Int32Array(window * batch);
    this.#targets = new Int32Array(window * batch);
    this.#restarted = new Uint8Array(batch);
    this.#tape = new Tape({ runtime });
    const groups = [noDecay, { match: (name: string) => name === "embedding.weight", weightDecay: 0 }];
    this.#optimizer = new AdamW(network.parameters(), { beta1, beta2, weightDecay, groups });
    const states = (): Tensor[] =>
      Array.from({ length: config.layers }, () => {
        return new Tensor(runtime.heap.alloc("f32", batch * config.hidden), [batch, config.hidden]);
      });
    this.#carried = { hidden: states(), cell: config.cell === "lstm" ? states() : undefined };
    if (saved) this.#restore(saved);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get run(): RunOptions {
    return this.#run;
  }

  /**
   * Makes ready to go on, perhaps with another horizon, rate or clipping.
   *
   * @throws RangeError if the text is another, or an option that lasts
   */
  resume(ids: Int32Array, options: TrainOptions): void {
    const run = resolveRun(options, this.#run);
    checkText(ids, hashOf(ids), this.#streams.length, this.#textHash);
    this.#run = run;
    this.#schedule = namedSchedule(run);
  }

  /**
   * One step: reads the next window of every stream, and moves the weights. Pauses in between when the pacer says so.
   *
   * @throws the reason of the pacer's signal, with the step not taken
   * @throws RangeError if the gradient is not finite, with the step not taken
   * @throws OutOfMemoryError, with the step not taken
   */
  async takeStep(pacer: Pacer): Promise<StepResult> {
    this.#stepping = true;
    try {
      const random = new RandomStream({ ...this.#random.state, runtime: this.#network.runtime });
      this.#streams.peek(this.#inputs, this.#targets, this.#restarted);
      this.#clearRestarted();
      this.#optimizer.zeroGrad();
      return await this.#tape.runAsync(async () => {
        const { loss, state } = await this.#forward(random, pacer);
        for (const _ of this.#tape.backwardSteps(loss)) if (pacer.due) await pacer.pause();
        return this.#finish(loss, state, random);
      });
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
    const { positions, length: textLength } = this.#streams;
    return {
      counters: {
        step: this.#step,
        positions: [...positions],
        dropoutOffset: this.#random.offset,
        textLength,
        textHash: this.#textHash,
        run: this.#run,
      },
      moments: copies(this.#optimizer.state()),
      carried: copies(this.#carriedArrays()),
    };
  }

  /** Gives its memory back, at the end of the step if there is one on the way; the weights stay. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    if (this.#stepping) return;
    const { runtime } = this.#network;
    this.#optimizer.dispose();
    this.#tape.dispose();
    if (runtime.disposed) return;
    for (const array of this.#carriedArrays().values()) runtime.heap.free(array);
  }

  /** The loss of the window, and the state behind it; read in chunks of time, see `flopsPerOperation`. */
  async #forward(random: RandomStream, pacer: Pacer): Promise<{ loss: Tensor; state: RecurrentState }> {
    const { batch, window } = this.#run;
    const { embedding, rnn, head, config } = this.#network;
    const tape = this.#tape;
    const chunks = Math.ceil(window / this.#stepsAtOnce());
    const cut = (chunk: number): number => Math.floor((chunk * window) / chunks);
    let state: RecurrentState = this.#carried;
    let total: Tensor | undefined;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const [begin, end] = [cut(chunk), cut(chunk + 1)];
      const inputs = this.#inputs.subarray(begin * batch, end * batch);
      const targets = this.#targets.subarray(begin * batch, end * batch);
      const x = embedding.forward(tape, inputs, { shape: [end - begin, batch] });
      const { output, state: next } = rnn.forward(tape, x, { state, random });
      const y = dropout(tape, output, { p: config.dropout, stream: random });
      const mean = crossEntropy(tape, head.forward(tape, y), targets);
      const loss = scale(tape, mean, (end - begin) / window);
      total = total ? add(tape, total, loss) : loss;
      state = next;
      if (pacer.due) await pacer.pause();
    }
    return { loss: total!, state };
  }

  /** Moves the weights, and all that goes with them. Nothing waits here: a step is taken in full, or not at all. */
  #finish(loss: Tensor, state: RecurrentState, random: RandomStream): StepResult {
    const learningRate = this.#schedule(this.#step);
    const gradNorm = clipGradNorm(this.#network.parameters(), Math.min(this.#run.clip, Number.MAX_VALUE));
    if (!Number.isFinite(gradNorm)) {
      const wanted = "a rate at which the gradient stays finite";
      throw new RangeError("learningRate", wanted, `${learningRate}, and a norm of ${gradNorm}`);
    }
    this.#optimizer.step({ learningRate });
    this.#streams.advance();
    this.#carry(state);
    this.#random = random;
    this.#step++;
    return { loss: loss.item(), gradNorm, learningRate };
  }

  /** The tape keeps its memory from step to step. After one that took all there was, others must find room again. */
  #clearTape(): void {
    this.#tape.dispose();
    this.#tape = new Tape({ runtime: this.#network.runtime });
  }

  /** How long a chunk of time is: the backward of the largest layer takes four operations a weight and row. */
  #stepsAtOnce(): number {
    const { largestLayer } = this.#network;
    return Math.max(leastSteps, Math.floor(flopsPerOperation / (4 * largestLayer * this.#run.batch)));
  }

  /** A stream that begins at the start of the text again carries nothing over. */
  #clearRestarted(): void {
    const { hidden } = this.#network.config;
    for (const { view } of this.#carriedArrays().values()) {
      this.#restarted.forEach((restarted, b) => {
        if (restarted) view.fill(0, b * hidden, (b + 1) * hidden);
      });
    }
  }

  #carry(state: RecurrentState): void {
    for (const [layer, { array }] of this.#carried.hidden.entries())
      array.set(state.hidden[layer]!.array.view);
    for (const [layer, { array }] of this.#carried.cell?.entries() ?? [])
      array.set(state.cell![layer]!.array.view);
  }

  #carriedArrays(): Map<string, WasmArray<"f32">> {
    const arrays = new Map<string, WasmArray<"f32">>();
    for (const [name, list] of Object.entries(this.#carried)) {
      list?.forEach(({ array }: Tensor, layer: number) => arrays.set(`${name}.${layer}`, array));
    }
    return arrays;
  }

  #restore({ counters, moments, carried }: SavedTraining): void {
    try {
      this.#optimizer.load(moments, counters.step);
      for (const [name, array] of this.#carriedArrays()) array.set(carried.get(name) ?? []);
    } catch (cause) {
      this.dispose();
      throw new FormatError("checkpoint", "the training state of this network", "another's", { cause });
    }
  }
}

/** FNV-1a over the ids, the lowest byte and then the rest of each: tells one text from another. */
function hashOf(ids: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    hash = Math.imul(hash ^ (id & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (id >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

function checkText(ids: Int32Array, hash: number, length: number, wanted: number): void {
  if (ids.length !== length || hash !== wanted) {
    throw new RangeError("text", "the text of the run that is resumed", "another");
  }
}

function copies(arrays: ReadonlyMap<string, WasmArray<"f32">>): Map<string, Float32Array> {
  return new Map(Array.from(arrays, ([name, array]) => [name, array.toArray()]));
}
