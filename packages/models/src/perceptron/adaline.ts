import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import { Neuron } from "./neuron.js";
import { checkSamples, countSamples, makeOrder } from "./samples.js";

/** How learning goes. */
export interface AdalineFitOptions {
  /** At most so many times through the samples. Default: 100. */
  epochs?: number | undefined;
  /** η. Below 2/λ, with λ the greatest eigenvalue of the mean of (x, 1)(x, 1)ᵀ, whole batches do not diverge. Default: 0.01. */
  learningRate?: number | undefined;
  /** Samples a step: 1 learns from each in turn, as Widrow and Hoff did. Default: 1. */
  batch?: number | undefined;
  /** Ends where the mean squared error moves by less from one epoch to the next. Default: 0, never. */
  tolerance?: number | undefined;
  /** Shuffles the samples, each epoch anew. Default: they are taken as they come. */
  seed?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** What an epoch came to. */
export interface AdalineEvent {
  /** From 1, in this call. */
  readonly epoch: number;
  /** The mean of (t − y)² over the samples, by the weights at the epoch's end. */
  readonly meanSquaredError: number;
  /** Whether the error moved by less than the tolerance, and learning ends. */
  readonly converged: boolean;
}

/**
 * An adaptive linear neuron, which learns by the delta rule (least mean squares): it moves by how far its sum is off, not by
 * whether its answer is wrong. For samples x with targets t, in batches of m:
 *
 *     y = w·x + b        w ← w + η/m Σ (t − y) x        b ← b + η/m Σ (t − y)
 *
 * That is gradient descent on ½ (t − y)², so it comes close to the least squares whether or not a line tells the classes apart; the
 * line that it finds may leave samples on the wrong side which a perceptron would have got right.
 *
 * Ref: Widrow and Hoff 1960, "Adaptive switching circuits".
 */
export class Adaline {
  /** Its weights and bias, from zero; as a classifier it fires where the sum reaches 0, so targets are then ±1. */
  readonly neuron: Neuron;

  /** @throws RangeError */
  constructor({ inputs }: { inputs: number }) {
    checkInteger("inputs", inputs, 1, 1 << 24);
    this.neuron = new Neuron({ weights: new Float64Array(inputs) });
  }

  /** w·x + b for each sample of x: [samples, inputs]. @throws ShapeError */
  predict(x: ArrayLike<number>): Float64Array<ArrayBuffer> {
    const { neuron } = this;
    return Float64Array.from({ length: countSamples(x, neuron.inputs) }, (_, row) => neuron.sum(x, row));
  }

  /**
   * Learns, and goes on from the weights there are. An event an epoch.
   *
   * @param x [samples, inputs], row-major
   * @param targets a number for each sample
   * @throws ShapeError, RangeError (of arguments, with the first event; of a rate at which the weights grow beyond all bounds);
   *   the signal's reason
   */
  async *fit(
    x: ArrayLike<number>,
    targets: ArrayLike<number>,
    options: AdalineFitOptions = {},
  ): AsyncGenerator<AdalineEvent, void, void> {
    const { epochs = 100, learningRate = 0.01, batch = 1, tolerance = 0, seed, signal } = options;
    const { neuron } = this;
    const n = checkSamples(x, targets, neuron.inputs, "targets");
    for (let i = 0; i < n; i++) checkNumber(`targets[${i}]`, targets[i]!, -1e100, 1e100);
    checkInteger("epochs", epochs, 0);
    checkNumber("learningRate", learningRate, Number.MIN_VALUE);
    checkInteger("batch", batch, 1);
    checkNumber("tolerance", tolerance, 0);
    const orderOf = makeOrder(n, seed);
    const pacer = new Pacer({ signal });
    const step = new Float64Array(neuron.inputs + 1);
    let before = this.#meanSquaredError(x, targets);
    await pacer.pause();
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = orderOf(epoch);
      for (let begin = 0; begin < n; begin += batch) {
        this.#takeStep(x, targets, order.subarray(begin, begin + batch), learningRate, step);
        if (pacer.due) await pacer.pause();
      }
      const meanSquaredError = this.#meanSquaredError(x, targets);
      const converged = Math.abs(before - meanSquaredError) < tolerance;
      before = meanSquaredError;
      yield { epoch, meanSquaredError, converged };
      if (converged) return;
    }
  }

  #takeStep(
    x: ArrayLike<number>,
    targets: ArrayLike<number>,
    rows: Int32Array,
    learningRate: number,
    step: Float64Array,
  ): void {
    const { neuron } = this;
    const { weights, inputs } = neuron;
    step.fill(0);
    for (const row of rows) {
      const error = targets[row]! - neuron.sum(x, row);
      for (let i = 0; i < inputs; i++) step[i]! += error * x[row * inputs + i]!;
      step[inputs]! += error;
    }
    const scale = learningRate / rows.length;
    if (!step.every((sum) => Number.isFinite(scale * sum))) {
      throw new RangeError("learningRate", "a rate at which the weights stay finite", learningRate);
    }
    for (let i = 0; i < inputs; i++) weights[i]! += scale * step[i]!;
    neuron.bias += scale * step[inputs]!;
  }

  #meanSquaredError(x: ArrayLike<number>, targets: ArrayLike<number>): number {
    let sum = 0;
    for (let row = 0; row < targets.length; row++) sum += (targets[row]! - this.neuron.sum(x, row)) ** 2;
    return sum / targets.length;
  }
}
