/**
 * ln x in float64, for positive normal x (what the generators feed it; zero, denormals, infinities and NaN
 * give nonsense).
 *
 * x = 2^e · m with m in [√½, √2), f = m − 1, s = f / (2 + f), so that ln m = 2 atanh(s) = 2s + s·R(s²) with
 * R(z) = 2z/3 + 2z²/5 + 2z³/7 + …, which is cut after 2z¹⁰/21: |s| < 0.1716. Since 2s = f − f²/2 + s·f²/2,
 * the large term f enters exactly and only small ones are rounded. ln 2 is split into 40 leading bits, whose
 * product with e is exact, and the rest.
 *
 * Greatest error measured: 0.77 ULP (test/lib/float64.node.test.ts holds it to 0.9). No fused operation: the same bits
 * in each variant.
 */
export function log64(x: v128): v128 {
  const rootHalf = i64x2.splat(0x3fe6a09e667f3bcd);
  const exponent = i64x2.shr_s(i64x2.sub(x, rootHalf), 52);
  const e = f64x2.convert_low_i32x4_s(i8x16.shuffle(exponent, exponent, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11));
  const f = f64x2.sub(i64x2.sub(x, i64x2.shl(exponent, 52)), f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f, f64x2.splat(2)));
  const z = f64x2.mul(s, s);
  let r = f64x2.splat(0.09523809523809523); // 2/21
  r = step(r, z, 0.10526315789473684); // 2/19
  r = step(r, z, 0.11764705882352941);
  r = step(r, z, 0.13333333333333333);
  r = step(r, z, 0.15384615384615385);
  r = step(r, z, 0.18181818181818182);
  r = step(r, z, 0.2222222222222222);
  r = step(r, z, 0.2857142857142857);
  r = step(r, z, 0.4);
  r = step(r, z, 0.6666666666666666); // 2/3
  r = f64x2.mul(r, z);
  const half = f64x2.mul(f64x2.splat(0.5), f64x2.mul(f, f));
  const tail = f64x2.add(f64x2.mul(s, f64x2.add(half, r)), f64x2.mul(e, f64x2.splat(7.371002565167799e-13)));
  return f64x2.add(f64x2.mul(e, f64x2.splat(0.6931471805592082)), f64x2.sub(f, f64x2.sub(half, tail)));
}

// @ts-ignore: decorator
@inline
function step(sum: v128, z: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, z), f64x2.splat(coefficient));
}
