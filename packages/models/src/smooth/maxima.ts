import type { SmoothMaxKind } from "@lanewise/core-wasm";
import { smoothMax, smoothMaxBackward } from "@lanewise/core-wasm/reference";
import { temperature } from "./elementwise.js";
import { smoothMax as onTape } from "./ops.js";
import type { RowToScalarSurrogate } from "./surrogate.js";

type Facts = Omit<
  RowToScalarSurrogate,
  "family" | "shape" | "parameters" | "value" | "gradient" | "apply"
> & {
  readonly id: SmoothMaxKind;
};

function maximum(facts: Facts, most: number = temperature.most): RowToScalarSurrogate {
  const kind = facts.id;
  const options = (
    x: ArrayLike<number>,
    temperature: number,
  ): { rows: number; cols: number; kind: SmoothMaxKind; temperature: number } => ({
    rows: 1,
    cols: x.length,
    kind,
    temperature,
  });
  return {
    ...facts,
    family: "max",
    shape: "rowToScalar",
    parameters: [{ ...temperature, default: Math.min(1, most / 4), most }],
    value: (x, s) => smoothMax(x, options(x, s.temperature))[0]!,
    gradient: (x, s) => smoothMaxBackward([1], x, options(x, s.temperature)),
    apply: (tape, x, { temperature }) => onTape(tape, x, kind, { temperature }),
  };
}

/** Smooth maxima of a row. */
export const maxSurrogates: readonly RowToScalarSurrogate[] = [
  maximum({
    id: "logSumExp",
    formula: "τ ln Σ e^(x/τ)",
    hard: "max x",
    error: "0 ≤ soft − hard ≤ τ ln n",
    limit: "max x, for all rows by the same bound",
    side: "above",
    monotone: true,
    source: "Su 2019, kexue.fm/archives/6620; max x + τ Gumbel noise has this mean, but for a constant",
    hardValue: greatestOf,
    bound: (x, s) => s.temperature * Math.log(x.length),
    worst: (n, s) => s.temperature * Math.log(n),
  }),
  maximum({
    id: "mellowmax",
    formula: "τ ln((1/n) Σ e^(x/τ))",
    hard: "max x",
    error: "0 ≤ hard − soft ≤ τ ln n",
    limit: "max x, for all rows by the same bound; the mean as τ → ∞",
    side: "below",
    monotone: true,
    source: "Asadi and Littman 2017, arXiv:1612.05628",
    hardValue: greatestOf,
    bound: (x, s) => s.temperature * Math.log(x.length),
    worst: (n, s) => s.temperature * Math.log(n),
  }),
  maximum({
    id: "boltzmann",
    formula: "Σ x e^(x/τ) / Σ e^(x/τ)",
    hard: "max x",
    error: "0 ≤ hard − soft ≤ τ W((n − 1)/e) ≤ τ ln n, W Lambert's function",
    limit: "max x, for all rows by the same bound; the mean as τ → ∞",
    side: "below",
    monotone: false,
    source: "the bound is met where all others are τ (1 + W) below the greatest",
    hardValue: greatestOf,
    bound: (x, s) => s.temperature * lambertW((x.length - 1) / Math.E),
    worst: (n, s) => s.temperature * lambertW((n - 1) / Math.E),
  }),
  maximum(
    {
      id: "pNorm",
      formula: "(Σ |x|^p)^(1/p), p = 1/τ",
      hard: "max |x|",
      error: "0 ≤ soft − hard ≤ (n^τ − 1) max |x|",
      limit: "max |x|, by a bound that grows with it",
      side: "above",
      monotone: true,
      source: "Su 2019, kexue.fm/archives/6620",
      hardValue: (x) => greatestOf(Array.from(x, Math.abs)),
      bound: (x, s) => (x.length ** s.temperature - 1) * greatestOf(Array.from(x, Math.abs)),
      worst: undefined,
    },
    1,
  ),
];

function greatestOf(x: ArrayLike<number>): number {
  let greatest = -Infinity;
  for (let i = 0; i < x.length; i++) greatest = Math.max(greatest, x[i]!);
  return greatest;
}

/** w with w e^w = x, for x ≥ 0: Newton's steps on w + ln w = ln x. */
function lambertW(x: number): number {
  if (x === 0) return 0;
  let w = Math.log1p(x);
  for (let step = 0; step < 20; step++) w -= (w * (w + Math.log(w) - Math.log(x))) / (w + 1);
  return w;
}
