import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import { Neuron } from "./neuron.js";
import { type NovikoffBound, novikoffBound } from "./novikoff.js";
import { Pocket } from "./pocket.js";
import { checkLabels, checkSamples, makeOrder } from "./samples.js";

/**
 * Which weights answer: the "last" ones; those in the "pocket", which get most samples right of all that were tried (Gallant 1990;
 * here each change costs a pass over the samples); or the "average" of the weights after each sample (Freund and Schapire
 * 1999). The two others are for classes that no line tells apart.
 */
export type Keep = "last" | "pocket" | "average";

export interface PerceptronOptions {
  /** How many numbers a sample has. */
  inputs: number;
  /** Default: "last". */
  keep?: Keep | undefined;
}

/** How learning goes. */
export interface PerceptronFitOptions {
  /** At most so many times through the samples. Default: 1000. */
  epochs?: number | undefined;
  /** η. From zero weights it scales all of them, and changes no answer. Default: 1. */
  learningRate?: number | undefined;
  /** Shuffles the samples, each epoch anew. Default: they are taken as they come. */
  seed?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What an epoch came to. */
export interface PerceptronEvent {
  /** From 1, in this call. */
  readonly epoch: number;
  /** Samples that were answered wrongly in this epoch, each at its turn: as many as there were updates. */
  readonly mistakes: number;
  /** Those of all epochs since the weights were zero. */
  readonly totalMistakes: number;
  /**
   * Whether the epoch had none: the last weights tell all samples apart, and learning ends. Their average (see `keep`) need not as
   * well.
   */
  readonly converged: boolean;
  /**
   * Once converged: what Novikoff's theorem makes of the line that was found. An upper bound of `totalMistakes` where samples and
   * rate have been the same since the weights were zero.
   */
  readonly bound: NovikoffBound | undefined;
}

/**
 * Rosenblatt's perceptron: a neuron that learns to tell two classes apart, by its mistakes alone. For a sample x with target t
 * that is answered by y:
 *
 *     w ← w + η (t − y) x        b ← b + η (t − y)
 *
 * If a line (plane, …) tells the classes apart, it finds one after at most (R/γ)² mistakes, see `novikoffBound`. If none does
 * (XOR), it goes on for ever, and is never reported converged.
 *
 * ```ts
 * const perceptron = new Perceptron({ inputs: 2 });
 * for await (const { epoch, mistakes } of perceptron.fit([0, 0, 0, 1, 1, 0, 1, 1], [0, 0, 0, 1])) plot(epoch, mistakes);
 * perceptron.neuron.predict([1, 1]); // Uint8Array [1]
 * ```
 *
 * Ref: Rosenblatt 1958.
 */
export class Perceptron {
  /** What answers, see `keep`. */
  readonly neuron: Neuron;
  readonly keep: Keep;
  /** What learns: `neuron` itself, where the last weights are kept. */
  readonly #learner: Neuron;
  /** Σ of the weights after each sample, and how many. */
  readonly #sum: Neuron;
  #samplesSeen = 0;
  #totalMistakes = 0;

  /** @throws RangeError */
  constructor({ inputs, keep = "last" }: PerceptronOptions) {
    checkInteger("inputs", inputs, 1, 1 << 24);
    if (keep !== "last" && keep !== "pocket" && keep !== "average") {
      throw new RangeError("keep", '"last", "pocket" or "average"', keep);
    }
    this.keep = keep;
    const zeros = (): Neuron => new Neuron({ weights: new Float64Array(inputs) });
    this.neuron = zeros();
    this.#learner = keep === "last" ? this.neuron : zeros();
    this.#sum = zeros();
  }

  /** Mistakes since the weights were zero. */
  get totalMistakes(): number {
    return this.#totalMistakes;
  }

  /** Goes back to zero weights. */
  reset(): void {
    for (const neuron of [this.neuron, this.#learner, this.#sum]) {
      neuron.weights.fill(0);
      neuron.bias = 0;
    }
    this.#samplesSeen = 0;
    this.#totalMistakes = 0;
  }

  /**
   * Learns until an epoch goes by without a mistake, or `epochs` have. Goes on from the weights there are. An event an epoch.
   *
   * @param x [samples, inputs], row-major
   * @param labels 1, or 0 or −1 for the other class
   * @throws ShapeError, RangeError (all with the first event); the signal's reason
   */
  async *fit(
    x: ArrayLike<number>,
    labels: ArrayLike<number>,
    { epochs = 1000, learningRate = 1, seed, signal }: PerceptronFitOptions = {},
  ): AsyncGenerator<PerceptronEvent, void, void> {
    const learner = this.#learner;
    const n = checkSamples(x, labels, learner.inputs, "labels");
    checkLabels(labels);
    checkInteger("epochs", epochs, 0);
    checkNumber("learningRate", learningRate, Number.MIN_VALUE);
    const orderOf = makeOrder(n, seed);
    const pacer = new Pacer({ signal });
    const pocket = this.keep === "pocket" ? new Pocket(this.neuron, x, labels) : undefined;
    await pacer.pause();
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let mistakes = 0;
      for (const row of orderOf(epoch)) {
        const error = (labels[row] === 1 ? 1 : 0) - learner.fires(x, row);
        if (error !== 0) {
          mistakes++;
          this.#totalMistakes++;
          move(learner, x, row, learningRate * error);
          pocket?.offer(learner);
        }
        if (this.keep === "average") this.#addToAverage();
        if (pacer.due) await pacer.pause();
      }
      const converged = mistakes === 0;
      if (this.keep === "average") this.#answerWithAverage();
      const bound = converged ? novikoffBound(x, labels, learner) : undefined;
      yield { epoch, mistakes, totalMistakes: this.#totalMistakes, converged, bound };
      if (converged) return;
    }
  }

  #addToAverage(): void {
    move(this.#sum, this.#learner.weights, 0, 1, this.#learner.bias);
    this.#samplesSeen++;
  }

  #answerWithAverage(): void {
    const { weights, bias } = this.#sum;
    this.neuron.assign({
      weights: weights.map((sum) => sum / this.#samplesSeen),
      bias: bias / this.#samplesSeen,
    });
  }
}

/** w += scale · x, b += scale · one. */
function move(neuron: Neuron, x: ArrayLike<number>, row: number, scale: number, one = 1): void {
  const { weights } = neuron;
  const begin = row * weights.length;
  for (let i = 0; i < weights.length; i++) weights[i]! += scale * x[begin + i]!;
  neuron.bias += scale * one;
}
