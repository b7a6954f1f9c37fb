import type { ElementwiseSurrogate, RowToRowSurrogate, RowToScalarSurrogate } from "@lanewise/models/smooth";

const common = {
  formula: "",
  hard: "",
  parameters: [],
  error: "",
  limit: "",
  monotone: true,
  source: "",
  apply: () => {
    throw new Error("no tape here");
  },
} as const;

function weightsOf(x: ArrayLike<number>, temperature: number): Float64Array {
  const most = Math.max(...Array.from(x));
  const terms = Float64Array.from(x, (value) => Math.exp((value - most) / temperature));
  const sum = terms.reduce((total, term) => total + term, 0);
  return terms.map((term) => term / sum);
}

/** A maximum over a row, smooth. */
export const logSumExp: RowToScalarSurrogate = {
  ...common,
  id: "logSumExp",
  family: "max",
  shape: "rowToScalar",
  side: "above",
  value: (x, { temperature }) => {
    const most = Math.max(...Array.from(x));
    return (
      most +
      temperature * Math.log(Array.from(x).reduce((sum, v) => sum + Math.exp((v - most) / temperature), 0))
    );
  },
  gradient: (x, { temperature }) => weightsOf(x, temperature),
  hardValue: (x) => Math.max(...Array.from(x)),
  bound: (x, { temperature }) => temperature * Math.log(x.length),
  worst: (n, { temperature }) => temperature * Math.log(n),
};

/** Shares of a row. */
export const softmax: RowToRowSurrogate = {
  ...common,
  id: "softmax",
  family: "argmax",
  shape: "rowToRow",
  side: "twoSided",
  value: (x, { temperature }) => weightsOf(x, temperature),
  gradient: (x, dy, { temperature }) => {
    const p = weightsOf(x, temperature);
    const mean = p.reduce((sum, share, i) => sum + share * dy[i]!, 0);
    return p.map((share, i) => (share * (dy[i]! - mean)) / temperature);
  },
  hardValue: (x) => {
    const row = Array.from(x);
    return Float64Array.from(row, (_, i) => (i === row.indexOf(Math.max(...row)) ? 1 : 0));
  },
  bound: (x, { temperature }) => {
    const [first = 0, second = 0] = Array.from(x).sort((a, b) => b - a);
    return Math.min(1, (x.length - 1) * Math.exp((second - first) / temperature));
  },
  worst: () => 1,
};

/** A ramp. */
export const softplus: ElementwiseSurrogate = {
  ...common,
  id: "softplus",
  family: "relu",
  shape: "elementwise",
  side: "above",
  value: (x, { temperature }) =>
    Math.max(x, 0) + temperature * Math.log1p(Math.exp(-Math.abs(x) / temperature)),
  gradient: (x, { temperature }) => 1 / (1 + Math.exp(-x / temperature)),
  hardValue: (x) => Math.max(x, 0),
  bound: (x, { temperature }) => temperature * Math.LN2 * Math.exp(-Math.abs(x) / (2 * temperature)),
  worst: ({ temperature }) => temperature * Math.LN2,
};

/** A jump. */
export const tanhSign: ElementwiseSurrogate = {
  ...common,
  id: "signTanh",
  family: "sign",
  shape: "elementwise",
  side: "twoSided",
  value: (x, { temperature }) => Math.tanh(x / temperature),
  gradient: (x, { temperature }) => (1 - Math.tanh(x / temperature) ** 2) / temperature,
  hardValue: (x) => Math.sign(x),
  bound: (x, { temperature }) => (x === 0 ? 0 : 2 * Math.exp((-2 * Math.abs(x)) / temperature)),
  worst: () => 1,
};
