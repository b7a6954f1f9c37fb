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
const terms: usize = 10;
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
  const f = fraction(x);
  const s = ratio(f);
  const z = f64x2.mul(s, s);
  let r = v128.load64_splat(series);
  for (let i: usize = 1; i < terms; i++) r = step(r, z, v128.load64_splat(series + (i << 3)));
  return f64x2.sub(f64x2.splat(0), minus(x, f, s, f64x2.mul(r, z)));
}

/**
 * x[i] = −ln x[i], f64[8] or f64[16], with the steps of `log64`. Each step waits for the one before, so all the vectors take
 * one before any takes the next.
 *
 * @param vectors 4 or 8, a constant where this is inlined
 * @param workPtr 256 bytes
 */
// @ts-ignore: decorator
@inline
export function minusLogs(vectors: i32, xPtr: usize, workPtr: usize): void {
  const zPtr = workPtr + 128;
  const bytes = <usize>vectors << 4;
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = ratio(fraction(v128.load(xPtr + at)));
    v128.store(workPtr + at, s);
    v128.store(zPtr + at, f64x2.mul(s, s));
  }
  let r0 = v128.load64_splat(series);
  let r1 = r0;
  let r2 = r0;
  let r3 = r0;
  let r4 = r0;
  let r5 = r0;
  let r6 = r0;
  let r7 = r0;
  for (let at = series + 8; at < series + (terms << 3); at += 8) {
    const coefficient = v128.load64_splat(at);
    r0 = step(r0, v128.load(zPtr), coefficient);
    r1 = step(r1, v128.load(zPtr, 16), coefficient);
    r2 = step(r2, v128.load(zPtr, 32), coefficient);
    r3 = step(r3, v128.load(zPtr, 48), coefficient);
    if (vectors > 4) {
      r4 = step(r4, v128.load(zPtr, 64), coefficient);
      r5 = step(r5, v128.load(zPtr, 80), coefficient);
      r6 = step(r6, v128.load(zPtr, 96), coefficient);
      r7 = step(r7, v128.load(zPtr, 112), coefficient);
    }
  }
  v128.store(zPtr, f64x2.mul(r0, v128.load(zPtr)));
  v128.store(zPtr, f64x2.mul(r1, v128.load(zPtr, 16)), 16);
  v128.store(zPtr, f64x2.mul(r2, v128.load(zPtr, 32)), 32);
  v128.store(zPtr, f64x2.mul(r3, v128.load(zPtr, 48)), 48);
  if (vectors > 4) {
    v128.store(zPtr, f64x2.mul(r4, v128.load(zPtr, 64)), 64);
    v128.store(zPtr, f64x2.mul(r5, v128.load(zPtr, 80)), 80);
    v128.store(zPtr, f64x2.mul(r6, v128.load(zPtr, 96)), 96);
    v128.store(zPtr, f64x2.mul(r7, v128.load(zPtr, 112)), 112);
  }
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(xPtr + at);
    v128.store(xPtr + at, minus(x, fraction(x), v128.load(workPtr + at), v128.load(zPtr + at)));
  }
}

/** x − √½ as whole numbers: e in the highest 12 bits. */
// @ts-ignore: decorator
@inline
function aboveRootHalf(x: v128): v128 {
  return i64x2.sub(x, v128.load64_splat(rootHalf));
}

/** f = m − 1. */
// @ts-ignore: decorator
@inline
function fraction(x: v128): v128 {
  const m = i64x2.sub(x, v128.and(aboveRootHalf(x), v128.load64_splat(exponentBits)));
  return f64x2.sub(m, v128.load64_splat(numbers, 8));
}

/** s = f / (f + 2). */
// @ts-ignore: decorator
@inline
function ratio(f: v128): v128 {
  return f64x2.div(f, f64x2.add(f, v128.load64_splat(numbers, 16)));
}

// @ts-ignore: decorator
@inline
function step(sum: v128, z: v128, coefficient: v128): v128 {
  return f64x2.add(f64x2.mul(sum, z), coefficient);
}

/** −ln x = ((f²/2 − (s · (f²/2 + R) + e · rest)) − f) − e · ln 2, where r is R. */
// @ts-ignore: decorator
@inline
function minus(x: v128, f: v128, s: v128, r: v128): v128 {
  const above = aboveRootHalf(x);
  const e = f64x2.convert_low_i32x4_s(i32x4.shr_s(v128.shuffle<i32>(above, above, 1, 3, 1, 3), 20));
  const half = f64x2.mul(v128.load64_splat(numbers), f64x2.mul(f, f));
  const tail = f64x2.add(f64x2.mul(s, f64x2.add(half, r)), f64x2.mul(e, v128.load64_splat(numbers, 32)));
  return f64x2.sub(f64x2.sub(f64x2.sub(half, tail), f), f64x2.mul(e, v128.load64_splat(numbers, 24)));
}
