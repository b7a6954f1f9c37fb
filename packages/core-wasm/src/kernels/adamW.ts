import { checkArray, checkInteger, checkNumber, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";

export interface AdamWOptions extends KernelOptions {
  /** Which step this is, t = 1 for the first. Only bias correction asks for it. */
  step: number;
  learningRate: number;
  /** Default: 0.9. */
  beta1?: number | undefined;
  /** Default: 0.999. */
  beta2?: number | undefined;
  /** Added to the root, not under it. Default: 1e-8. */
  eps?: number | undefined;
  /** Default: 0. */
  weightDecay?: number | undefined;
  /** True (the default): AdamW, decay apart from the gradient. False: Adam, decay added to the gradient (L2). */
  decoupled?: boolean | undefined;
  /** Default: true. False, with eps 1e-6, is the optimiser that BERT was trained with. */
  biasCorrection?: boolean | undefined;
}

/**
 * One step of AdamW (or Adam), in place, as PyTorch does it:
 *
 *     p ← p − η λ p                 decoupled; else g ← g + λ p
 *     m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
 *     p ← p − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * with learning rate η and weight decay λ. The caller keeps m and v, zeros before the first step. Scalars are worked
 * out in float64; βᵗ by repeated squaring, so that every engine gets the same bits.
 *
 * param, grad, m, v: f32[n], four different arrays; grad is left as it is. The gradient is not looked at: a NaN in
 * it is a NaN in the parameters (`clipGradNorm` reports one).
 *
 * A step is held to 1e-6 |p| + 3e-6 against the float64 reference, and to PyTorch's traces.
 *
 * Ref: Kingma and Ba 2015, arXiv:1412.6980; Loshchilov and Hutter 2019, arXiv:1711.05101.
 *
 * @throws RangeError, ShapeError, DTypeError
 */
export function adamWStepInto(
  param: KernelArray<"f32">,
  grad: KernelArray<"f32">,
  m: KernelArray<"f32">,
  v: KernelArray<"f32">,
  options: AdamWOptions,
): void {
  const { step, learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 } = options;
  const { decoupled = true, biasCorrection = true, runtime } = options;
  checkInteger("step", step, 1, Number.MAX_SAFE_INTEGER);
  checkNumber("learningRate", learningRate, 0);
  for (const [name, beta] of [["beta1", beta1] as const, ["beta2", beta2] as const]) {
    if (!(beta >= 0 && beta < 1)) throw new RangeError(name, "0 ≤ β < 1", beta);
  }
  checkNumber("eps", eps, 0);
  checkNumber("weightDecay", weightDecay, 0);
  const n = param.length;
  checkArray("param", param, "f32", n);
  checkArray("grad", grad, "f32", n, "as many as param");
  checkArray("m", m, "f32", n, "as many as param");
  checkArray("v", v, "f32", n, "as many as param");
  const rate = biasCorrection ? learningRate / (1 - integerPower(beta1, step)) : learningRate;
  const spread = biasCorrection ? 1 / Math.sqrt(1 - integerPower(beta2, step)) : 1;
  const keep = decoupled ? 1 - learningRate * weightDecay : 1;
  const l2 = decoupled ? 0 : weightDecay;
  runtimeFor(runtime, param, grad, m, v).call((_, frame) => {
    const [p, g, mPtr, vPtr] = [frame.inout(param), frame.input(grad), frame.inout(m), frame.inout(v)];
    frame.split(n, { unit: 16, nanoseconds: 0.5 * n }, (wasm, from, count) => {
      const at = 4 * from;
      wasm.adamW(
        p + at,
        g + at,
        mPtr + at,
        vPtr + at,
        count,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        rate,
        spread,
        eps,
        keep,
        l2,
      );
    });
  });
}

/** base^exponent for a whole exponent ≥ 0, by squaring: multiplications only, unlike an engine's own power. */
function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let [square, rest] = [base, exponent]; rest > 0; square *= square, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
  }
  return power;
}
