import { fma, spread } from "./simd";

// The constants lie in memory: see `spread`.

// @ts-ignore: decorator
@inline
const ln2High: usize = memory.data<f32>([0.693359375]);
// @ts-ignore: decorator
@inline
const ln2Low: usize = memory.data<f32>([-2.12194440e-4]);
/** The bits of √½: a mantissa is taken in [√½, √2), so that log 1 comes out as exactly 0. */
// @ts-ignore: decorator
@inline
const sqrtHalfBits: usize = memory.data<i32>([0x3f3504f3]);
/** R, from the highest power down: see `logReduced`. */
// @ts-ignore: decorator
@inline
const coefficients: usize = memory.data<f32>([0.29870805, 0.39977583, 0.66666776]);
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
const infinity: usize = memory.data<f32>([Infinity]);
// @ts-ignore: decorator
@inline
const leastNormal: usize = memory.data<f32>([1.17549435e-38]);
// @ts-ignore: decorator
@inline
const twoTo23: usize = memory.data<f32>([8388608]);

/**
 * e · ln 2 + log(1 + f) for f in [√½ − 1, √2 − 1]. With s = f / (2 + f), log(1 + f) = 2 atanh(s), and
 * f − f²/2 + s · (f²/2 + R(s²)) is the same with the rounded terms small. R: a minimax fit, error 2^−30.
 */
// @ts-ignore: decorator
@inline
function logReduced(f: v128, e: v128): v128 {
  const halfSquare = f32x4.mul(f32x4.mul(spread(half), f), f);
  const s = f32x4.div(f, f32x4.add(spread(two), f));
  const z = f32x4.mul(s, s);
  let R = fma(spread(coefficients), z, spread(coefficients + 4));
  R = f32x4.mul(fma(R, z, spread(coefficients + 8)), z);
  const low = fma(e, spread(ln2Low), f32x4.mul(s, f32x4.add(halfSquare, R)));
  return fma(e, spread(ln2High), f32x4.sub(f, f32x4.sub(halfSquare, low)));
}

/**
 * The natural logarithm in each lane: x = 2^e · (1 + f), log x = e · ln 2 + log(1 + f). Denormals keep their
 * accuracy.
 *
 * log 0 = log −0 = −∞, log +∞ = +∞; a negative x and NaN give NaN. log 1 is exactly 0.
 * Maximum error, over all floats: 0.85 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const denormal = f32x4.lt(x, spread(leastNormal));
  const v = v128.bitselect(f32x4.mul(x, spread(twoTo23)), x, denormal);
  const exponent = i32x4.shr_s(i32x4.sub(v, spread(sqrtHalfBits)), 23);
  const f = f32x4.sub(i32x4.sub(v, i32x4.shl(exponent, 23)), spread(one));
  const e = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(denormal, i32x4.splat(23))));
  // What is left for the special cases: −∞ at zeros, NaN below them, +∞ and NaN as they came.
  const zeroOrLess = v128.bitselect(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(0)));
  const special = v128.bitselect(zeroOrLess, x, f32x4.le(x, f32x4.splat(0)));
  const regular = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, spread(infinity)));
  return v128.bitselect(logReduced(f, e), special, regular);
}

/**
 * log(1 + x) in each lane for x ≥ 0, accurate where 1 + x rounds: what the addition lost goes back into f.
 * +∞ gives +∞, NaN gives NaN. Not for x < 0.
 * Maximum error, over all floats ≥ 0: 1.40 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function logOnePlus4(x: v128): v128 {
  const u = f32x4.add(spread(one), x);
  const lost = v128.bitselect(
    f32x4.sub(spread(one), f32x4.sub(u, x)),
    f32x4.sub(x, f32x4.sub(u, spread(one))),
    f32x4.gt(x, spread(one)),
  );
  const exponent = i32x4.shr_s(i32x4.sub(u, spread(sqrtHalfBits)), 23);
  // 2^−exponent; beyond 2^126, where nothing counts that was lost, 0.
  const shrink = i32x4.shl(i32x4.max_s(i32x4.sub(i32x4.splat(127), exponent), i32x4.splat(0)), 23);
  const f = fma(lost, shrink, f32x4.sub(i32x4.sub(u, i32x4.shl(exponent, 23)), spread(one)));
  const result = logReduced(f, f32x4.convert_i32x4_s(exponent));
  return v128.bitselect(result, x, f32x4.lt(x, spread(infinity)));
}
