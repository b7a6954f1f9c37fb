import { fma, sumLanes } from "./simd";
import { loadUpTo4 } from "./tail";

/**
 * Products of a few rows with a few queries, for the search (kernels/nearest.ts). Each sum has one vector of its own and runs
 * over the columns in one order, so that its bits do not depend on which rows and queries are taken together:
 *
 *     lane j of a sum = Σ v[4i + j] · q[4i + j] over i,  the sum = (lane 0 + lane 2) + (lane 1 + lane 3)
 */

/** Four rows with one query: out[r] = weight[r] · Σ v[r, ·] · q[·]. The rows come from memory, and that takes longest. */
export function fourRows(outPtr: usize, vPtr: usize, weightPtr: usize, qPtr: usize, cols: usize): void {
  const stride = cols << 2;
  const v1 = vPtr + stride;
  const v2 = v1 + stride;
  const v3 = v2 + stride;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let c: usize = 0;
  for (; c + 4 <= cols; c += 4) {
    const at = c << 2;
    const q = v128.load(qPtr + at);
    s0 = fma(v128.load(vPtr + at), q, s0);
    s1 = fma(v128.load(v1 + at), q, s1);
    s2 = fma(v128.load(v2 + at), q, s2);
    s3 = fma(v128.load(v3 + at), q, s3);
  }
  if (c < cols) {
    const at = c << 2;
    const left = cols - c;
    const q = loadUpTo4(qPtr + at, left);
    s0 = fma(loadUpTo4(vPtr + at, left), q, s0);
    s1 = fma(loadUpTo4(v1 + at, left), q, s1);
    s2 = fma(loadUpTo4(v2 + at, left), q, s2);
    s3 = fma(loadUpTo4(v3 + at, left), q, s3);
  }
  store<f32>(outPtr, sumLanes(s0) * weightAt(weightPtr, 0));
  store<f32>(outPtr, sumLanes(s1) * weightAt(weightPtr, 1), 4);
  store<f32>(outPtr, sumLanes(s2) * weightAt(weightPtr, 2), 8);
  store<f32>(outPtr, sumLanes(s3) * weightAt(weightPtr, 3), 12);
}

/** One row with one query. */
export function oneRow(outPtr: usize, vPtr: usize, weightPtr: usize, qPtr: usize, cols: usize): void {
  let s = f32x4.splat(0);
  for (let c: usize = 0; c < cols; c += 4) {
    const at = c << 2;
    s = fma(loadUpTo4(vPtr + at, cols - c), loadUpTo4(qPtr + at, cols - c), s);
  }
  store<f32>(outPtr, sumLanes(s) * weightAt(weightPtr, 0));
}

/** Two rows with four queries, whose results are `outStep` bytes apart. */
export function twoRowsFourQueries(
  outPtr: usize,
  outStep: usize,
  vPtr: usize,
  weightPtr: usize,
  qPtr: usize,
  cols: usize,
): void {
  const stride = cols << 2;
  const v1 = vPtr + stride;
  const q1 = qPtr + stride;
  const q2 = q1 + stride;
  const q3 = q2 + stride;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s03 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s13 = s00;
  for (let c: usize = 0; c < cols; c += 4) {
    const at = c << 2;
    const left = cols - c;
    const a = loadUpTo4(vPtr + at, left);
    const b = loadUpTo4(v1 + at, left);
    const x0 = loadUpTo4(qPtr + at, left);
    s00 = fma(a, x0, s00);
    s10 = fma(b, x0, s10);
    const x1 = loadUpTo4(q1 + at, left);
    s01 = fma(a, x1, s01);
    s11 = fma(b, x1, s11);
    const x2 = loadUpTo4(q2 + at, left);
    s02 = fma(a, x2, s02);
    s12 = fma(b, x2, s12);
    const x3 = loadUpTo4(q3 + at, left);
    s03 = fma(a, x3, s03);
    s13 = fma(b, x3, s13);
  }
  storeTwo(outPtr, s00, s10, weightPtr);
  storeTwo(outPtr + outStep, s01, s11, weightPtr);
  storeTwo(outPtr + 2 * outStep, s02, s12, weightPtr);
  storeTwo(outPtr + 3 * outStep, s03, s13, weightPtr);
}

// @ts-ignore: decorator
@inline
function storeTwo(outPtr: usize, a: v128, b: v128, weightPtr: usize): void {
  store<f32>(outPtr, sumLanes(a) * weightAt(weightPtr, 0));
  store<f32>(outPtr, sumLanes(b) * weightAt(weightPtr, 1), 4);
}

/** What a row's sum is multiplied by: 1 where there are no weights. */
// @ts-ignore: decorator
@inline
export function weightAt(weightPtr: usize, row: usize): f32 {
  return weightPtr ? load<f32>(weightPtr + (row << 2)) : 1;
}
