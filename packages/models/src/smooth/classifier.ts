import { RandomStream, type Runtime } from "@lanewise/core-wasm";
import { collectParameters, Linear, type Module } from "../nn/index.js";
import { type Parameter, reshape, type Tape, tanh, type Tensor } from "../tensor/index.js";

/** A classifier of points in two kinds: one logit, of a linear layer or of a hidden one with tanh before it. */
export class Classifier implements Module {
  readonly inputs: number;
  readonly #hidden: Linear | undefined;
  readonly #head: Linear;

  constructor(runtime: Runtime, { inputs, hidden, seed }: { inputs: number; hidden: number; seed: number }) {
    const init = new RandomStream({ seed, runtime });
    this.inputs = inputs;
    if (hidden > 0) this.#hidden = new Linear(runtime, { inputs, outputs: hidden }, init);
    this.#head = new Linear(runtime, { inputs: hidden || inputs, outputs: 1 }, init);
  }

  /** `x: f32[n, inputs]` → z: f32[n]. */
  forward(tape: Tape, x: Tensor): Tensor {
    const features = this.#hidden ? tanh(tape, this.#hidden.forward(tape, x)) : x;
    return reshape(tape, this.#head.forward(tape, features), [x.shape[0]!]);
  }

  parameters(): Map<string, Parameter> {
    return collectParameters({ ...(this.#hidden && { hidden: this.#hidden }), head: this.#head });
  }
}
