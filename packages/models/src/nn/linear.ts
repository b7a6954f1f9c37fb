import { checkInteger, type RandomStream, type Runtime } from "@lanewise/core-wasm";
import { linear, type LinearActivation, Parameter, type Tape, type Tensor } from "../tensor/index.js";
import { type Initializer, initializeWeight } from "./initializers.js";
import type { Module } from "./module.js";

export interface LinearOptions {
  /** The size of the last dimension that goes in. */
  inputs: number;
  /** The size of the last dimension that comes out. */
  outputs: number;
  /** Default: true */
  bias?: boolean | undefined;
  /** How `weight` is drawn; `bias` is 0 then. Default: both uniform in ±1/√inputs. */
  initializer?: Initializer | undefined;
}

/**
 * y = x · weightᵀ + bias.
 *
 * `weight: f32[outputs, inputs]`, `bias: f32[outputs]`; without an initialiser both start uniform in ±1/√inputs, as
 * PyTorch's do (its Kaiming initialisation with a = √5 comes to that).
 */
export class Linear implements Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @param init where the weights are drawn from: first `weight`, then `bias`. @throws RangeError */
  constructor(runtime: Runtime, options: LinearOptions, init: RandomStream) {
    const { inputs, outputs, bias = true, initializer } = options;
    checkInteger("inputs", inputs, 1);
    checkInteger("outputs", outputs, 1);
    const high = 1 / Math.sqrt(inputs);
    this.weight = new Parameter(runtime, [outputs, inputs]);
    if (initializer) initializeWeight(this.weight, initializer, init);
    else init.uniformInto(this.weight.array, { low: -high, high });
    if (!bias) return;
    this.bias = new Parameter(runtime, [outputs]);
    if (!initializer) init.uniformInto(this.bias.array, { low: -high, high });
  }

  /** `x: f32[…, inputs]` → `f32[…, outputs]`, with an activation if one is given. @throws ShapeError */
  forward(tape: Tape, x: Tensor, activation?: LinearActivation): Tensor {
    return linear(tape, x, this.weight, this.bias, activation);
  }

  parameters(): Map<string, Parameter> {
    const all = new Map([["weight", this.weight]]);
    if (this.bias) all.set("bias", this.bias);
    return all;
  }
}
