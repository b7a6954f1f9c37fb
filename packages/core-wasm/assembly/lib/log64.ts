// In memory: see `spread`. R's coefficients from 2/21 to 2/3; √½; ½, 1 and 2; ln 2 in 40 bits, and the rest.
// @ts-ignore: decorator
@inline
const series: usize = memory.data<f64>([
  0.09523809523809523,
  0.10526315789473684,
  0.11764705882352941,
  0.13333333333333333,
  0.15384615384615385,
  0.18181818181818182,
  0.2222222222222222,
  0.2857142857142857,
  0.4,
  0.6666666666666666,
]);
// @ts-ignore: decorator
@inline
const rootHalf: usize = memory.data<u64>([0x3fe6a09e667f3bcd]);
// @ts-ignore: decorator
@inline
const exponentBits: usize = memory.data<u64>([0xfff0000000000000]);
// @ts-ignore: decorator
@inline
const numbers: usize = memory.data<f64>([0.5, 1, 2, 0.6931471805592082, 7.371002565167799e-13]);

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
// @ts-ignore: decorator
@inline
export function log64(x: v128): v128 {
  // e · 2⁵², and the mantissa's distance from √½ below it.
  const above = i64x2.sub(x, v128.load64_splat(rootHalf));
  const highWords = v128.shuffle<i32>(above, above, 1, 3, 1, 3);
  const e = f64x2.convert_low_i32x4_s(i32x4.shr_s(highWords, 20));
  const m = i64x2.sub(x, v128.and(above, v128.load64_splat(exponentBits)));
  const f = f64x2.sub(m, v128.load64_splat(numbers, 8));
  const s = f64x2.div(f, f64x2.add(f, v128.load64_splat(numbers, 16)));
  const z = f64x2.mul(s, s);
  let r = v128.load64_splat(series);
  r = step(r, z, 1);
  r = step(r, z, 2);
  r = step(r, z, 3);
  r = step(r, z, 4);
  r = step(r, z, 5);
  r = step(r, z, 6);
  r = step(r, z, 7);
  r = step(r, z, 8);
  r = step(r, z, 9);
  r = f64x2.mul(r, z);
  const half = f64x2.mul(v128.load64_splat(numbers), f64x2.mul(f, f));
  const tail = f64x2.add(f64x2.mul(s, f64x2.add(half, r)), f64x2.mul(e, v128.load64_splat(numbers, 32)));
  return f64x2.add(f64x2.mul(e, v128.load64_splat(numbers, 24)), f64x2.sub(f, f64x2.sub(half, tail)));
}

/** One more coefficient of the series, of which `index` says the place. */
// @ts-ignore: decorator
@inline
function step(sum: v128, z: v128, index: usize): v128 {
  return f64x2.add(f64x2.mul(sum, z), v128.load64_splat(series + (index << 3)));
}
