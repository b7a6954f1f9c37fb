import { checkNumber, RangeError, ShapeError } from "@lanewise/core-wasm";
import { countSamples } from "./samples.js";

/** What a neuron is made of. */
export interface NeuronOptions {
  /** w, one for each input. */
  weights: ArrayLike<number>;
  /** b. Default: 0, or what the threshold makes it. */
  bias?: number | undefined;
  /** θ = −b, the sum that it takes to fire: another way to say the bias. */
  threshold?: number | undefined;
}

/**
 * A neuron that fires or does not:
 *
 *     y = 1 if w·x + b ≥ 0, else 0        the same as w·x ≥ θ with θ = −b
 *
 * At 0 it fires. In float64. The bias is the weight of one more input that is always 1.
 *
 * Ref: Rosenblatt 1958, "The perceptron"; McCulloch and Pitts 1943.
 */
export class Neuron {
  /** w: f64[inputs]. May be written. */
  readonly weights: Float64Array<ArrayBuffer>;
  #bias: number;

  /** @throws RangeError for no input, for numbers that are not finite, and for a threshold that is not −bias */
  constructor({ weights, bias, threshold }: NeuronOptions) {
    if (weights.length === 0) throw new RangeError("weights", "at least one", "none");
    if (bias !== undefined && threshold !== undefined && bias !== -threshold) {
      throw new RangeError("threshold", `${-bias}, which is −bias, or none`, threshold);
    }
    this.weights = Float64Array.from(weights);
    for (const [i, weight] of this.weights.entries()) checkNumber(`weights[${i}]`, weight);
    this.#bias = 0;
    this.bias = bias ?? -(threshold ?? 0);
  }

  get inputs(): number {
    return this.weights.length;
  }

  /** b. @throws RangeError where a number is set that is not finite */
  get bias(): number {
    return this.#bias;
  }

  set bias(value: number) {
    checkNumber("bias", value);
    this.#bias = value === 0 ? 0 : value;
  }

  /** θ = −b. */
  get threshold(): number {
    return this.#bias === 0 ? 0 : -this.#bias;
  }

  set threshold(value: number) {
    checkNumber("threshold", value);
    this.bias = -value;
  }

  /**
   * w·x + b, added up from the first input to the last, and then the bias.
   *
   * @param x f64[inputs], or a list of samples, of which `row` is meant
   */
  sum(x: ArrayLike<number>, row = 0): number {
    const { weights } = this;
    const begin = row * weights.length;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * x[begin + i]!;
    return sum + this.#bias;
  }

  /** Whether it fires: 1 or 0. */
  fires(x: ArrayLike<number>, row = 0): 0 | 1 {
    return this.sum(x, row) >= 0 ? 1 : 0;
  }

  /**
   * 1 or 0 for each sample.
   *
   * @param x [samples, inputs], row-major
   * @throws ShapeError unless it is whole samples
   */
  predict(x: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: countSamples(x, this.inputs) }, (_, row) => this.fires(x, row));
  }

  /** Takes over another neuron's weights and bias. @throws ShapeError unless it has as many inputs */
  assign({ weights, bias }: { readonly weights: ArrayLike<number>; readonly bias: number }): void {
    if (weights.length !== this.inputs) {
      throw new ShapeError("weights", `${this.inputs} numbers`, `${weights.length} numbers`);
    }
    this.weights.set(weights);
    this.bias = bias;
  }
}
