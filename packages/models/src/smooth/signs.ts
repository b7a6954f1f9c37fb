import { homogeneous, rising, timesSign } from "./elementwise.js";
import type { ElementwiseSurrogate } from "./surrogate.js";

const absFacts = { family: "abs", hard: "|x|", hardValue: Math.abs, monotone: true } as const;

/** Smooth forms of |x|. */
export const absSurrogates: readonly ElementwiseSurrogate[] = [
  homogeneous(
    {
      ...absFacts,
      id: "smoothAbs",
      formula: "√(x² + τ²)",
      error: "0 ≤ soft − hard ≤ τ, and ≤ τ²/(2|x|)",
      limit: "|x|, everywhere by the same bound",
      side: "above",
      source: "the hypotenuse; 2 · squareplus − x",
    },
    { kind: "smoothAbs", tail: (u) => 1 / (2 * u), worst: () => 1 },
  ),
  timesSign(
    {
      ...absFacts,
      id: "absTanh",
      formula: "x tanh(x/τ)",
      error: "0 ≤ hard − soft ≤ 0.278465 τ, and ≤ 2|x| e^(−2|x|/τ)",
      limit: "|x|, everywhere by the same bound",
      side: "below",
      source: "x times a smooth sign; the Boltzmann mean of x and −x",
    },
    { kind: "tanh", tail: (u) => 2 * u * Math.exp(-2 * u), worst: () => 0.2784645427610739 },
  ),
  timesSign(
    {
      ...absFacts,
      id: "absErf",
      formula: "x erf(x/τ)",
      error: "0 ≤ hard − soft ≤ 0.240376 τ, and ≤ |x| e^(−(x/τ)²)",
      limit: "|x|, everywhere by the same bound",
      side: "below",
      source: "x times a smooth sign",
    },
    { kind: "erf", tail: (u) => u * Math.exp(-u * u), worst: () => 0.2403755868310111 },
  ),
];

const signFacts = {
  family: "sign",
  hard: "sign x, 0 at 0",
  hardValue: Math.sign,
  limit: "sign x at every x; not uniformly: near 0 the error stays near 1",
  side: "twoSided",
  monotone: true,
} as const;

/** Smooth forms of the sign. Each is nearer to 0 than the sign. */
export const signSurrogates: readonly ElementwiseSurrogate[] = [
  rising(
    {
      ...signFacts,
      id: "signTanh",
      formula: "tanh(x/τ)",
      error: "|soft − hard| ≤ min(1, 2 e^(−2|x|/τ))",
      source: "2 σ(2x/τ) − 1",
    },
    { kind: "tanh", tail: (u) => 2 * Math.exp(-2 * u), worst: () => 1 },
  ),
  rising(
    {
      ...signFacts,
      id: "signErf",
      formula: "erf(x/τ)",
      error: "|soft − hard| ≤ min(1, e^(−(x/τ)²))",
      source: "the sign averaged over normal noise of deviation τ/√2",
    },
    { kind: "erf", tail: (u) => Math.exp(-u * u), worst: () => 1 },
  ),
  rising(
    {
      ...signFacts,
      id: "smoothSign",
      formula: "x / √(x² + τ²)",
      error: "|soft − hard| ≤ min(1, τ²/(2x²))",
      source: "the derivative of √(x² + τ²)",
    },
    { kind: "smoothSign", tail: (u) => 1 / (2 * u * u), worst: () => 1 },
  ),
  rising(
    {
      ...signFacts,
      id: "softsign",
      formula: "x / (τ + |x|)",
      error: "|soft − hard| ≤ τ / (τ + |x|)",
      source: "Turian, Bergstra and Bengio 2009",
    },
    { kind: "softsign", tail: (u) => 1 / (1 + u), worst: () => 1 },
  ),
];

const stepFacts = {
  family: "step",
  hard: "1 for x ≥ 0, else 0",
  hardValue: (x: number) => (x >= 0 ? 1 : 0),
  limit: "the step at every x but 0, where it is ½; not uniformly",
  side: "twoSided",
  monotone: true,
} as const;

/** Smooth forms of the step. */
export const stepSurrogates: readonly ElementwiseSurrogate[] = [
  rising(
    {
      ...stepFacts,
      id: "smoothStep",
      formula: "σ(x/τ)",
      error: "|soft − hard| ≤ min(½, e^(−|x|/τ))",
      source: "the step averaged over logistic noise of scale τ; the derivative of softplus",
    },
    { kind: "sigmoid", tail: (u) => Math.exp(-u), worst: () => 0.5 },
  ),
  rising(
    {
      ...stepFacts,
      id: "stepNormal",
      formula: "Φ(x/τ)",
      error: "|soft − hard| ≤ ½ e^(−(x/τ)²/2)",
      source: "the step averaged over normal noise of deviation τ; the derivative of SAU with a = 0",
    },
    { kind: "erf", tail: (u) => Math.exp((-u * u) / 2) / 2, worst: () => 0.5 },
    { stretch: Math.SQRT1_2, scaleBy: 0.5, shift: 0.5 },
  ),
  rising(
    {
      ...stepFacts,
      id: "stepAlgebraic",
      formula: "(1 + x / √(x² + τ²)) / 2",
      error: "|soft − hard| ≤ min(½, τ²/(4x²))",
      source: "the derivative of squareplus",
    },
    { kind: "smoothSign", tail: (u) => 1 / (4 * u * u), worst: () => 0.5 },
    { scaleBy: 0.5, shift: 0.5 },
  ),
];
