import { exp4 } from "./exp";
import { fma } from "./simd";

/**
 * 1 / (1 + e^−x) in each lane, from z = e^−|x| ≤ 1, which cannot overflow: 1 / (1 + z) for x ≥ 0, z / (1 + z)
 * below, so that a very negative x keeps its relative accuracy down to the denormals.
 *
 * −∞ gives 0, +∞ gives 1, NaN gives NaN. Maximum error, over all floats: 2.41 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return sigmoidOf(x, expMinusAbs4(x));
}

/** The derivative of the sigmoid: 1 − sigmoid is never formed. */
// @ts-ignore: decorator
@inline
export function sigmoidSlope4(x: v128): v128 {
  return sigmoidSlopeOf(expMinusAbs4(x));
}

/** x · sigmoid(x). */
// @ts-ignore: decorator
@inline
export function silu4(x: v128): v128 {
  return f32x4.mul(aboveUnderflow(x), sigmoid4(x));
}

/** The derivative of `silu4`: sigmoid(x) + x · sigmoid′(x). */
// @ts-ignore: decorator
@inline
export function siluSlope4(x: v128): v128 {
  const z = expMinusAbs4(x);
  return fma(bounded(x), sigmoidSlopeOf(z), sigmoidOf(x, z));
}

/** z = e^−|x|, of which the functions here are made. */
// @ts-ignore: decorator
@inline
export function expMinusAbs4(x: v128): v128 {
  return exp4(v128.or(x, i32x4.splat(0x80000000)));
}

/** The sigmoid of x, given z = e^−|x|. */
// @ts-ignore: decorator
@inline
export function sigmoidOf(x: v128, z: v128): v128 {
  const numerator = v128.bitselect(z, f32x4.splat(1), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(f32x4.splat(1), z));
}

/** The derivative of the sigmoid from z = e^−|x|: z / (1 + z)². */
// @ts-ignore: decorator
@inline
export function sigmoidSlopeOf(z: v128): v128 {
  const d = f32x4.add(f32x4.splat(1), z);
  return f32x4.div(f32x4.div(z, d), d);
}

/** x, but no less than −150, where the factors it meets have underflowed to 0: −∞ · 0 would be NaN. */
// @ts-ignore: decorator
@inline
export function aboveUnderflow(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(-150));
}

/** The same on both sides. */
// @ts-ignore: decorator
@inline
export function bounded(x: v128): v128 {
  return f32x4.pmin(aboveUnderflow(x), f32x4.splat(150));
}
