import { exp4 } from "./exp";
import { fma, spread } from "./simd";

// The constants lie in memory: see `spread`.
// @ts-ignore: decorator
@inline
const p4: usize = memory.data<f32>([-0.005697346]);
// @ts-ignore: decorator
@inline
const p3: usize = memory.data<f32>([0.020631723]);
// @ts-ignore: decorator
@inline
const p2: usize = memory.data<f32>([-0.053737268]);
// @ts-ignore: decorator
@inline
const p1: usize = memory.data<f32>([0.1333141]);
// @ts-ignore: decorator
@inline
const p0: usize = memory.data<f32>([-0.3333328]);
// @ts-ignore: decorator
@inline
const bound: usize = memory.data<f32>([0.625]);
// @ts-ignore: decorator
@inline
const two: usize = memory.data<f32>([2]);
// @ts-ignore: decorator
@inline
const one: usize = memory.data<f32>([1]);

/**
 * The hyperbolic tangent in each lane: x + x³ · P(x²) where |x| < 0.625 (P a minimax fit, relative error
 * 2^−27.7), so that small x keep their relative accuracy, and ±(1 − 2 / (e^2|x| + 1)) beyond.
 *
 * ±0 and ±∞ give ±0 and ±1, NaN gives NaN. Odd to the bit.
 * Maximum error, over all floats: 1.34 ulp (both variants).
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const a = v128.xor(x, sign);
  const u = f32x4.mul(a, a);
  let P = fma(spread(p4), u, spread(p3));
  P = fma(P, u, spread(p2));
  P = fma(P, u, spread(p1));
  P = fma(P, u, spread(p0));
  const near = fma(f32x4.mul(P, u), a, a);
  const e = exp4(f32x4.add(a, a));
  const far = f32x4.sub(spread(one), f32x4.div(spread(two), f32x4.add(e, spread(one))));
  return v128.or(sign, v128.bitselect(near, far, f32x4.lt(a, spread(bound))));
}
