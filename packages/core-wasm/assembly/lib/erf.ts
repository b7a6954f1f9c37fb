import { expSum4 } from "./exp";
import { fma, spread } from "./simd";

// The constants lie in memory: see `spread`. Both polynomials from the highest power down.
// @ts-ignore: decorator
@inline
const near: usize = memory.data<f32>([
  7.806904e-5, -0.0007997853, 0.005187162, -0.026853347, 0.11283579, -0.37612626, 0.12837917,
]);
// @ts-ignore: decorator
@inline
const scaled: usize = memory.data<f32>([
  -0.00028899155, -0.0012470509, 0.0011971024, 0.0086502405, -0.008019339, -0.054210857, 0.16405018, -0.16603063,
  -0.09276381, 1.2769784,
]);
// @ts-ignore: decorator
@inline
const one: usize = memory.data<f32>([1]);
// @ts-ignore: decorator
@inline
const two: usize = memory.data<f32>([2]);
// @ts-ignore: decorator
@inline
const half: usize = memory.data<f32>([0.5]);
// @ts-ignore: decorator
@inline
const minusHalf: usize = memory.data<f32>([-0.5]);
// @ts-ignore: decorator
@inline
const bound: usize = memory.data<f32>([15]);
// @ts-ignore: decorator
@inline
const rootHalf: usize = memory.data<f32>([0.70710678]);
// @ts-ignore: decorator
@inline
const seam: usize = memory.data<f32>([0.4]);
// @ts-ignore: decorator
@inline
const highBits: usize = memory.data<u32>([0xfffff000]);

/** erf(a) = a + a · R(a²) for 0 ≤ a ≤ 1; R is a minimax fit, relative error 2^−29. */
// @ts-ignore: decorator
@inline
function erfNear(a: v128): v128 {
  const u = f32x4.mul(a, a);
  let R = fma(spread(near), u, spread(near + 4));
  R = fma(R, u, spread(near + 8));
  R = fma(R, u, spread(near + 12));
  R = fma(R, u, spread(near + 16));
  R = fma(R, u, spread(near + 20));
  R = fma(R, u, spread(near + 24));
  return fma(R, a, a);
}

/**
 * e^(a²) · erfc(a) for 0.4 ≤ a ≤ 10.2: (1 + 2a) times it is smooth in t = (a − 2) / (a + 2), and the fit in
 * t has a relative error of 2^−26.9.
 */
// @ts-ignore: decorator
@inline
function erfcScaled(a: v128): v128 {
  const t = f32x4.div(f32x4.sub(a, spread(two)), f32x4.add(a, spread(two)));
  let p = fma(spread(scaled), t, spread(scaled + 4));
  p = fma(p, t, spread(scaled + 8));
  p = fma(p, t, spread(scaled + 12));
  p = fma(p, t, spread(scaled + 16));
  p = fma(p, t, spread(scaled + 20));
  p = fma(p, t, spread(scaled + 24));
  p = fma(p, t, spread(scaled + 28));
  p = fma(p, t, spread(scaled + 32));
  p = fma(p, t, spread(scaled + 36));
  return f32x4.div(p, f32x4.add(spread(one), f32x4.add(a, a)));
}

/** e^(factor · a²), at most 150 below in the exponent: a² in two parts, the first of them exact. */
// @ts-ignore: decorator
@inline
function expOfSquare(a: v128, factor: v128): v128 {
  const high = v128.and(a, spread(highBits));
  const square = f32x4.mul(f32x4.mul(high, high), factor);
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(a, high), f32x4.add(a, high)), factor);
  return expSum4(square, rest);
}

/** e^(−x²), to full accuracy also in the tails. */
// @ts-ignore: decorator
@inline
export function expMinusSquare4(x: v128): v128 {
  return expOfSquare(f32x4.pmin(f32x4.abs(x), f32x4.splat(12)), f32x4.splat(-1));
}

/** e^(−x²/2): the standard normal's density, but for its factor 1 / √(2π). */
// @ts-ignore: decorator
@inline
export function gaussian4(x: v128): v128 {
  return expOfSquare(f32x4.pmin(f32x4.abs(x), spread(bound)), spread(minusHalf));
}

/**
 * The error function in each lane: a polynomial where |x| < 1, 1 − erfc beyond.
 *
 * ±0 and ±∞ give ±0 and ±1, NaN gives NaN. Odd to the bit.
 * Maximum error, over all floats: 1.32 ulp (simd), 0.99 ulp (relaxed).
 */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const a = f32x4.pmin(v128.xor(x, sign), f32x4.splat(5));
  const far = f32x4.sub(spread(one), f32x4.mul(expMinusSquare4(a), erfcScaled(a)));
  return v128.or(sign, v128.bitselect(erfNear(a), far, f32x4.lt(a, spread(one))));
}

/**
 * Φ(x) = erfc(−x / √2) / 2, the normal distribution function, given g = gaussian4(x). The lower tail keeps
 * its relative accuracy, which (1 + erf) / 2 loses. Maximum error, over all floats: 4.28 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128, g: v128): v128 {
  const z = f32x4.mul(f32x4.pmin(f32x4.abs(x), spread(bound)), spread(rootHalf));
  const inner = fma(spread(minusHalf), erfNear(z), spread(half));
  const outer = f32x4.mul(f32x4.mul(spread(half), g), erfcScaled(z));
  const tail = v128.bitselect(inner, outer, f32x4.lt(z, spread(seam)));
  return v128.bitselect(tail, f32x4.sub(spread(one), tail), f32x4.lt(x, f32x4.splat(0)));
}
