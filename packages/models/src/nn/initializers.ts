import { RangeError, type RandomStream } from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";

/**
 * How first weights are drawn, with n inputs and m outputs of the layer:
 *
 * | name | draws | for |
 * |---|---|---|
 * | `xavierUniform` | uniform in ±√(6 / (n + m)) | tanh, sigmoid and the like |
 * | `xavierNormal` | normal, variance 2 / (n + m) | the same |
 * | `heUniform` | uniform in ±√(6 / n) | ReLU and its kin |
 * | `heNormal` | normal, variance 2 / n | the same |
 * | `lecunUniform` | uniform in ±√(3 / n) | SELU-like and linear layers |
 * | `lecunNormal` | normal, variance 1 / n | the same |
 * | `zeros` | 0 | showing why not: all units of a layer stay the same |
 *
 * Ref: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks"; He et al.
 * 2015, arXiv:1502.01852; LeCun et al. 1998, "Efficient BackProp".
 */
export type Initializer = (typeof initializers)[number];

/** All of them. */
export const initializers = [
  "xavierUniform",
  "xavierNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
  "zeros",
] as const;

/** @throws RangeError for a name that is none */
export function checkInitializer(name: string, value: unknown): asserts value is Initializer {
  if (!initializers.includes(value as Initializer))
    throw new RangeError(name, initializers.join(", "), value);
}

/**
 * Draws the weights of a linear layer, `weight: f32[outputs, inputs]`. "zeros" draws nothing from the stream.
 *
 * @throws RangeError for a name that is none
 */
export function initializeWeight(weight: Parameter, initializer: Initializer, stream: RandomStream): void {
  checkInitializer("initializer", initializer);
  const [outputs = 1, inputs = 1] = weight.shape;
  if (initializer === "zeros") {
    weight.array.view.fill(0);
    return;
  }
  const variance = varianceOf(initializer, inputs, outputs);
  if (initializer.endsWith("Normal")) {
    stream.normalInto(weight.array, { std: Math.sqrt(variance) });
    return;
  }
  const high = Math.sqrt(3 * variance);
  stream.uniformInto(weight.array, { low: -high, high });
}

function varianceOf(initializer: Exclude<Initializer, "zeros">, inputs: number, outputs: number): number {
  if (initializer.startsWith("xavier")) return 2 / (inputs + outputs);
  return (initializer.startsWith("he") ? 2 : 1) / inputs;
}
