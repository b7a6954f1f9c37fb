import type { MatmulShape } from "./catalogue.js";

/*
 * The work in plain JavaScript, as one writes it without a library: loops over typed arrays, in the order in which they
 * lie in memory.
 */

/** Rows `from` to `to` of out = a · b, row-major. The innermost loop runs along the rows of `b` and of the result. */
export function plainMatmul(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  { n, k }: MatmulShape,
  from: number,
  to: number,
): void {
  out.fill(0, from * n, to * n);
  for (let i = from; i < to; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[p * n + j]!;
    }
  }
}

/** The softmax of each row, safe against overflow. */
export function plainSoftmax(out: Float32Array, x: Float32Array, cols: number): void {
  for (let start = 0; start < x.length; start += cols) {
    let greatest = -Infinity;
    for (let i = start; i < start + cols; i++) greatest = Math.max(greatest, x[i]!);
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += out[i] = Math.exp(x[i]! - greatest);
    for (let i = start; i < start + cols; i++) out[i]! /= sum;
  }
}

export function plainExp(out: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!);
}

/** x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2 */
export function plainGelu(out: Float32Array, x: Float32Array): void {
  const scale = Math.sqrt(2 / Math.PI);
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    out[i] = 0.5 * value * (1 + Math.tanh(scale * (value + 0.044715 * value * value * value)));
  }
}

/** Weights of one LSTM layer, rows in the order i, f, g, o. */
export interface LstmWeights<A> {
  /** f32[4·H, I] */
  readonly wIh: A;
  /** f32[4·H, H] */
  readonly wHh: A;
  /** f32[4·H] */
  readonly bIh: A;
}

/** One step of one sequence, in place: h, c ← LSTM(x, h, c). `sums` is f32[4·H] to work in. */
export function plainLstmStep(
  h: Float32Array,
  c: Float32Array,
  x: Float32Array,
  { wIh, wHh, bIh }: LstmWeights<Float32Array>,
  sums: Float32Array,
): void {
  const [hidden, inputs] = [h.length, x.length];
  for (let row = 0; row < sums.length; row++) {
    let sum = bIh[row]!;
    for (let j = 0; j < inputs; j++) sum += wIh[row * inputs + j]! * x[j]!;
    for (let j = 0; j < hidden; j++) sum += wHh[row * hidden + j]! * h[j]!;
    sums[row] = sum;
  }
  for (let j = 0; j < hidden; j++) {
    const [input, forget] = [logistic(sums[j]!), logistic(sums[hidden + j]!)];
    c[j] = forget * c[j]! + input * Math.tanh(sums[2 * hidden + j]!);
    h[j] = logistic(sums[3 * hidden + j]!) * Math.tanh(c[j]!);
  }
}

/** Box and Muller's method: two draws from two of the engine's own. */
export function plainNormals(out: Float32Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    out[i] = radius * Math.cos(angle);
    out[i + 1] = radius * Math.sin(angle);
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
