import { fma, spread } from "./simd";

// The constants lie in memory: see `spread`. ln 2 is in two parts: n · ln2High is exact for |n| < 2^15.
// @ts-ignore: decorator
@inline
const minusLn2High: usize = memory.data<f32>([-0.693359375]);
// @ts-ignore: decorator
@inline
const minusLn2Low: usize = memory.data<f32>([2.12194440e-4]);
// @ts-ignore: decorator
@inline
const log2e: usize = memory.data<f32>([1.44269504]);
// @ts-ignore: decorator
@inline
const rounder: usize = memory.data<f32>([12583166]);
// @ts-ignore: decorator
@inline
const bias: usize = memory.data<u32>([127]);
// @ts-ignore: decorator
@inline
const exponentField: usize = memory.data<u32>([0x7f800000]);
// @ts-ignore: decorator
@inline
const one: usize = memory.data<f32>([1]);
// @ts-ignore: decorator
@inline
const expMost: usize = memory.data<f32>([128]);
// @ts-ignore: decorator
@inline
const expLeast: usize = memory.data<f32>([-150]);
/** Here the rounded exponent is −127, whose power of two `expOfShifted4` makes an exact 0. */
// @ts-ignore: decorator
@inline
const shiftedLeast: usize = memory.data<f32>([-88]);
/** 1.5 · 2^23: a small number added to it is rounded to a whole one, which then stands in the lowest bits. */
// @ts-ignore: decorator
@inline
const roundToInteger: usize = memory.data<f32>([12582912]);
// @ts-ignore: decorator
@inline
const q4: usize = memory.data<f32>([0.0013800227]);
// @ts-ignore: decorator
@inline
const q3: usize = memory.data<f32>([0.008371457]);
// @ts-ignore: decorator
@inline
const q2: usize = memory.data<f32>([0.041668832]);
// @ts-ignore: decorator
@inline
const q1: usize = memory.data<f32>([0.16666497]);
// @ts-ignore: decorator
@inline
const q0: usize = memory.data<f32>([0.4999999]);

/**
 * x / ln 2, rounded to a whole number n by the addition of `rounder` = 1.5 · 2^23 + 254: that leaves no place for a
 * fraction, and n + 254 in the lowest bits of the sum. `nearest` rounds the same, halves to even numbers too, but then a
 * conversion to integers is needed, which on x86 is long.
 */
// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return fma(x, spread(log2e), spread(rounder));
}

/**
 * p · 2^n, in two halves: results below 2^−126 are rounded once, those beyond the greatest float are ∞.
 *
 * @param sum n + 254 in its low bits, −252 ≤ n ≤ 254, from `roundedExponent`
 */
// @ts-ignore: decorator
@inline
function scaleByPowerOfTwo(p: v128, sum: v128): v128 {
  // Exponent fields: (n + 254) / 2 rounded down, and the rest of n + 254.
  const half = v128.and(i32x4.shl(sum, 22), spread(exponentField));
  return f32x4.mul(f32x4.mul(p, half), i32x4.sub(i32x4.shl(sum, 23), half));
}

/** e^r − 1 = r + r² · q(r) for |r| ≤ 0.36; q is a minimax fit of degree 4, relative error 2^−27.9 of e^r. */
// @ts-ignore: decorator
@inline
function expMinusOneReduced(r: v128): v128 {
  let q = fma(spread(q4), r, spread(q3));
  q = fma(q, r, spread(q2));
  q = fma(q, r, spread(q1));
  q = fma(q, r, spread(q0));
  return fma(f32x4.mul(r, r), q, r);
}

/**
 * e^x in each lane: x = n · ln 2 + r, e^x = 2^n · e^r.
 *
 * NaN gives NaN, +∞ and x > 88.73 give +∞, x < −103.98 gives 0; results below 2^−126 are denormal, not
 * flushed. e^0 is exactly 1.
 * Maximum error, over all floats: 1.01 ulp (simd), 1.03 ulp (relaxed).
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Selects that let NaN through; beyond these bounds the result is ∞ or 0 all the same.
  const v = f32x4.pmax(f32x4.pmin(x, spread(expMost)), spread(expLeast));
  const sum = roundedExponent(v);
  const n = f32x4.sub(sum, spread(rounder));
  const r = fma(n, spread(minusLn2Low), fma(n, spread(minusLn2High), v));
  return scaleByPowerOfTwo(f32x4.add(spread(one), expMinusOneReduced(r)), sum);
}

/** The least x of `expBelow0`: its factor 2^n, n ≥ −126, is no denormal. */
export const leastBelow0: f32 = -87;

/**
 * e^x in each lane for −87 ≤ x ≤ 0, with the bits of `exp4` and fewer instructions: neither end of the range is near, so
 * that no bounds are needed and one factor 2^n does. NaN gives NaN; another x gives nonsense.
 */
// @ts-ignore: decorator
@inline
export function expBelow0(x: v128): v128 {
  const sum = roundedExponent(x);
  const n = f32x4.sub(sum, spread(rounder));
  const r = fma(n, spread(minusLn2Low), fma(n, spread(minusLn2High), x));
  const power = i32x4.shl(i32x4.sub(sum, spread(bias)), 23);
  return f32x4.mul(f32x4.add(spread(one), expMinusOneReduced(r)), power);
}

/**
 * e^x in each lane for x ≤ 0.1, as the weights of a softmax need it after the maximum is subtracted: half the work of
 * `exp4`, with the same bits down to x = −87.33. Below −87.68, where e^x < 2^−126.5, it is exactly 0; NaN gives NaN.
 */
// @ts-ignore: decorator
@inline
export function expOfShifted4(x: v128): v128 {
  const v = f32x4.pmax(x, spread(shiftedLeast));
  const rounded = f32x4.add(f32x4.mul(v, spread(log2e)), spread(roundToInteger));
  const n = f32x4.sub(rounded, spread(roundToInteger));
  const r = fma(n, spread(minusLn2Low), fma(n, spread(minusLn2High), v));
  const p = f32x4.add(spread(one), expMinusOneReduced(r));
  return f32x4.mul(p, i32x4.add(i32x4.shl(rounded, 23), spread(one)));
}

/**
 * e^(high + low) for a finite `high` in [−150, 128] and a small `low`: the exponent in twice the precision,
 * where it is large and its rounding would cost the result its last bits.
 */
// @ts-ignore: decorator
@inline
export function expSum4(high: v128, low: v128): v128 {
  const sum = roundedExponent(f32x4.add(high, low));
  const n = f32x4.sub(sum, spread(rounder));
  const r = fma(n, spread(minusLn2Low), f32x4.add(fma(n, spread(minusLn2High), high), low));
  return scaleByPowerOfTwo(f32x4.add(spread(one), expMinusOneReduced(r)), sum);
}

/**
 * e^x − 1 in each lane, without the cancellation near 0: 2^n · (e^r − 1) + (2^n − 1).
 *
 * NaN gives NaN, +∞ and x > 88.73 give +∞, −∞ gives −1.
 * Maximum error, over all floats: 1.63 ulp (simd), 1.49 ulp (relaxed).
 */
// @ts-ignore: decorator
@inline
export function expMinusOne4(x: v128): v128 {
  const v = f32x4.pmax(f32x4.pmin(x, spread(expMost)), f32x4.splat(-30));
  const sum = roundedExponent(v);
  const n = f32x4.sub(sum, spread(rounder));
  const r = fma(n, spread(minusLn2Low), fma(n, spread(minusLn2High), v));
  const p = expMinusOneReduced(r);
  // 2^(n − 1) twice over: 2^n itself may be beyond the greatest float while the result is not.
  const half = i32x4.shl(i32x4.sub(sum, i32x4.splat(128)), 23);
  const result = fma(half, p, f32x4.sub(half, f32x4.splat(0.5)));
  const inRange = f32x4.add(result, result);
  // Halving would cost a denormal x its last bit.
  return v128.bitselect(p, inRange, f32x4.eq(n, f32x4.splat(0)));
}
