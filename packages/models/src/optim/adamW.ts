import {
  type AdamWOptions,
  adamWStepInto,
  checkNumber,
  RangeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";
import { Optimizer, type OptimizerOptions, type Slot, type Update } from "./optimizer.js";

export interface AdamOptions extends Omit<OptimizerOptions, "learningRate"> {
  /** Default: 1e-3 */
  learningRate?: number | undefined;
  /** How slowly the mean of the gradients forgets. Default: 0.9 */
  beta1?: number | undefined;
  /** How slowly the mean of their squares forgets. Default: 0.999 */
  beta2?: number | undefined;
  /** Added to the root of the mean square. Default: 1e-8 */
  epsilon?: number | undefined;
  /** The weight decay apart from the gradient: see `AdamW`, which is this. Default: false */
  decoupled?: boolean | undefined;
  /** Makes up for the means' starting at 0. Default: true; false, with epsilon 1e-6, is what BERT was trained with. */
  biasCorrection?: boolean | undefined;
}

/**
 * Adam, with the weight decay as a penalty on the loss (L2): g ← g + decay · p, and then, with m and v the moving means
 * of g and g² and both corrected for starting at 0, p ← p − rate · m̂ / (√v̂ + ε).
 *
 * Moments: "exp_avg", "exp_avg_sq". Default decay: 0.
 *
 * Ref: Kingma and Ba 2014, arXiv:1412.6980.
 */
export class Adam extends Optimizer {
  readonly #settings: Pick<AdamWOptions, "beta1" | "beta2" | "eps" | "decoupled" | "biasCorrection">;

  /** @throws RangeError */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: AdamOptions = {}) {
    const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...others } = options;
    const { decoupled = false, biasCorrection = true, ...rest } = others;
    for (const [name, beta] of Object.entries({ beta1, beta2 })) {
      if (!(beta >= 0 && beta < 1)) throw new RangeError(name, "0 ≤ β < 1", beta);
    }
    checkNumber("epsilon", epsilon, 0);
    super(parameters, { learningRate, ...rest }, ["exp_avg", "exp_avg_sq"]);
    this.#settings = { beta1, beta2, eps: epsilon, decoupled, biasCorrection };
  }

  protected override update({ parameter, moments }: Slot, grad: WasmArray<"f32">, update: Update): void {
    const [m, v] = moments;
    adamWStepInto(parameter.array, grad, m!, v!, { ...update, ...this.#settings });
  }
}

/**
 * Adam with the weight decay apart from the gradient: p ← (1 − rate · decay) · p before the step. Default decay: 0.01.
 *
 * Moments: "exp_avg", "exp_avg_sq".
 *
 * Ref: Loshchilov and Hutter 2017, arXiv:1711.05101.
 */
export class AdamW extends Adam {
  /** @throws RangeError */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: Omit<AdamOptions, "decoupled"> = {}) {
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01, decoupled: true });
  }
}
