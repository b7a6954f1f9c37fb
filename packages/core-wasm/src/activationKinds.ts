import { checkFloat, checkNumber } from "./runtime/checks.js";
import { RangeError } from "./runtime/errors.js";

/** All of them, in the order of `Kind` in assembly/kernels/activations.ts. */
export const activationKinds = [
  "exp",
  "log",
  "tanh",
  "sigmoid",
  "erf",
  "relu",
  "leakyRelu",
  "elu",
  "geluErf",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "logSigmoid",
  "softsign",
  "square",
  "sqrt",
  "abs",
  "sau",
  "smoothAbs",
  "smoothSign",
  "smoothStep",
] as const;

/** The functions of one number that `activationInto` applies. */
export type ActivationKind = (typeof activationKinds)[number];

/** The parameter where none is given. */
export function defaultAlpha(kind: ActivationKind): number {
  if (kind === "sau") return 0;
  return kind === "leakyRelu" ? 0.01 : 1;
}

/** The least and the greatest normal float32. */
const [least, greatest] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127];

/** @throws RangeError unless it is a number, and one above 0 (in float32) for those kinds that divide by it */
export function checkAlpha(kind: ActivationKind, alpha: number): void {
  if (kind === "smoothAbs" || kind === "smoothSign" || kind === "smoothStep") {
    checkNumber("alpha", alpha, least, greatest);
  } else checkFloat("alpha", alpha);
}

/** The number by which the kernels know it. @throws RangeError for a `kind` that is none */
export function kindCode(kind: ActivationKind, name = "kind"): number {
  const code = activationKinds.indexOf(kind);
  if (code < 0) throw new RangeError(name, `one of ${activationKinds.join(", ")}`, kind);
  return code;
}
