import type { ActivationKind } from "@lanewise/core-wasm";
import { activation, activationBackward } from "@lanewise/core-wasm/reference";
import { activation as onTape, add, mul, scale } from "../tensor/index.js";
import type { ElementwiseSurrogate, SurrogateParameter, SurrogateSettings } from "./surrogate.js";

/** τ, as most surrogates have it. */
export const temperature: SurrogateParameter = { name: "temperature", default: 1, least: 1e-3, most: 10 };

type Facts = Omit<
  ElementwiseSurrogate,
  "shape" | "parameters" | "value" | "gradient" | "bound" | "worst" | "apply"
> & {
  readonly parameters?: readonly SurrogateParameter[];
};

/** What makes a surrogate of one of core-wasm's activations, f. */
interface Form {
  readonly kind: ActivationKind;
  /** The activation's own parameter. */
  readonly alpha?: (settings: SurrogateSettings) => number;
  /** At u = |x|/τ, |f − hard| is at most this, at most `worst`. */
  readonly tail: (u: number, settings: SurrogateSettings) => number;
  readonly worst: (settings: SurrogateSettings) => number;
}

/**
 * τ f(x/τ), for a hard function that is homogeneous, as max(x, 0) and |x| are: the error is τ times that for τ = 1.
 *
 * @param halfOfSum f(u) is half of u + √(u² + 1)
 */
export function homogeneous(
  facts: Facts,
  { kind, alpha, tail, worst }: Form,
  { halfOfSum = false }: { halfOfSum?: boolean } = {},
): ElementwiseSurrogate {
  const of = (settings: SurrogateSettings): { kind: ActivationKind; alpha?: number } =>
    alpha ? { kind, alpha: alpha(settings) } : { kind };
  return {
    ...facts,
    shape: "elementwise",
    parameters: facts.parameters ?? [temperature],
    value(x, s) {
      const y = s.temperature * activation([x / s.temperature], of(s))[0]!;
      if (!halfOfSum) return y;
      // x + y without its cancellation: (y − x)(y + x) = τ².
      return (x < 0 ? s.temperature ** 2 / (y - x) : x + y) / 2;
    },
    gradient(x, s) {
      const slope = activationBackward([1], [x / s.temperature], of(s))[0]!;
      return halfOfSum ? (1 + slope) / 2 : slope;
    },
    bound: (x, s) => s.temperature * Math.min(worst(s), tail(Math.abs(x) / s.temperature, s)),
    worst: (s) => s.temperature * worst(s),
    apply: (tape, x, s) => {
      const y = onTape(tape, scale(tape, x, 1 / s.temperature), kind, { alpha: of(s).alpha });
      if (halfOfSum) return scale(tape, add(tape, x, scale(tape, y, s.temperature)), 0.5);
      return scale(tape, y, s.temperature);
    },
  };
}

/** shift + scaleBy · f(stretch · x/τ): a sign as it is, or a step from what goes from −1 to 1 (both ½). */
export function rising(
  facts: Facts,
  { kind, tail, worst }: Form,
  { stretch = 1, scaleBy = 1, shift = 0 }: { stretch?: number; scaleBy?: number; shift?: number } = {},
): ElementwiseSurrogate {
  const at = (x: number, { temperature }: SurrogateSettings): number => (stretch * x) / temperature;
  return {
    ...facts,
    shape: "elementwise",
    parameters: facts.parameters ?? [temperature],
    value: (x, s) => shift + scaleBy * activation([at(x, s)], { kind })[0]!,
    gradient: (x, s) =>
      ((scaleBy * stretch) / s.temperature) * activationBackward([1], [at(x, s)], { kind })[0]!,
    bound: (x, s) => Math.min(worst(s), tail(Math.abs(x) / s.temperature, s)),
    worst,
    apply(tape, x, s) {
      const y = onTape(tape, scale(tape, x, stretch / s.temperature), kind);
      return scaleBy === 1 && shift === 0 ? y : add(tape, scale(tape, y, scaleBy), shift);
    },
  };
}

/** x g(x/τ), g a smooth sign: |x| from below. */
export function timesSign(facts: Facts, { kind, tail, worst }: Form): ElementwiseSurrogate {
  return {
    ...facts,
    shape: "elementwise",
    parameters: facts.parameters ?? [temperature],
    value: (x, s) => x * activation([x / s.temperature], { kind })[0]!,
    gradient(x, s) {
      const u = x / s.temperature;
      return activation([u], { kind })[0]! + activationBackward([u], [u], { kind })[0]!;
    },
    bound: (x, s) => s.temperature * Math.min(worst(s), tail(Math.abs(x) / s.temperature, s)),
    worst: (s) => s.temperature * worst(s),
    apply: (tape, x, s) => mul(tape, x, onTape(tape, scale(tape, x, 1 / s.temperature), kind)),
  };
}
