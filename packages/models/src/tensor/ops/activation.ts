import { activationBackwardInto, activationInto, type ActivationKind } from "@lanewise/core-wasm";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

/**
 * A function of one number applied to each element; its gradient is worked out from the input. The functions, their
 * accuracy and what they do at infinities and NaN: see core-wasm's `activationInto`.
 *
 * @param alpha of `leakyRelu`, `elu`, `sau`, `smoothAbs`, `smoothSign` and `smoothStep`
 */
export function activation(
  tape: Tape,
  x: Tensor,
  kind: ActivationKind,
  { alpha }: { alpha?: number | undefined } = {},
): Tensor {
  const options = alpha === undefined ? { kind } : { kind, alpha };
  const out = tape.empty(x.shape);
  activationInto(out.array, x.array, options);
  tape.record(out, [x], (dy) => activationBackwardInto(tape.gradOf(x)!, dy, x.array, options));
  return out;
}

/** eˣ. */
export function exp(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "exp");
}

/** ln x. */
export function log(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "log");
}

/** tanh x. */
export function tanh(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "tanh");
}

/** σ(x) = 1 / (1 + e⁻ˣ). */
export function sigmoid(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "sigmoid");
}

/** ln σ(x), exact for large |x|. */
export function logSigmoid(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "logSigmoid");
}

/** The error function. */
export function erf(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "erf");
}

/** max(x, 0), with the gradient 0 at 0. */
export function relu(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "relu");
}

/** x for x > 0, else alpha · x. @param alpha Default: 0.01 */
export function leakyRelu(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "leakyRelu", options);
}

/** x for x > 0, else alpha · (eˣ − 1). @param alpha Default: 1 */
export function elu(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "elu", options);
}

/** x · Φ(x), with the normal distribution function by erf. Ref: Hendrycks and Gimpel 2016, arXiv:1606.08415. */
export function geluErf(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "geluErf");
}

/** GELU by tanh, as Google's BERT and GPT-2 have it: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
export function geluTanh(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "geluTanh");
}

/** x · σ(x). */
export function silu(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "silu");
}

/** x · tanh(softplus x). */
export function mish(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "mish");
}

/** ln(1 + eˣ). */
export function softplus(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "softplus");
}

/** x / (1 + |x|). */
export function softsign(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "softsign");
}

/** x². */
export function square(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "square");
}

/** √x. */
export function sqrt(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "sqrt");
}

/** |x|, with the gradient 0 at 0. */
export function abs(tape: Tape, x: Tensor): Tensor {
  return activation(tape, x, "abs");
}

/**
 * alpha · x + (1 − alpha) (x Φ(x) + φ(x)): ReLU, or leaky ReLU, averaged over standard normal noise. Ref: Biswas et al. 2021,
 * arXiv:2109.13210.
 *
 * @param alpha the slope far below 0. Default: 0
 */
export function sau(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "sau", options);
}

/** √(x² + alpha²). @param alpha Default: 1 */
export function smoothAbs(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "smoothAbs", options);
}

/** x / √(x² + alpha²). @param alpha Default: 1 */
export function smoothSign(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "smoothSign", options);
}

/** σ(x / alpha). @param alpha Default: 1 */
export function smoothStep(tape: Tape, x: Tensor, options?: { alpha?: number | undefined }): Tensor {
  return activation(tape, x, "smoothStep", options);
}
