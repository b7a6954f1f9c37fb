import type { Parameter } from "../tensor/index.js";

/** Something with parameters: a layer, or a model made of layers. */
export interface Module {
  /** The parameters by name, as PyTorch's `state_dict` has them: "weight", "rnn.weight_ih_l0". */
  parameters(): Map<string, Parameter>;
}

/** The parameters of several modules under one roof: `{ head }` gives "head.weight", "head.bias". */
export function collectParameters(modules: Readonly<Record<string, Module>>): Map<string, Parameter> {
  const all = new Map<string, Parameter>();
  for (const [prefix, module] of Object.entries(modules)) {
    for (const [name, parameter] of module.parameters()) all.set(`${prefix}.${name}`, parameter);
  }
  return all;
}

/** Gives back the memory of parameters, once a model is done. Again is no harm. */
export function disposeParameters(parameters: ReadonlyMap<string, Parameter>): void {
  for (const parameter of parameters.values()) parameter.dispose();
}
