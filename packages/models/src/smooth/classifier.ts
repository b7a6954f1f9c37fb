import { RandomStream, type Runtime } from "@lanewise/core-wasm";
import { FeedForward, type Module } from "../nn/index.js";
import { type Parameter, reshape, type Tape, type Tensor } from "../tensor/index.js";

/** A classifier of points in two kinds: one logit, of a linear layer or of a hidden one with tanh before it. */
export class Classifier implements Module {
  readonly inputs: number;
  readonly #network: FeedForward;

  constructor(runtime: Runtime, { inputs, hidden, seed }: { inputs: number; hidden: number; seed: number }) {
    const options = { inputs, hidden: hidden > 0 ? [hidden] : [], outputs: 1, activation: "tanh" } as const;
    this.inputs = inputs;
    this.#network = new FeedForward(runtime, options, new RandomStream({ seed, runtime }));
  }

  /** `x: f32[n, inputs]` → z: f32[n]. */
  forward(tape: Tape, x: Tensor): Tensor {
    return reshape(tape, this.#network.forward(tape, x), [x.shape[0]!]);
  }

  parameters(): Map<string, Parameter> {
    return this.#network.parameters();
  }
}
