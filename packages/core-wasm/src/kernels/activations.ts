import { type ActivationKind, checkAlpha, defaultAlpha, kindCode } from "../activationKinds.js";
import { checkArray, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

export type { ActivationKind };

/** How an activation is applied. */
export interface ActivationOptions extends KernelOptions {
  /**
   * | kind | f(x) |
   * |---|---|
   * | `exp`, `log`, `tanh`, `erf`, `square`, `sqrt`, `abs` | as named |
   * | `sigmoid` | σ(x) = 1 / (1 + e^−x) |
   * | `relu` | max(x, 0) |
   * | `leakyRelu` | x, or alpha · x below 0 |
   * | `elu` | x, or alpha · (e^x − 1) below 0 |
   * | `geluErf` | x · Φ(x), Φ(x) = (1 + erf(x / √2)) / 2: GELU as in most weight files |
   * | `geluTanh` | x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2: GELU as in BERT's and GPT-2's own code |
   * | `silu` | x · σ(x) |
   * | `mish` | x · tanh(log(1 + e^x)) |
   * | `softplus` | log(1 + e^x) |
   * | `logSigmoid` | log σ(x) |
   * | `softsign` | x / (1 + \|x\|) |
   * | `sau` | alpha · x + (1 − alpha) (x · Φ(x) + φ(x)): ReLU, or leaky ReLU, averaged over normal noise |
   * | `smoothAbs`, `smoothSign` | √(x² + alpha²), and its derivative x / √(x² + alpha²); alpha > 0 |
   * | `smoothStep` | σ(x / alpha); alpha > 0 |
   */
  kind: ActivationKind;
  /** The parameter of `leakyRelu` (default 0.01), `elu` (1), `sau` (0), `smoothAbs`, `smoothSign` and `smoothStep` (1). */
  alpha?: number;
}

/** What the named forms of the activations with a parameter take. */
export interface AlphaOptions extends KernelOptions {
  alpha?: number;
}

/**
 * out[i] = f(x[i]), with f named by `kind`.
 *
 * `out`, `x`: f32 of one length; `out` may be `x`. An element's value depends on its x alone, not on where it
 * stands. Forms that would cancel or overflow are avoided: `softplus` and `logSigmoid` go through log(1 + e^−|x|),
 * the GELUs keep the relative accuracy of their lower tails. NaN gives NaN; ±∞ give the limits (0 for `silu`,
 * `mish` and the GELUs at −∞).
 *
 * Tests hold it to 4e-7 relative, and `geluTanh` to 2e-5: below x = −4 its tail is that sensitive to x³. Add 1.4e-43
 * absolute for what is made of denormals, as `silu` below −87.
 *
 * @throws DTypeError, ShapeError; RangeError for a `kind` that is none, or an `alpha` that it does not take
 */
export function activationInto(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { kind, alpha = defaultAlpha(kind), runtime }: ActivationOptions,
): void {
  const code = kindCode(kind);
  checkAlpha(kind, alpha);
  checkArray("out", out, "f32", out.length);
  checkArray("x", x, "f32", out.length, "the length of out");
  runtimeFor(runtime, out, x).callByRows(
    { count: x.length, unit: 16, nanoseconds: 1.5 * x.length, output: [out], input: [x] },
    (wasm, { output: [out], input: [x] }, n) => wasm.activation(code, out, x, n, alpha),
  );
}

/** The same into a new array. */
export function activation(x: KernelArray<"f32">, options: ActivationOptions): Float32Array<ArrayBuffer> {
  const out = newArray(Float32Array, x.length);
  activationInto(out, x, { ...options, runtime: runtimeFor(options.runtime, x) });
  return out;
}

/**
 * dx[i] += dy[i] · f′(x[i]): the gradient with respect to the input, added to `dx`.
 *
 * `dx`, `dy`, `x`: f32 of one length; `x` is what the activation was given. Where f has a kink, f′(0) is the slope
 * from the left (`relu`, `leakyRelu`, `elu`) or 0 (`abs`). Derivatives that vanish keep their relative accuracy:
 * 1 − tanh² and σ (1 − σ) are never formed by a subtraction.
 *
 * Tests hold it to 1e-6 relative, and `geluTanh` to 2e-5. Add 6e-7 · |dy| absolute for `silu`, `mish` and the GELUs, whose
 * derivatives go through 0, and 1.4e-43 for the others.
 *
 * @throws DTypeError, ShapeError; RangeError for a `kind` that is none, or an `alpha` that it does not take
 */
export function activationBackwardInto(
  dx: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { kind, alpha = defaultAlpha(kind), runtime }: ActivationOptions,
): void {
  const code = kindCode(kind);
  checkAlpha(kind, alpha);
  checkArray("dx", dx, "f32", dx.length);
  checkArray("dy", dy, "f32", dx.length, "the length of dx");
  checkArray("x", x, "f32", dx.length, "the length of dx");
  runtimeFor(runtime, dx, dy, x).callByRows(
    { count: x.length, unit: 16, nanoseconds: 2 * x.length, inout: [dx], input: [dy, x] },
    (wasm, { inout: [dx], input: [dy, x] }, n) => wasm.activationBackward(code, dx, dy, x, n, alpha),
  );
}

/** e^x. Error ≤ 1.03 ulp. */
export function exp(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "exp" });
}

/** The natural logarithm; −∞ at 0, NaN below. Error ≤ 0.85 ulp. */
export function log(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "log" });
}

/** The hyperbolic tangent. Error ≤ 1.34 ulp. */
export function tanh(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "tanh" });
}

/** 1 / (1 + e^−x). Error ≤ 2.41 ulp. */
export function sigmoid(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "sigmoid" });
}

/** The error function 2 / √π · ∫₀ˣ e^−t² dt. Error ≤ 1.32 ulp. */
export function erf(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "erf" });
}

/** max(x, 0). */
export function relu(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "relu" });
}

/** x, or alpha · x below 0; alpha is 0.01 by default. */
export function leakyRelu(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "leakyRelu" });
}

/** x, or alpha · (e^x − 1) below 0; alpha is 1 by default. */
export function elu(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "elu" });
}

/** x · Φ(x): GELU in its exact form. */
export function geluErf(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "geluErf" });
}

/** GELU in its tanh form, which differs from the exact one by up to 4.8e-4. */
export function geluTanh(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "geluTanh" });
}

/** x · σ(x), also named swish. */
export function silu(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "silu" });
}

/** x · tanh(log(1 + e^x)). */
export function mish(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "mish" });
}

/** log(1 + e^x). */
export function softplus(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "softplus" });
}

/** log σ(x) = −softplus(−x). */
export function logSigmoid(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "logSigmoid" });
}

/** x / (1 + |x|). */
export function softsign(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "softsign" });
}

/** x². */
export function square(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "square" });
}

/** √x, correctly rounded; NaN below 0. */
export function sqrt(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "sqrt" });
}

/** |x|. */
export function abs(x: KernelArray<"f32">, options?: KernelOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "abs" });
}

/**
 * The smooth activation unit, alpha · x + (1 − alpha) (x Φ(x) + φ(x)); alpha, the slope far below 0, is 0 by default: the mean of
 * max(x + N, 0) over a standard normal N. Ref: Biswas et al. 2021, arXiv:2109.13210.
 */
export function sau(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "sau" });
}

/** √(x² + alpha²): |x| from above, by alpha at most; alpha is 1 by default. */
export function smoothAbs(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "smoothAbs" });
}

/** x / √(x² + alpha²): the sign of x as alpha, 1 by default, goes to 0. */
export function smoothSign(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "smoothSign" });
}

/** σ(x / alpha): the step as alpha, 1 by default, goes to 0; ½ at 0. */
export function smoothStep(x: KernelArray<"f32">, options?: AlphaOptions): Float32Array<ArrayBuffer> {
  return activation(x, { ...options, kind: "smoothStep" });
}
