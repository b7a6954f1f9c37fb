import { homogeneous, temperature } from "./elementwise.js";
import type { ElementwiseSurrogate, SurrogateSettings } from "./surrogate.js";

const hendrycks = "Hendrycks and Gimpel 2016, arXiv:1606.08415";
const facts = { family: "relu", hard: "max(x, 0)", hardValue: (x: number) => Math.max(x, 0) } as const;
const limit = "max(x, 0), everywhere by the same bound";

/** Smooth forms of max(x, 0), each as τ f(x/τ): with τ = 1 the activations that networks use. */
export const reluSurrogates: readonly ElementwiseSurrogate[] = [
  homogeneous(
    {
      ...facts,
      id: "softplus",
      formula: "τ ln(1 + e^(x/τ))",
      error: "0 ≤ soft − hard ≤ τ ln 2, and ≤ τ e^(−|x|/τ)",
      limit,
      side: "above",
      monotone: true,
      source: "the mean of max(x + N, 0) over logistic noise N of scale τ",
    },
    { kind: "softplus", tail: (u) => Math.exp(-u), worst: () => Math.LN2 },
  ),
  homogeneous(
    {
      ...facts,
      id: "sau",
      formula: "a x + (1 − a)(x Φ(x/τ) + τ φ(x/τ))",
      hard: "max(x, a x)",
      hardValue: (x, { slope }) => (x > 0 ? x : slope * x),
      parameters: [temperature, { name: "slope", default: 0, least: 0, most: 0.9 }],
      error: "0 ≤ soft − hard ≤ (1 − a) τ / √(2π), and ≤ (1 − a) τ φ(x/τ)",
      limit: "max(x, a x), everywhere by the same bound",
      side: "above",
      monotone: true,
      source:
        "leaky ReLU averaged over normal noise of deviation τ: Biswas et al. 2021, arXiv:2109.13210; Su 2022, kexue.fm/archives/8718",
    },
    {
      kind: "sau",
      alpha: ({ slope }) => slope,
      tail: (u, { slope }) => ((1 - slope) * Math.exp((-u * u) / 2)) / Math.sqrt(2 * Math.PI),
      worst: ({ slope }: SurrogateSettings) => (1 - slope) / Math.sqrt(2 * Math.PI),
    },
  ),
  homogeneous(
    {
      ...facts,
      id: "squareplus",
      formula: "(x + √(x² + τ²)) / 2",
      error: "0 ≤ soft − hard ≤ τ/2, and ≤ τ²/(4|x|)",
      limit,
      side: "above",
      monotone: true,
      source: "(x + |x|)/2 with √(x² + τ²) for |x|",
    },
    { kind: "smoothAbs", tail: (u) => 1 / (4 * u), worst: () => 0.5 },
    { halfOfSum: true },
  ),
  homogeneous(
    {
      ...facts,
      id: "geluErf",
      formula: "x Φ(x/τ)",
      error: "0 ≤ hard − soft ≤ 0.169972 τ, and ≤ τ φ(x/τ)",
      limit,
      side: "below",
      monotone: false,
      source: hendrycks,
    },
    {
      kind: "geluErf",
      tail: (u) => Math.exp((-u * u) / 2) / Math.sqrt(2 * Math.PI),
      worst: () => 0.1699712074799037,
    },
  ),
  homogeneous(
    {
      ...facts,
      id: "geluTanh",
      formula: "x (1 + tanh(√(2/π)(u + 0.044715 u³))) / 2, u = x/τ",
      error: "0 ≤ hard − soft ≤ 0.170041 τ, and ≤ |x| e^(−2√(2/π)(u + 0.044715 u³)), u = |x|/τ",
      limit,
      side: "below",
      monotone: false,
      source: `${hendrycks}; at most 4.7324e-4 τ from x Φ(x/τ)`,
    },
    {
      kind: "geluTanh",
      tail: (u) => u * Math.exp(-2 * Math.sqrt(2 / Math.PI) * (u + 0.044715 * u ** 3)),
      worst: () => 0.1700407505712542,
    },
  ),
  homogeneous(
    {
      ...facts,
      id: "silu",
      formula: "x σ(x/τ)",
      error: "0 ≤ hard − soft ≤ 0.278465 τ, and ≤ |x| e^(−|x|/τ)",
      limit,
      side: "below",
      monotone: false,
      source: "Elfwing, Uchibe and Doya 2017, arXiv:1702.03118; the Boltzmann mean of x and 0",
    },
    { kind: "silu", tail: (u) => u * Math.exp(-u), worst: () => 0.2784645427610739 },
  ),
  homogeneous(
    {
      ...facts,
      id: "mish",
      formula: "x tanh(ln(1 + e^(x/τ)))",
      error: "0 ≤ hard − soft ≤ 0.308844 τ, and ≤ |x| e^(−|x|/τ)",
      limit,
      side: "below",
      monotone: false,
      source: "Misra 2019, arXiv:1908.08681",
    },
    { kind: "mish", tail: (u) => u * Math.exp(-u), worst: () => 0.3088434130172506 },
  ),
];
