import { entmax, entmaxBackward, softTopK, softTopKBackward } from "@lanewise/core-wasm/reference";
import { temperature } from "./elementwise.js";
import { entmax as entmaxOnTape, softArgmax, softTopK as softTopKOnTape } from "./ops.js";
import type { RowToRowSurrogate, RowToScalarSurrogate, SurrogateSettings } from "./surrogate.js";

const martins = "Martins and Astudillo 2016, arXiv:1602.02068";
const peters = "Peters, Niculae and Martins 2019, arXiv:1905.05702";

type OneHotFacts = Pick<
  RowToRowSurrogate,
  "id" | "formula" | "error" | "limit" | "source" | "bound" | "worst"
>;

/** An α-entmax: α = 1 softmax, 2 sparsemax. */
function oneHot(facts: OneHotFacts, alphaOf: (settings: SurrogateSettings) => number): RowToRowSurrogate {
  const options = (
    x: ArrayLike<number>,
    s: SurrogateSettings,
  ): { rows: number; cols: number; alpha: number; temperature: number } => ({
    rows: 1,
    cols: x.length,
    alpha: alphaOf(s),
    temperature: s.temperature,
  });
  return {
    ...facts,
    family: "argmax",
    shape: "rowToRow",
    hard: "1 at the (first) greatest, else 0",
    side: "twoSided",
    monotone: true,
    parameters:
      facts.id === "entmax"
        ? [temperature, { name: "alpha", default: 1.5, least: 1.01, most: 2 }]
        : [temperature],
    value: (x, s) => entmax(x, options(x, s)),
    gradient: (x, dy, s) => entmaxBackward(dy, entmax(x, options(x, s)), options(x, s)),
    hardValue: (x) => {
      const out = new Float64Array(x.length);
      if (out.length > 0) out[placeOfGreatest(x)] = 1;
      return out;
    },
    apply: (tape, x, s) => entmaxOnTape(tape, x, { alpha: alphaOf(s), temperature: s.temperature }),
  };
}

/** Smooth forms of argmax, as the row that is 1 there, and as its place. */
export const argmaxSurrogates: readonly (RowToRowSurrogate | RowToScalarSurrogate)[] = [
  oneHot(
    {
      id: "softmax",
      formula: "e^(x_i/τ) / Σ e^(x/τ)",
      error: "|soft − hard| ≤ R/(1 + R), R = (n − 1) e^(−g/τ), g the gap between the two greatest",
      limit: "one-hot where the greatest is alone; equal shares of ties",
      source: "Su 2019, kexue.fm/archives/6620",
      bound: (x, s) => missed(x, s.temperature),
      worst: (n) => (n - 1) / n,
    },
    () => 1,
  ),
  oneHot(
    {
      id: "sparsemax",
      formula: "[x_i/τ − t]₊, t such that the sum is 1",
      error: "|soft − hard| ≤ (1 − 1/n) [1 − g/τ]₊, g the gap between the two greatest",
      limit: "one-hot exactly, once τ ≤ g; equal shares of ties",
      source: martins,
      bound: (x, s) => ((x.length - 1) / x.length) * Math.max(0, 1 - gapOf(x, 1) / s.temperature),
      worst: (n) => (n - 1) / n,
    },
    () => 2,
  ),
  oneHot(
    {
      id: "entmax",
      formula: "[(α − 1) x_i/τ − t]₊^(1/(α − 1)), t such that the sum is 1",
      error:
        "|soft − hard| ≤ min(1 − 1/n, (n − 1) [1 − (α − 1) g/τ]₊^(1/(α − 1))), g the gap between the two greatest",
      limit: "one-hot exactly, once τ ≤ (α − 1) g; equal shares of ties",
      source: peters,
      bound(x, { alpha, temperature }) {
        const n = x.length;
        const other = Math.max(0, 1 - ((alpha - 1) * gapOf(x, 1)) / temperature) ** (1 / (alpha - 1));
        return Math.min((n - 1) / n, (n - 1) * other);
      },
      worst: (n) => (n - 1) / n,
    },
    ({ alpha }) => alpha,
  ),
  {
    id: "softArgmax",
    family: "argmax",
    shape: "rowToScalar",
    formula: "Σ i e^(x_i/τ) / Σ e^(x/τ), i from 0",
    hard: "the place of the (first) greatest, from 0",
    parameters: [temperature],
    error: "|soft − hard| ≤ (n − 1) R/(1 + R), R = (n − 1) e^(−g/τ), g the gap between the two greatest",
    limit: "the place where the greatest is alone; of two ties the middle, where neither is",
    side: "twoSided",
    monotone: false,
    source: "Su 2019, kexue.fm/archives/6620",
    value: (x, s) => softmaxOf(x, s).reduce((sum, p, i) => sum + i * p, 0),
    gradient(x, s) {
      const p = softmaxOf(x, s);
      const y = p.reduce((sum, p, i) => sum + i * p, 0);
      return p.map((p, i) => (p * (i - y)) / s.temperature);
    },
    hardValue: placeOfGreatest,
    bound: (x, s) => (x.length - 1) * missed(x, s.temperature),
    worst: (n) => n - 1,
    apply: (tape, x, { temperature }) => softArgmax(tape, x, { temperature }),
  },
];

/** Smooth top-k. */
export const topKSurrogates: readonly RowToRowSurrogate[] = [
  {
    id: "softTopK",
    family: "topK",
    shape: "rowToRow",
    formula: "σ((x_i − λ)/τ), λ such that the sum is k",
    hard: "1 at the k greatest (of ties the first), else 0",
    parameters: [temperature, { name: "k", default: 2, least: 1, most: 1 << 20, whole: true }],
    error: "|soft − hard| ≤ min(1, √(k (n − k)) e^(−g/2τ)), g the gap between the k-th and the next",
    limit: "the k greatest exactly, where the k-th is ahead of the next; ties share what is left",
    side: "twoSided",
    monotone: true,
    source:
      "Su 2024, kexue.fm/archives/10373: by what it must satisfy; the greatest Σ p x + τ Σ H(p) with Σ p = k",
    value: (x, s) => softTopK(x, topKOptions(x, s)),
    gradient: (x, dy, s) => softTopKBackward(dy, x, topKOptions(x, s)),
    hardValue(x, s) {
      const out = new Float64Array(x.length);
      for (const i of descending(x).slice(0, s.k)) out[i] = 1;
      return out;
    },
    bound(x, s) {
      const { k, cols } = topKOptions(x, s);
      if (k === cols) return 0;
      return Math.min(1, Math.sqrt(k * (cols - k)) * Math.exp(-gapOf(x, k) / (2 * s.temperature)));
    },
    worst: () => 1,
    apply: (tape, x, s) => {
      const n = x.shape.at(-1) ?? 1;
      return softTopKOnTape(tape, x, { k: Math.min(s.k, n), temperature: s.temperature });
    },
  },
];

function topKOptions(
  x: ArrayLike<number>,
  { k, temperature }: SurrogateSettings,
): { rows: number; cols: number; k: number; temperature: number } {
  return { rows: 1, cols: x.length, k: Math.min(k, x.length), temperature };
}

function softmaxOf(x: ArrayLike<number>, { temperature }: SurrogateSettings): Float64Array {
  return entmax(x, { rows: 1, cols: x.length, alpha: 1, temperature });
}

/** What softmax leaves for the others than the greatest, at most. */
function missed(x: ArrayLike<number>, temperature: number): number {
  const rest = (x.length - 1) * Math.exp(-gapOf(x, 1) / temperature);
  return rest / (1 + rest);
}

/** How far the k-th greatest is ahead of the next; ∞ where there is none. */
function gapOf(x: ArrayLike<number>, k: number): number {
  const order = descending(x);
  const [last, next] = [order[k - 1], order[k]];
  return last === undefined || next === undefined ? Infinity : x[last]! - x[next]!;
}

/** Where the elements stand, the greatest first, ties as they come. */
function descending(x: ArrayLike<number>): number[] {
  return Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[b]! - x[a]!);
}

function placeOfGreatest(x: ArrayLike<number>): number {
  let place = 0;
  for (let i = 1; i < x.length; i++) if (x[i]! > x[place]!) place = i;
  return place;
}
