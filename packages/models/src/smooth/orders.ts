import { softRank, softRankBackward, softSort, softSortBackward } from "@lanewise/core-wasm/reference";
import { temperature } from "./elementwise.js";
import { softRank as softRankOnTape, softSort as softSortOnTape } from "./ops.js";
import type { RowToRowSurrogate, SurrogateSettings } from "./surrogate.js";

const source = "Blondel, Teboul, Berthet and Djolonga 2020, arXiv:2002.08871";
const shared = { family: "order", shape: "rowToRow", side: "twoSided", monotone: true, source } as const;

/** Smooth sorting and ranks: projections onto permutahedra, which reach the hard ones at a τ above 0. */
export const orderSurrogates: readonly RowToRowSurrogate[] = [
  {
    ...shared,
    id: "softSort",
    formula: "the nearest to ρ/τ of all mixtures of x's permutations, ρ = (1, …, n)",
    hard: "x sorted, ascending",
    parameters: [{ ...temperature, most: 1e3 }],
    error: "|soft − hard| ≤ (n − 1)/2 · [Γ − 1/τ]₊, Γ the greatest gap between neighbours of the sorted row",
    limit: "the sorted row exactly, once τ ≤ 1/Γ; the mean as τ → ∞",
    value: (x, s) => softSort(x, row(x, s)),
    gradient: (x, dy, s) => softSortBackward(dy, x, row(x, s)),
    hardValue: sorted,
    bound: (x, s) => ((x.length - 1) / 2) * Math.max(0, greatestGap(x) - 1 / s.temperature),
    worst: undefined,
    apply: (tape, x, { temperature }) => softSortOnTape(tape, x, { temperature }),
  },
  {
    ...shared,
    id: "softRank",
    formula: "the nearest to x/τ of all mixtures of permutations of (1, …, n)",
    hard: "ranks from 1 for the least, ties their mean",
    parameters: [{ ...temperature, most: 1e5 }],
    error: "|soft − hard| ≤ (n − 1)/2 · [1 − γ/τ]₊, γ the least gap between neighbours of the sorted row",
    limit: "the ranks exactly, once τ ≤ γ; all (n + 1)/2 as τ → ∞",
    value: (x, s) => softRank(x, row(x, s)),
    gradient: (x, dy, s) => softRankBackward(dy, x, row(x, s)),
    hardValue: meanRanks,
    bound: (x, s) => ((x.length - 1) / 2) * Math.max(0, 1 - leastGap(x) / s.temperature),
    worst: (n) => (n - 1) / 2,
    apply: (tape, x, { temperature }) => softRankOnTape(tape, x, { temperature }),
  },
];

function row(
  x: ArrayLike<number>,
  { temperature }: SurrogateSettings,
): { rows: number; cols: number; temperature: number } {
  return { rows: 1, cols: x.length, temperature };
}

function sorted(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x).sort();
}

function meanRanks(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => {
    let [below, equal] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      if (x[i]! < value) below++;
      else if (x[i] === value) equal++;
    }
    return below + (equal + 1) / 2;
  });
}

function greatestGap(x: ArrayLike<number>): number {
  return gaps(x).reduce((a, b) => Math.max(a, b), 0);
}

function leastGap(x: ArrayLike<number>): number {
  return gaps(x).reduce((a, b) => Math.min(a, b), Infinity);
}

function gaps(x: ArrayLike<number>): Float64Array {
  const values = sorted(x);
  return Float64Array.from({ length: Math.max(0, values.length - 1) }, (_, i) => values[i + 1]! - values[i]!);
}
