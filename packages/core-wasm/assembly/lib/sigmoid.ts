import { exp4 } from "./exp";

/**
 * 1 / (1 + e^−x) in each lane, from z = e^−|x| ≤ 1, which cannot overflow: 1 / (1 + z) for x ≥ 0, z / (1 + z)
 * below, so that a very negative x keeps its relative accuracy down to the denormals.
 *
 * −∞ gives 0, +∞ gives 1, NaN gives NaN. Maximum error, over all floats: 2.41 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const z = exp4(v128.or(x, i32x4.splat(0x80000000)));
  const numerator = v128.bitselect(z, f32x4.splat(1), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(f32x4.splat(1), z));
}
