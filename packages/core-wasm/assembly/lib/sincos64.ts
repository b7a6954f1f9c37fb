/**
 * sin 2πu and cos 2πu in float64 for 0 ≤ u ≤ 1. The turn is cut into quarters: q = nearest(4u) and r = 4u − q in
 * [−½, ½], both exact, so that no digit of π is lost to the reduction. Then Taylor series of sin(πr/2) and
 * cos(πr/2), and the quadrant says which of the two it is, and its sign.
 *
 *     q = quarters(u), r = remainder(u, q), s = sinQuarter(r), c = cosQuarter(r)
 *     sin 2πu = sinTurn(q, s, c), cos 2πu = cosTurn(q, s, c)
 *
 * Greatest error measured: 1.21 ULP (test/lib/float64.node.test.ts holds it to 1.3). No fused operation: the same bits
 * in each variant.
 */

// In memory: see `spread`. From r¹⁷ to r³, and from r¹⁶ to r².
// @ts-ignore: decorator
@inline
const sineSeries: usize = memory.data<f64>([
  6.0669357311061955e-12,
  -6.688035109811468e-10,
  5.692172921967927e-8,
  -3.598843235212085e-6,
  1.6044118478735983e-4,
  -4.681754135318688e-3,
  7.969262624616705e-2,
  -0.6459640975062463,
]);
// @ts-ignore: decorator
@inline
const cosineSeries: usize = memory.data<f64>([
  6.565963114979473e-11,
  -6.386603083791852e-9,
  4.710874778818172e-7,
  -2.5202042373060607e-5,
  9.192602748394266e-4,
  -2.086348076335296e-2,
  0.25366950790104803,
  -1.2337005501361697,
]);
// @ts-ignore: decorator
@inline
const numbers: usize = memory.data<f64>([0.07079632679489661, 1.5, 1, 4, 4503599627370496]);

/** The nearest quarter of a turn, 0 to 4. */
// @ts-ignore: decorator
@inline
export function quarters(u: v128): v128 {
  return f64x2.nearest(f64x2.mul(u, v128.load64_splat(numbers, 24)));
}

/** r = 4u − q. */
// @ts-ignore: decorator
@inline
export function remainder(u: v128, q: v128): v128 {
  return f64x2.sub(f64x2.mul(u, v128.load64_splat(numbers, 24)), q);
}

/**
 * sin(πr/2), |r| ≤ ½: terms up to r¹⁷. π/2 is split into 1.5 and the rest: 1.5r is exact (r has 51 bits at most), and
 * the rest joins the small terms.
 */
// @ts-ignore: decorator
@inline
export function sinQuarter(r: v128): v128 {
  const z = f64x2.mul(r, r);
  let p = v128.load64_splat(sineSeries);
  p = step(p, z, sineSeries, 1);
  p = step(p, z, sineSeries, 2);
  p = step(p, z, sineSeries, 3);
  p = step(p, z, sineSeries, 4);
  p = step(p, z, sineSeries, 5);
  p = step(p, z, sineSeries, 6);
  p = step(p, z, sineSeries, 7);
  const small = f64x2.mul(r, f64x2.add(v128.load64_splat(numbers), f64x2.mul(z, p)));
  return f64x2.add(f64x2.mul(r, v128.load64_splat(numbers, 8)), small);
}

/** cos(πr/2), |r| ≤ ½: terms up to r¹⁶. */
// @ts-ignore: decorator
@inline
export function cosQuarter(r: v128): v128 {
  const z = f64x2.mul(r, r);
  let p = v128.load64_splat(cosineSeries);
  p = step(p, z, cosineSeries, 1);
  p = step(p, z, cosineSeries, 2);
  p = step(p, z, cosineSeries, 3);
  p = step(p, z, cosineSeries, 4);
  p = step(p, z, cosineSeries, 5);
  p = step(p, z, cosineSeries, 6);
  p = step(p, z, cosineSeries, 7);
  return f64x2.add(v128.load64_splat(numbers, 16), f64x2.mul(z, p));
}

/** The sine in quadrant q, of s = sinQuarter and c = cosQuarter. */
// @ts-ignore: decorator
@inline
export function sinTurn(q: v128, s: v128, c: v128): v128 {
  const k = integer(q);
  return v128.xor(v128.bitselect(c, s, odd(k)), sign(k));
}

/** The cosine in quadrant q. */
// @ts-ignore: decorator
@inline
export function cosTurn(q: v128, s: v128, c: v128): v128 {
  const k = integer(q);
  return v128.xor(v128.bitselect(s, c, odd(k)), sign(i64x2.add(k, i64x2.splat(1))));
}

/** A whole number in [0, 4] as i64: adding 2⁵² puts it in the lowest bits. */
// @ts-ignore: decorator
@inline
function integer(q: v128): v128 {
  return v128.and(f64x2.add(q, v128.load64_splat(numbers, 32)), i64x2.splat(7));
}

// @ts-ignore: decorator
@inline
function odd(k: v128): v128 {
  return i64x2.neg(v128.and(k, i64x2.splat(1)));
}

/** The sign bit where bit 1 of k is set. */
// @ts-ignore: decorator
@inline
function sign(k: v128): v128 {
  return i64x2.shl(v128.and(k, i64x2.splat(2)), 62);
}

/** One more coefficient of a series, of which `index` says the place. */
// @ts-ignore: decorator
@inline
function step(sum: v128, z: v128, series: usize, index: usize): v128 {
  return f64x2.add(f64x2.mul(sum, z), v128.load64_splat(series + (index << 3)));
}
