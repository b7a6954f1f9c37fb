import { checkInteger, type RandomStream, type Runtime } from "@lanewise/core-wasm";
import { linear, Parameter, type Tape, type Tensor } from "../tensor/index.js";
import type { Module } from "./module.js";

export interface LinearOptions {
  /** The size of the last dimension that goes in. */
  inputs: number;
  /** The size of the last dimension that comes out. */
  outputs: number;
  /** Default: true */
  bias?: boolean | undefined;
}

/**
 * y = x · weightᵀ + bias.
 *
 * `weight: f32[outputs, inputs]`, `bias: f32[outputs]`; both start uniform in ±1/√inputs, as PyTorch's do (its
 * Kaiming initialisation with a = √5 comes to that).
 */
export class Linear implements Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @param init where the weights are drawn from: first `weight`, then `bias`. @throws RangeError */
  constructor(runtime: Runtime, { inputs, outputs, bias = true }: LinearOptions, init: RandomStream) {
    checkInteger("inputs", inputs, 1);
    checkInteger("outputs", outputs, 1);
    const high = 1 / Math.sqrt(inputs);
    this.weight = new Parameter(runtime, [outputs, inputs]);
    init.uniformInto(this.weight.array, { low: -high, high });
    if (!bias) return;
    this.bias = new Parameter(runtime, [outputs]);
    init.uniformInto(this.bias.array, { low: -high, high });
  }

  /** `x: f32[…, inputs]` → `f32[…, outputs]`. @throws ShapeError */
  forward(tape: Tape, x: Tensor): Tensor {
    return linear(tape, x, this.weight, this.bias);
  }

  parameters(): Map<string, Parameter> {
    const all = new Map([["weight", this.weight]]);
    if (this.bias) all.set("bias", this.bias);
    return all;
  }
}
