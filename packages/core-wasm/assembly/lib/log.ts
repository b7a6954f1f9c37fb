import { fma } from "./simd";

// @ts-ignore: decorator
@inline
const ln2High: f32 = 0.693359375;
// @ts-ignore: decorator
@inline
const ln2Low: f32 = -2.12194440e-4;
/** The bits of √½: a mantissa is taken in [√½, √2), so that log 1 comes out as exactly 0. */
// @ts-ignore: decorator
@inline
const sqrtHalfBits: i32 = 0x3f3504f3;

/**
 * e · ln 2 + log(1 + f) for f in [√½ − 1, √2 − 1]. With s = f / (2 + f), log(1 + f) = 2 atanh(s), and
 * f − f²/2 + s · (f²/2 + R(s²)) is the same with the rounded terms small. R: a minimax fit, error 2^−30.
 */
// @ts-ignore: decorator
@inline
function logReduced(f: v128, e: v128): v128 {
  const half = f32x4.mul(f32x4.mul(f32x4.splat(0.5), f), f);
  const s = f32x4.div(f, f32x4.add(f32x4.splat(2), f));
  const z = f32x4.mul(s, s);
  let R = fma(f32x4.splat(0.29870805), z, f32x4.splat(0.39977583));
  R = f32x4.mul(fma(R, z, f32x4.splat(0.66666776)), z);
  const low = fma(e, f32x4.splat(ln2Low), f32x4.mul(s, f32x4.add(half, R)));
  return fma(e, f32x4.splat(ln2High), f32x4.sub(f, f32x4.sub(half, low)));
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
  const denormal = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const v = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, denormal);
  const exponent = i32x4.shr_s(i32x4.sub(v, i32x4.splat(sqrtHalfBits)), 23);
  const f = f32x4.sub(i32x4.sub(v, i32x4.shl(exponent, 23)), f32x4.splat(1));
  const e = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(denormal, i32x4.splat(23))));
  // What is left for the special cases: −∞ at zeros, NaN below them, +∞ and NaN as they came.
  const zeroOrLess = v128.bitselect(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(0)));
  const special = v128.bitselect(zeroOrLess, x, f32x4.le(x, f32x4.splat(0)));
  const regular = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
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
  const u = f32x4.add(f32x4.splat(1), x);
  const lost = v128.bitselect(
    f32x4.sub(f32x4.splat(1), f32x4.sub(u, x)),
    f32x4.sub(x, f32x4.sub(u, f32x4.splat(1))),
    f32x4.gt(x, f32x4.splat(1)),
  );
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(sqrtHalfBits)), 23);
  // 2^−exponent; beyond 2^126, where nothing counts that was lost, 0.
  const shrink = i32x4.shl(i32x4.max_s(i32x4.sub(i32x4.splat(127), exponent), i32x4.splat(0)), 23);
  const f = fma(lost, shrink, f32x4.sub(i32x4.sub(u, i32x4.shl(exponent, 23)), f32x4.splat(1)));
  const result = logReduced(f, f32x4.convert_i32x4_s(exponent));
  return v128.bitselect(result, x, f32x4.lt(x, f32x4.splat(Infinity)));
}
