import {
  type ActivationKind,
  checkInteger,
  checkNumber,
  type RandomStream,
  type Runtime,
} from "@lanewise/core-wasm";
import { dropout, type Parameter, type Tape, type Tensor } from "../tensor/index.js";
import type { Initializer } from "./initializers.js";
import { Linear } from "./linear.js";
import type { Module } from "./module.js";

/** What hidden layers apply to their sums; "identity": nothing, and the whole network is a linear map. */
export type HiddenActivation = ActivationKind | "identity";

export interface FeedForwardOptions {
  /** The size of the last dimension that goes in. */
  inputs: number;
  /** The widths of the hidden layers, from the inputs on. Default: none, one linear layer. */
  hidden?: readonly number[] | undefined;
  /** The size of the last dimension that comes out. */
  outputs: number;
  /** After each hidden layer. Default: "relu". */
  activation?: HiddenActivation | undefined;
  /** The parameter of the activation, where it has one. Default: its own. */
  alpha?: number | undefined;
  /** The probability with which an element of a hidden layer's output is dropped in training. Default: 0. */
  dropout?: number | undefined;
  /** How the weights of all layers are drawn; biases are 0 then. Default: as `Linear` does, biases too. */
  initializer?: Initializer | undefined;
}

/**
 * Linear layers on each other: h₀ = x, hₗ = drop(f(hₗ₋₁ · Wₗᵀ + bₗ)), and the last one without f.
 *
 * Parameters: "layers.0.weight" f32[width, inputs], "layers.0.bias" f32[width], …, as a PyTorch `ModuleList` of
 * `Linear` named `layers` has them.
 */
export class FeedForward implements Module {
  readonly layers: readonly Linear[];
  readonly #activation: HiddenActivation;
  readonly #alpha: number | undefined;
  readonly #dropout: number;

  /** @param init where the weights are drawn from, layer by layer. @throws RangeError */
  constructor(runtime: Runtime, options: FeedForwardOptions, init: RandomStream) {
    const { inputs, hidden = [], outputs, activation = "relu", alpha, dropout = 0, initializer } = options;
    checkNumber("dropout", dropout, 0, 1);
    const widths = [inputs, ...hidden, outputs];
    widths.forEach((width, i) => checkInteger(i === 0 ? "inputs" : "hidden, outputs", width, 1));
    this.layers = widths.slice(1).map((width, i) => {
      return new Linear(runtime, { inputs: widths[i]!, outputs: width, initializer }, init);
    });
    this.#activation = activation;
    this.#alpha = alpha;
    this.#dropout = dropout;
  }

  /**
   * `x: f32[…, inputs]` → `f32[…, outputs]`.
   *
   * @param options.random where dropout is drawn from; without it, and inside `noGrad`, nothing is dropped
   * @throws ShapeError
   */
  forward(tape: Tape, x: Tensor, options: { random?: RandomStream | undefined } = {}): Tensor {
    return this.forwardLayers(tape, x, options).at(-1)!;
  }

  /** What comes out of each layer, the last one among them. @throws ShapeError */
  forwardLayers(tape: Tape, x: Tensor, { random }: { random?: RandomStream | undefined } = {}): Tensor[] {
    const activation = this.#activation === "identity" ? undefined : this.#activation;
    const p = random && tape.recording ? this.#dropout : 0;
    const last = this.layers.length - 1;
    let h = x;
    return this.layers.map((layer, i) => {
      if (i === last) return (h = layer.forward(tape, h));
      h = layer.forward(tape, h, { activation, alpha: this.#alpha });
      if (p > 0) h = dropout(tape, h, { p, stream: random! });
      return h;
    });
  }

  parameters(): Map<string, Parameter> {
    const all = new Map<string, Parameter>();
    this.layers.forEach((layer, i) => {
      for (const [name, parameter] of layer.parameters()) all.set(`layers.${i}.${name}`, parameter);
    });
    return all;
  }
}
