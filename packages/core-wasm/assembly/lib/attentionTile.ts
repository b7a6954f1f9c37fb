import { fma } from "./simd";

// The two products of attention, on a strip of a few rows and up to 64 keys. The order of every sum is fixed by the operands
// alone, whatever the height of the strip: a query so has the same bits alone as among others.

/** The most rows of a strip: with two keys that many vectors of sums fit into the registers (see `matmulTile`). */
// @ts-ignore: decorator
@inline
export const stripRows: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** The keys that are taken at once. They start at multiples of it, so that every query meets the same blocks. */
// @ts-ignore: decorator
@inline
export const tileKeys: i32 = 64;

/** The bytes from one row of scores to the next. */
// @ts-ignore: decorator
@inline
const rowBytes: usize = tileKeys << 2;

/** How many of `remaining` rows the next strip takes. Two rows go one by one: the kernel for one row has more sums at work. */
export function stripHeight(remaining: i32): i32 {
  if (remaining <= 2) return 1;
  if (remaining <= stripRows) return remaining;
  return remaining <= stripRows + 2 ? (remaining + 1) >> 1 : stripRows;
}

/**
 * scores[r, j] = scale · Σ_d q[r, d] · k[j, d]. Each is four sums, d mod 4 says which, that end as (0 + 2) + (1 + 3).
 *
 * @param scoresPtr f32[height, 64]; an odd width writes one element more
 * @param qPtr      f32[depth / 4, height, 4]
 * @param kPtr      f32[width, depth] with rows `kStep` bytes apart
 * @param depth     a multiple of 8
 */
export function scoreTile(
  height: i32,
  scoresPtr: usize,
  qPtr: usize,
  kPtr: usize,
  kStep: usize,
  width: i32,
  depth: i32,
  scale: f32,
): void {
  if (height == 1) {
    const eights = width & ~7;
    for (let j = 0; j < eights; j += 8) {
      scoresOfEight(scoresPtr, qPtr, kPtr, kStep, depth, scale);
      scoresPtr += 32;
      kPtr += kStep << 3;
    }
    scores1(scoresPtr, qPtr, kPtr, kStep, width - eights, depth, scale);
  } else if (height == 2) scores2(scoresPtr, qPtr, kPtr, kStep, width, depth, scale);
  else if (height == 3) scores3(scoresPtr, qPtr, kPtr, kStep, width, depth, scale);
  else if (height == 4) scores4(scoresPtr, qPtr, kPtr, kStep, width, depth, scale);
  else if (stripRows > 4 && height == 5) scores5(scoresPtr, qPtr, kPtr, kStep, width, depth, scale);
  else if (stripRows > 4) scores6(scoresPtr, qPtr, kPtr, kStep, width, depth, scale);
}

/** A strip times two keys at a time; `rows` is a constant at every call. */
// @ts-ignore: decorator
@inline
function scoresOfPairs(
  rows: i32,
  to: usize,
  qPtr: usize,
  kPtr: usize,
  kStep: usize,
  width: i32,
  depth: i32,
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  for (let j = 0; j < width; j += 2) {
    let k0 = kPtr;
    let k1 = j + 1 < width ? k0 + kStep : k0;
    kPtr += kStep << 1;
    let q = qPtr;
    let s00 = f32x4.splat(0);
    let s01 = s00;
    let s10 = s00;
    let s11 = s00;
    let s20 = s00;
    let s21 = s00;
    let s30 = s00;
    let s31 = s00;
    let s40 = s00;
    let s41 = s00;
    let s50 = s00;
    let s51 = s00;
    const end = k0 + ((<usize>depth) << 2);
    while (k0 < end) {
      const a = v128.load(k0);
      const b = v128.load(k1);
      const q0 = v128.load(q);
      s00 = fma(q0, a, s00);
      s01 = fma(q0, b, s01);
      if (rows > 1) {
        const q1 = v128.load(q, 16);
        s10 = fma(q1, a, s10);
        s11 = fma(q1, b, s11);
      }
      if (rows > 2) {
        const q2 = v128.load(q, 32);
        s20 = fma(q2, a, s20);
        s21 = fma(q2, b, s21);
      }
      if (rows > 3) {
        const q3 = v128.load(q, 48);
        s30 = fma(q3, a, s30);
        s31 = fma(q3, b, s31);
      }
      if (rows > 4) {
        const q4 = v128.load(q, 64);
        s40 = fma(q4, a, s40);
        s41 = fma(q4, b, s41);
      }
      if (rows > 5) {
        const q5 = v128.load(q, 80);
        s50 = fma(q5, a, s50);
        s51 = fma(q5, b, s51);
      }
      q += rows << 4;
      k0 += 16;
      k1 += 16;
    }
    storeTwoRows(to, s00, s01, s10, s11, rows > 1, scales);
    if (rows > 2) storeTwoRows(to + 2 * rowBytes, s20, s21, s30, s31, rows > 3, scales);
    if (rows > 4) storeTwoRows(to + 4 * rowBytes, s40, s41, s50, s51, rows > 5, scales);
    to += 8;
  }
}

/** The sums of one row or two, each times two keys. */
// @ts-ignore: decorator
@inline
function storeTwoRows(to: usize, a: v128, b: v128, c: v128, d: v128, second: bool, scales: v128): void {
  const sums = f32x4.mul(sumEach(a, b, c, d), scales);
  v128.store_lane<u64>(to, sums, 0);
  if (second) v128.store_lane<u64>(to + rowBytes, sums, 1);
}

/** The lanes of four vectors added, (0 + 2) + (1 + 3) in each: one result a lane. */
// @ts-ignore: decorator
@inline
function sumEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** One row times eight keys: as many sums as a multiply-add takes to come back. */
function scoresOfEight(to: usize, q: usize, k0: usize, kStep: usize, depth: i32, scale: f32): void {
  const k1 = k0 + kStep;
  const k2 = k1 + kStep;
  const k3 = k2 + kStep;
  const k4 = k3 + kStep;
  const k5 = k4 + kStep;
  const k6 = k5 + kStep;
  const k7 = k6 + kStep;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const bytes = (<usize>depth) << 2;
  for (let p: usize = 0; p < bytes; p += 16) {
    const x = v128.load(q + p);
    s0 = fma(x, v128.load(k0 + p), s0);
    s1 = fma(x, v128.load(k1 + p), s1);
    s2 = fma(x, v128.load(k2 + p), s2);
    s3 = fma(x, v128.load(k3 + p), s3);
    s4 = fma(x, v128.load(k4 + p), s4);
    s5 = fma(x, v128.load(k5 + p), s5);
    s6 = fma(x, v128.load(k6 + p), s6);
    s7 = fma(x, v128.load(k7 + p), s7);
  }
  const scales = f32x4.splat(scale);
  v128.store(to, f32x4.mul(sumEach(s0, s1, s2, s3), scales));
  v128.store(to, f32x4.mul(sumEach(s4, s5, s6, s7), scales), 16);
}

// One function a height, so that each gets registers of its own.

function scores1(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(1, to, q, k, kStep, width, depth, scale);
}

function scores2(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(2, to, q, k, kStep, width, depth, scale);
}

function scores3(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(3, to, q, k, kStep, width, depth, scale);
}

function scores4(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(4, to, q, k, kStep, width, depth, scale);
}

function scores5(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(5, to, q, k, kStep, width, depth, scale);
}

function scores6(to: usize, q: usize, k: usize, kStep: usize, width: i32, depth: i32, scale: f32): void {
  scoresOfPairs(6, to, q, k, kStep, width, depth, scale);
}
