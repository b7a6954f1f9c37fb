import { checkNumber, RangeError, sgdStepInto, type WasmArray } from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";
import { Optimizer, type OptimizerOptions, type Slot, type Update } from "./optimizer.js";

export interface SgdOptions extends OptimizerOptions {
  /** How slowly the velocity forgets. Default: 0, and then nothing is kept. */
  momentum?: number | undefined;
  /** Looks a step ahead (Nesterov's momentum). Default: false */
  nesterov?: boolean | undefined;
}

/**
 * Stochastic gradient descent: g ← g + decay · p, the velocity b ← momentum · b + g, and p ← p − rate · b; with
 * `nesterov` p ← p − rate · (g + momentum · b). Without momentum p ← p − rate · g.
 *
 * Moments: "momentum_buffer", with momentum.
 *
 * Ref: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning"; PyTorch's form.
 */
export class Sgd extends Optimizer {
  readonly #settings: { momentum: number; nesterov: boolean };

  /** @throws RangeError */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: SgdOptions) {
    const { momentum = 0, nesterov = false, ...rest } = options;
    checkNumber("momentum", momentum, 0, 1);
    if (nesterov && momentum === 0) throw new RangeError("momentum", "more than 0 with nesterov", momentum);
    super(parameters, rest, momentum > 0 ? ["momentum_buffer"] : []);
    this.#settings = { momentum, nesterov };
  }

  protected override update({ parameter, moments }: Slot, grad: WasmArray<"f32">, update: Update): void {
    const { learningRate, weightDecay } = update;
    sgdStepInto(parameter.array, grad, moments[0], { learningRate, weightDecay, ...this.#settings });
  }
}
