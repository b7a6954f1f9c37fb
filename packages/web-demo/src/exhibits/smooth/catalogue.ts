/** The families, in the order in which they are offered. */
export const families = ["max", "argmax", "topK", "order", "abs", "sign", "step", "relu"] as const;

export type Family = (typeof families)[number];

/** What the page has to know of a surrogate before the package is there; a test holds it against the package's own catalogue. */
export interface Entry {
  readonly family: Family;
  readonly shape: "elementwise" | "rowToScalar" | "rowToRow";
  /** The smooth function, the hard one and the bound, as `mathml` reads formulas. */
  readonly soft: string;
  readonly hard: string;
  readonly error: string;
  /** What it takes beside the temperature. */
  readonly takes?: "k" | "alpha";
}

const softmaxShare = "\\frac{e^{x_i/τ}}{Σ_j e^{x_j/τ}}";

/** The surrogates of the package. */
const entries = {
  logSumExp: {
    family: "max",
    shape: "rowToScalar",
    soft: "τ ln Σ_i e^{x_i/τ}",
    hard: "max x",
    error: "0 ≤ soft - hard ≤ τ ln n",
  },
  mellowmax: {
    family: "max",
    shape: "rowToScalar",
    soft: "τ ln ( \\frac{1}{n} Σ_i e^{x_i/τ} )",
    hard: "max x",
    error: "0 ≤ hard - soft ≤ τ ln n",
  },
  boltzmann: {
    family: "max",
    shape: "rowToScalar",
    soft: "\\frac{Σ_i x_i e^{x_i/τ}}{Σ_i e^{x_i/τ}}",
    hard: "max x",
    error: "0 ≤ hard - soft ≤ τ ln n",
  },
  softmax: {
    family: "argmax",
    shape: "rowToRow",
    soft: `p_i = ${softmaxShare}`,
    hard: "1 \\text{ where } x_i = max x, \\text{ else } 0",
    error: "|soft_i - hard_i| ≤ (n-1) e^{-Δ/τ}",
  },
  softplus: {
    family: "relu",
    shape: "elementwise",
    soft: "τ ln(1 + e^{x/τ})",
    hard: "ReLU(x) = max(x, 0)",
    error: "0 ≤ soft - hard ≤ τ ln 2",
  },
  tanhSign: {
    family: "sign",
    shape: "elementwise",
    soft: "tanh \\frac{x}{τ}",
    hard: "sign x",
    error: "|soft - hard| ≤ 2 e^{-2|x|/τ}",
  },
} as const satisfies Record<string, Entry>;

export type SurrogateId = keyof typeof entries;

export const catalogue: Readonly<Record<SurrogateId, Entry>> = entries;

export const surrogateIds = Object.keys(entries) as SurrogateId[];
