/**
 * e^x in float64. Below −745.2 it is 0, above 709.78 it is Infinity; NaN stays NaN.
 *
 * x = k·ln 2 + r with |r| ≤ ½ ln 2, e^r by its Taylor series up to r¹³/13!. The factor 2^k comes in two halves, so
 * that the ends of the range (denormal results among them) are reached.
 *
 * Greatest error measured: 0.92 ULP (test/lib/float64.node.test.ts holds it to 1). No fused operation: the same bits in
 * each variant.
 */
export function exp64(x: v128): v128 {
  const bounded = f64x2.min(f64x2.max(x, f64x2.splat(-746)), f64x2.splat(710));
  const k = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(1.4426950408889634)));
  // 40 bits of ln 2, and the rest: the first product is exact.
  const high = f64x2.sub(bounded, f64x2.mul(k, f64x2.splat(0.6931471805592082)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(7.371002565167799e-13)));
  let q = f64x2.splat(1.6059043836821613e-10); // 1/13!
  q = step(q, r, 2.08767569878681e-9);
  q = step(q, r, 2.505210838544172e-8);
  q = step(q, r, 2.755731922398589e-7);
  q = step(q, r, 2.7557319223985893e-6);
  q = step(q, r, 2.48015873015873e-5);
  q = step(q, r, 1.984126984126984e-4);
  q = step(q, r, 1.388888888888889e-3);
  q = step(q, r, 8.333333333333333e-3);
  q = step(q, r, 4.1666666666666664e-2);
  q = step(q, r, 0.16666666666666666);
  q = step(q, r, 0.5); // 1/2!
  const y = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(f64x2.mul(r, r), q)));
  const ki = i32x4.trunc_sat_f64x2_s_zero(k);
  const half = i32x4.shr_s(ki, 1);
  return f64x2.mul(f64x2.mul(y, power(half)), power(i32x4.sub(ki, half)));
}

/** 2^k for the two low lanes, as float64. */
// @ts-ignore: decorator
@inline
function power(k: v128): v128 {
  return i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(k), i64x2.splat(1023)), 52);
}

// @ts-ignore: decorator
@inline
function step(sum: v128, z: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, z), f64x2.splat(coefficient));
}
