/** The families, in the order in which they are offered. */
export const families = ["max", "argmax", "topK", "order", "abs", "sign", "step", "relu"] as const;

export type Family = (typeof families)[number];

/** What the page has to know of a surrogate before the package is there; a test holds it against the package's own catalogue. */
export interface Entry {
  readonly family: Family;
  readonly shape: "elementwise" | "rowToScalar" | "rowToRow";
  /** The smooth function, the hard one and the bound, as `mathml` reads formulas; a line each. */
  readonly soft: string;
  readonly hard: string;
  readonly error: string;
  /** What it takes beside the temperature. */
  readonly takes?: "k" | "alpha" | "slope";
  /** The highest temperature, where it is not the usual one. */
  readonly most?: number;
  /** The temperature to begin with, where there would be nothing to see at the usual one. */
  readonly start?: number;
}

const row = { max: "max x", argmax: "1 \\text{ at the greatest, else } 0" } as const;
const one = {
  abs: "|x|",
  sign: "sign x,\\, 0 \\text{ at } 0",
  step: "1 \\text{ for } x ≥ 0,\\text{ else } 0",
  relu: "max(x, 0)",
} as const;
const mixture = "\\text{the nearest of all mixtures}";

/** The surrogates of the package. */
const entries = {
  logSumExp: {
    family: "max",
    shape: "rowToScalar",
    soft: "τ ln Σ_i e^{x_i/τ}",
    hard: row.max,
    error: "0 ≤ soft - hard ≤ τ ln n",
  },
  mellowmax: {
    family: "max",
    shape: "rowToScalar",
    soft: "τ ln(\\frac{1}{n} Σ_i e^{x_i/τ})",
    hard: row.max,
    error: "0 ≤ hard - soft ≤ τ ln n",
  },
  boltzmann: {
    family: "max",
    shape: "rowToScalar",
    soft: "\\frac{Σ_i x_i e^{x_i/τ}}{Σ_i e^{x_i/τ}}",
    hard: row.max,
    error: "0 ≤ hard - soft ≤ τ W(\\frac{n-1}{e})\n \\text{and } ≤ τ ln n",
  },
  pNorm: {
    family: "max",
    shape: "rowToScalar",
    soft: "(Σ_i |x_i|^{1/τ})^τ",
    hard: "max |x|",
    error: "0 ≤ soft - hard ≤ (n^τ - 1) max |x|",
    most: 1,
    start: 0.251,
  },
  softmax: {
    family: "argmax",
    shape: "rowToRow",
    soft: "p_i = \\frac{e^{x_i/τ}}{Σ_j e^{x_j/τ}}",
    hard: row.argmax,
    error: `|soft - hard| ≤ \\frac{R}{1+R}\n R = (n-1) e^{-g/τ}`,
  },
  sparsemax: {
    family: "argmax",
    shape: "rowToRow",
    soft: "p_i = [x_i/τ - t]_+,\\, Σ_i p_i = 1",
    hard: row.argmax,
    error: `|soft - hard| ≤ (1 - \\frac{1}{n}) [1 - g/τ]_+`,
  },
  entmax: {
    family: "argmax",
    shape: "rowToRow",
    soft: "p_i = [(α-1) x_i/τ - t]_+^{1/(α-1)}\n Σ_i p_i = 1",
    hard: row.argmax,
    error: "|soft - hard| ≤ (n-1) q^{1/(α-1)}\n q = [1 - (α-1) g/τ]_+",
    takes: "alpha",
  },
  softArgmax: {
    family: "argmax",
    shape: "rowToScalar",
    soft: "\\frac{Σ_i i\\, e^{x_i/τ}}{Σ_i e^{x_i/τ}}\n i = 0 … n-1",
    hard: "\\text{the place of the greatest, from } 0",
    error: "|soft - hard| ≤ (n-1) \\frac{R}{1+R}\n R = (n-1) e^{-g/τ}",
  },
  softTopK: {
    family: "topK",
    shape: "rowToRow",
    soft: "p_i = σ(\\frac{x_i - λ}{τ}),\\, Σ_i p_i = k",
    hard: "1 \\text{ at the } k \\text{ greatest, else } 0",
    error: "|soft - hard| ≤ \\sqrt{k(n-k)} e^{-g/2τ}",
    takes: "k",
  },
  softSort: {
    family: "order",
    shape: "rowToRow",
    soft: `${mixture}\n \\text{of } x \\text{ to } \\frac{1}{τ}(1, …, n)`,
    hard: "x \\text{ in ascending order}",
    error: "|soft - hard| ≤ \\frac{n-1}{2} [Γ - \\frac{1}{τ}]_+",
    most: 10,
    start: 3.98,
  },
  softRank: {
    family: "order",
    shape: "rowToRow",
    soft: `${mixture}\n \\text{of } (1, …, n) \\text{ to } \\frac{x}{τ}`,
    hard: "\\text{ranks, from } 1 \\text{ for the least}",
    error: "|soft - hard| ≤ \\frac{n-1}{2} [1 - \\frac{γ}{τ}]_+",
    most: 10,
    start: 2,
  },
  smoothAbs: {
    family: "abs",
    shape: "elementwise",
    soft: "\\sqrt{x^2 + τ^2}",
    hard: one.abs,
    error: "0 ≤ soft - hard ≤ τ\n \\text{and } ≤ \\frac{τ^2}{2|x|}",
  },
  absTanh: {
    family: "abs",
    shape: "elementwise",
    soft: "x tanh \\frac{x}{τ}",
    hard: one.abs,
    error: "0 ≤ hard - soft ≤ 0.278465 τ\n \\text{and } ≤ 2|x| e^{-2|x|/τ}",
  },
  absErf: {
    family: "abs",
    shape: "elementwise",
    soft: "x erf \\frac{x}{τ}",
    hard: one.abs,
    error: "0 ≤ hard - soft ≤ 0.240376 τ\n \\text{and } ≤ |x| e^{-(x/τ)^2}",
  },
  signTanh: {
    family: "sign",
    shape: "elementwise",
    soft: "tanh \\frac{x}{τ}",
    hard: one.sign,
    error: "|soft - hard| ≤ 1\n \\text{and } ≤ 2 e^{-2|x|/τ}",
  },
  signErf: {
    family: "sign",
    shape: "elementwise",
    soft: "erf \\frac{x}{τ}",
    hard: one.sign,
    error: "|soft - hard| ≤ 1\n \\text{and } ≤ e^{-(x/τ)^2}",
  },
  smoothSign: {
    family: "sign",
    shape: "elementwise",
    soft: "\\frac{x}{\\sqrt{x^2 + τ^2}}",
    hard: one.sign,
    error: "|soft - hard| ≤ 1\n \\text{and } ≤ \\frac{τ^2}{2x^2}",
  },
  softsign: {
    family: "sign",
    shape: "elementwise",
    soft: "\\frac{x}{τ + |x|}",
    hard: one.sign,
    error: "|soft - hard| ≤ \\frac{τ}{τ + |x|}",
  },
  smoothStep: {
    family: "step",
    shape: "elementwise",
    soft: "σ(\\frac{x}{τ}) = \\frac{1}{1 + e^{-x/τ}}",
    hard: one.step,
    error: "|soft - hard| ≤ \\frac{1}{2}\n \\text{and } ≤ e^{-|x|/τ}",
  },
  stepNormal: {
    family: "step",
    shape: "elementwise",
    soft: "Φ(\\frac{x}{τ})",
    hard: one.step,
    error: "|soft - hard| ≤ \\frac{1}{2} e^{-(x/τ)^2/2}",
  },
  stepAlgebraic: {
    family: "step",
    shape: "elementwise",
    soft: "\\frac{1}{2} (1 + \\frac{x}{\\sqrt{x^2 + τ^2}})",
    hard: one.step,
    error: "|soft - hard| ≤ \\frac{1}{2}\n \\text{and } ≤ \\frac{τ^2}{4x^2}",
  },
  softplus: {
    family: "relu",
    shape: "elementwise",
    soft: "τ ln(1 + e^{x/τ})",
    hard: one.relu,
    error: "0 ≤ soft - hard ≤ τ ln 2\n \\text{and } ≤ τ e^{-|x|/τ}",
  },
  squareplus: {
    family: "relu",
    shape: "elementwise",
    soft: "\\frac{1}{2} (x + \\sqrt{x^2 + τ^2})",
    hard: one.relu,
    error: "0 ≤ soft - hard ≤ \\frac{τ}{2}\n \\text{and } ≤ \\frac{τ^2}{4|x|}",
  },
  sau: {
    family: "relu",
    shape: "elementwise",
    soft: "a x + (1-a) (x Φ(\\frac{x}{τ}) + τ φ(\\frac{x}{τ}))",
    hard: "max(x, a x)",
    error: "0 ≤ soft - hard ≤ (1-a) τ φ(\\frac{x}{τ})",
    takes: "slope",
  },
  geluErf: {
    family: "relu",
    shape: "elementwise",
    soft: "x Φ(\\frac{x}{τ})",
    hard: one.relu,
    error: "0 ≤ hard - soft ≤ 0.169972 τ\n \\text{and } ≤ τ φ(\\frac{x}{τ})",
  },
  geluTanh: {
    family: "relu",
    shape: "elementwise",
    soft: "\\frac{x}{2} (1 + tanh v),\\, u = \\frac{x}{τ}\n v = \\sqrt{2/π} (u + 0.044715 u^3)",
    hard: one.relu,
    error: "0 ≤ hard - soft ≤ 0.170041 τ",
  },
  silu: {
    family: "relu",
    shape: "elementwise",
    soft: "x σ(\\frac{x}{τ})",
    hard: one.relu,
    error: "0 ≤ hard - soft ≤ 0.278465 τ\n \\text{and } ≤ |x| e^{-|x|/τ}",
  },
  mish: {
    family: "relu",
    shape: "elementwise",
    soft: "x tanh(ln(1 + e^{x/τ}))",
    hard: one.relu,
    error: "0 ≤ hard - soft ≤ 0.308844 τ\n \\text{and } ≤ |x| e^{-|x|/τ}",
  },
} as const satisfies Record<string, Entry>;

export type SurrogateId = keyof typeof entries;

export const catalogue: Readonly<Record<SurrogateId, Entry>> = entries;

export const surrogateIds = Object.keys(entries) as SurrogateId[];
