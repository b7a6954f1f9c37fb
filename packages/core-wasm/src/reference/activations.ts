import type { ActivationKind } from "../kernels/activations.js";

/** A function of one number, with its derivative. Both take the parameter `alpha`, which most ignore. */
interface Activation {
  value: (x: number, alpha: number) => number;
  derivative: (x: number, alpha: number) => number;
}

/** The functions, so written that each keeps its relative accuracy where its textbook form cancels. */
const activations: { readonly [K in ActivationKind]: Activation } = {
  exp: { value: Math.exp, derivative: Math.exp },
  log: { value: Math.log, derivative: (x) => 1 / x },
  tanh: { value: Math.tanh, derivative: (x) => 4 * sigmoid(2 * x) * sigmoid(-2 * x) },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x) },
  erf: { value: erf, derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) },
  relu: { value: (x) => (x < 0 ? 0 : x), derivative: (x) => (x <= 0 ? 0 : 1) },
  leakyRelu: { value: (x, alpha) => (x < 0 ? alpha * x : x), derivative: (x, alpha) => (x <= 0 ? alpha : 1) },
  elu: {
    value: (x, alpha) => (x < 0 ? alpha * Math.expm1(x) : x),
    derivative: (x, alpha) => (x <= 0 ? alpha * Math.exp(x) : 1),
  },
  geluErf: {
    value: (x) => timesLimit(x, normalCdf(x)),
    derivative: (x) => normalCdf(x) + timesLimit(x, Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)),
  },
  geluTanh: {
    value: (x) => timesLimit(x, sigmoid(geluTanhInner(x))),
    derivative(x) {
      const s = sigmoid(geluTanhInner(x));
      const rest = s * sigmoid(-geluTanhInner(x));
      return s + timesLimit(x, timesLimit(2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x), rest));
    },
  },
  silu: {
    value: (x) => timesLimit(x, sigmoid(x)),
    derivative: (x) => sigmoid(x) + timesLimit(x, sigmoid(x) * sigmoid(-x)),
  },
  mish: {
    value: (x) => timesLimit(x, tanhOfSoftplus(x)),
    derivative(x) {
      const e = Math.exp(-Math.abs(x));
      // 1 / cosh²(softplus x) · sigmoid x, numerator and denominator divided by e^4x where x > 0.
      const slope =
        x > 0
          ? (4 * e * e * (1 + e)) / (1 + 2 * e + 2 * e * e) ** 2
          : (4 * e * (1 + e)) / (e * (e + 2) + 2) ** 2;
      return tanhOfSoftplus(x) + timesLimit(x, slope);
    },
  },
  softplus: { value: softplus, derivative: sigmoid },
  logSigmoid: { value: (x) => -softplus(-x), derivative: (x) => sigmoid(-x) },
  softsign: {
    value: (x) => (Math.abs(x) === Infinity ? Math.sign(x) : x / (1 + Math.abs(x))),
    derivative: (x) => 1 / (1 + Math.abs(x)) ** 2,
  },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  sqrt: { value: Math.sqrt, derivative: (x) => 0.5 / Math.sqrt(x) },
  abs: { value: Math.abs, derivative: Math.sign },
  sau: {
    value: (x, alpha) => timesLimit(x, alpha) + (1 - alpha) * meanOfRelu(x),
    derivative: (x, alpha) => alpha + (1 - alpha) * normalCdf(x),
  },
  smoothAbs: { value: (x, alpha) => Math.hypot(x, alpha), derivative: smoothSign },
  smoothSign: {
    value: smoothSign,
    derivative: (x, alpha) => (alpha / Math.hypot(x, alpha)) ** 2 / Math.hypot(x, alpha),
  },
  smoothStep: {
    value: (x, alpha) => sigmoid(x / alpha),
    derivative: (x, alpha) => (sigmoid(x / alpha) * sigmoid(-x / alpha)) / alpha,
  },
};

/** The parameter of the kinds that have one, as in PyTorch. */
export function defaultAlpha(kind: ActivationKind): number {
  if (kind === "sau") return 0;
  return kind === "leakyRelu" ? 0.01 : 1;
}

/** f(x) for every element. */
export function activation(
  x: ArrayLike<number>,
  { kind, alpha = defaultAlpha(kind) }: { kind: ActivationKind; alpha?: number },
): Float64Array {
  const { value } = activations[kind];
  return Float64Array.from(x, (x) => value(x, alpha));
}

/** dy · f′(x) for every element: what `activationBackwardInto` adds to dx. */
export function activationBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { kind, alpha = defaultAlpha(kind) }: { kind: ActivationKind; alpha?: number },
): Float64Array {
  const { derivative } = activations[kind];
  return Float64Array.from(x, (x, i) => dy[i]! * derivative(x, alpha));
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  const z = Math.exp(-Math.abs(x));
  return x < 0 ? z / (1 + z) : 1 / (1 + z);
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 2 / √π · ∫₀ˣ e^−t² dt. Relative error about 1e-15. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 2.5) return Math.sign(x) * (1 - erfc(a));
  // 2x / √π · e^−x² · Σ (2x²)^k / (1 · 3 · … · (2k + 1)): all terms of one sign.
  let [term, sum] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf(x), accurate in the upper tail: relative error below 1e-12. */
export function erfc(x: number): number {
  if (!(x > 2.5)) return 1 - erf(x);
  // e^−x² / √π · 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / …))), from the inside out.
  let fraction = x;
  for (let k = 80; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** Φ(x), the distribution function of the standard normal. */
export function normalCdf(x: number): number {
  return x < 0 ? erfc(-x / Math.SQRT2) / 2 : 1 - erfc(x / Math.SQRT2) / 2;
}

/**
 * E max(x + N, 0) with N standard normal: x Φ(x) + φ(x). Below −5, where both cancel, φ(x) (1 − |x| m) with Mills' ratio m as a
 * continued fraction: 1 − |x| m = (1/a) / (x + 1/a) where m = 1 / (x + 1/a), a = x + 2 / (x + 3 / …).
 */
function meanOfRelu(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (!(x < -5)) return timesLimit(x, normalCdf(x)) + density;
  if (density === 0) return 0;
  let a = -x;
  for (let k = 80; k > 1; k--) a = -x + k / a;
  return (density * (1 / a)) / (-x + 1 / a);
}

function smoothSign(x: number, alpha: number): number {
  return Math.abs(x) === Infinity ? Math.sign(x) : x / Math.hypot(x, alpha);
}

/** tanh(log(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2). */
function tanhOfSoftplus(x: number): number {
  const e = Math.exp(Math.min(x, 30));
  const n = e * (e + 2);
  return n / (n + 2);
}

/** The tanh form of GELU is x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³): here 2u. */
function geluTanhInner(x: number): number {
  return 2 * Math.sqrt(2 / Math.PI) * x * (1 + 0.044715 * x * x);
}

/** x · weight for a weight that vanishes faster than x grows: 0 where the product would be ∞ · 0. */
function timesLimit(x: number, weight: number): number {
  return weight === 0 ? 0 : x * weight;
}
