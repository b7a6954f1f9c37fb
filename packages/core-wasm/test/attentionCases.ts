import { expect } from "vitest";
import { attentionBackwardInto, type Runtime } from "../src/index.js";
import * as reference from "../src/reference/index.js";
import { noise } from "./variants.js";

/** Sizes and masks that the kernel takes as well as the reference. */
export interface Shape extends reference.AttentionShape {
  keyLengths?: Int32Array | undefined;
  mask?: Uint8Array | undefined;
  blockMask?: { states: Uint8Array; queryBlock: number; keyBlock: number };
}

/** Inputs in the order [B, H, T, D], and what goes with them. */
export interface Case {
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  dout: Float32Array;
  shape: Shape;
}

type Saved = Record<"out" | "lse", Float32Array<ArrayBuffer>>;
type Gradients = Record<"dq" | "dk" | "dv", Float32Array<ArrayBuffer>>;

/** @param size of queries and keys; values are below 1 */
export function attentionCase(shape: Shape, seed = 1, size = 1.5): Case {
  const { batch, heads, kvHeads = heads, queries, keys, headDim } = shape;
  const [rows, kvRows] = [batch * heads * queries * headDim, batch * kvHeads * keys * headDim];
  return {
    q: noise(rows, seed, size),
    k: noise(kvRows, seed + 1, size),
    v: noise(kvRows, seed + 2),
    dout: noise(rows, seed + 3),
    shape,
  };
}

/** The kernel's gradients, added to zeros. */
export function gradients(saved: Saved, { shape, ...inputs }: Case, runtime: Runtime): Gradients {
  const { q, k, v } = inputs;
  const [dq, dk, dv] = [q, k, v].map((x) => new Float32Array(x.length)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  attentionBackwardInto({ dq, dk, dv }, { ...inputs, ...saved }, { ...shape, runtime });
  return { dq, dk, dv };
}

/** Each element within (2 + √Tk / 2 + s) · 2⁻²³ · max |v|, and each lse within (4 + s + |lse|) · 2⁻²³. */
export function expectAttention({ out, lse }: Saved, one: Case): void {
  const { keys, headDim } = one.shape;
  const exact = reference.attention(one, one.shape);
  const largest = one.v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect([out.length, lse.length]).toEqual([exact.out.length, exact.lse.length]);
  scoreSizes(one).forEach((s, row) => {
    const bound = (2 + Math.sqrt(keys) / 2 + s) * 2 ** -23 * largest;
    for (let i = row * headDim; i < (row + 1) * headDim; i++)
      expectWithin("out", i, out[i]!, exact.out[i]!, bound);
    const lseBound = (4 + s + Math.abs(exact.lse[row]!)) * 2 ** -23;
    if (exact.lse[row] === -Infinity) expect(lse[row]).toBe(-Infinity);
    else expectWithin("lse", row, lse[row]!, exact.lse[row]!, lseBound);
  });
}

/** Each element within (4 + √n + s) · 2⁻²² of its n terms' sizes added up, s the greatest there is. */
export function expectGradients(actual: Gradients, one: Case): void {
  const { queries, keys, heads, kvHeads = heads } = one.shape;
  const exact = reference.attentionBackward(one.dout, one, one.shape);
  const sizes = gradientSizes(one);
  const s = scoreSizes(one).reduce((most, s) => Math.max(most, s), 0);
  const terms = { dq: keys, dk: (queries * heads) / kvHeads, dv: (queries * heads) / kvHeads };
  for (const name of ["dq", "dk", "dv"] as const) {
    expect(actual[name].length).toBe(exact[name].length);
    const factor = (4 + Math.sqrt(terms[name]) + s) * 2 ** -22;
    actual[name].forEach((value, i) =>
      expectWithin(name, i, value, exact[name][i]!, factor * sizes[name][i]! + 1e-35),
    );
  }
}

function expectWithin(name: string, i: number, actual: number, expected: number, bound: number): void {
  if (!(Math.abs(actual - expected) <= bound)) {
    expect.fail(`${name}[${i}]: ${actual} for ${expected}, off by more than ${bound}`);
  }
}

/** For each row of q, scale · max_j Σ_d |q[i, d] · k[j, d]| over the keys that it sees. */
function scoreSizes({ q, k, shape }: Case): Float64Array {
  const { batch, heads, queries, headDim, scale = 1 / Math.sqrt(headDim) } = shape;
  const sizes = new Float64Array(batch * heads * queries);
  forEachPair(shape, (row, key) => {
    let sum = 0;
    for (let d = 0; d < headDim; d++) sum += Math.abs(q[row * headDim + d]! * k[key * headDim + d]!);
    sizes[row] = Math.max(sizes[row]!, Math.abs(scale) * sum);
  });
  return sizes;
}

/** The sums of all gradients with each product in them taken by its size. */
function gradientSizes({ q, k, v, dout, shape }: Case): Record<"dq" | "dk" | "dv", Float64Array> {
  const { headDim, scale = 1 / Math.sqrt(headDim) } = shape;
  const { lse } = reference.attention({ q, k, v }, shape);
  const [dq, dk, dv] = [q, k, v].map((x) => new Float64Array(x.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const each = (body: (row: number, key: number, p: number, dp: number) => void): void =>
    forEachPair(shape, (row, key) => {
      let [score, dp] = [0, 0];
      for (let d = 0; d < headDim; d++) {
        score += scale * q[row * headDim + d]! * k[key * headDim + d]!;
        dp += Math.abs(dout[row * headDim + d]! * v[key * headDim + d]!);
      }
      body(row, key, Math.exp(score - lse[row]!), dp);
    });
  const deltas = new Float64Array(lse.length);
  each((row, _, p, dp) => (deltas[row]! += p * dp));
  each((row, key, p, dp) => {
    const ds = Math.abs(scale) * p * (dp + deltas[row]!);
    for (let d = 0; d < headDim; d++) {
      dq[row * headDim + d]! += ds * Math.abs(k[key * headDim + d]!);
      dk[key * headDim + d]! += ds * Math.abs(q[row * headDim + d]!);
      dv[key * headDim + d]! += p * Math.abs(dout[row * headDim + d]!);
    }
  });
  return { dq, dk, dv };
}

/** Calls back for each row of q and each row of k that it sees. */
function forEachPair(shape: Shape, body: (row: number, key: number) => void): void {
  const { batch, heads, kvHeads = heads, queries, keys } = shape;
  for (let row = 0; row < batch * heads * queries; row++) {
    const [b, h, i] = [Math.floor(row / heads / queries), Math.floor(row / queries) % heads, row % queries];
    const first = (b * kvHeads + Math.floor(h / (heads / kvHeads))) * keys;
    for (let j = 0; j < keys; j++) if (reference.attentionSees(b, i, j, shape)) body(row, first + j);
  }
}
