import { exp4, expBelow0, leastBelow0 } from "./exp";
import { loadUpTo4, storeUpTo4 } from "./tail";

/** The greatest of n floats; NaN if one of them is, −∞ if there are none. */
export function maxOf(xPtr: usize, n: usize): f32 {
  // Four at once: `f32x4.max` takes several instructions, one waiting for the other.
  let a = f32x4.splat(-Infinity);
  let b = a;
  let c = a;
  let d = a;
  let i: usize = 0;
  for (; i + 16 <= n; i += 16) {
    const at = xPtr + (i << 2);
    a = f32x4.max(a, v128.load(at));
    b = f32x4.max(b, v128.load(at, 16));
    c = f32x4.max(c, v128.load(at, 32));
    d = f32x4.max(d, v128.load(at, 48));
  }
  for (; i + 4 <= n; i += 4) a = f32x4.max(a, v128.load(xPtr + (i << 2)));
  a = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
  let greatest = max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  for (; i < n; i++) greatest = max(greatest, load<f32>(xPtr + (i << 2)));
  return greatest;
}

/**
 * Lane 0: the greatest of n floats, lane 1: the least; −∞ and ∞ if there are none. NaN is passed over, which whoever
 * goes on to compute with the floats will meet: one instruction each, where `f32x4.max` is seven.
 */
export function rangeOf(xPtr: usize, n: usize): v128 {
  let greatest = f32x4.splat(-Infinity);
  let least = f32x4.splat(Infinity);
  let greatest2 = greatest;
  let least2 = least;
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) {
    const x = v128.load(xPtr + (i << 2));
    const y = v128.load(xPtr + (i << 2), 16);
    greatest = f32x4.pmax(greatest, x);
    greatest2 = f32x4.pmax(greatest2, y);
    least = f32x4.pmin(least, x);
    least2 = f32x4.pmin(least2, y);
  }
  greatest = f32x4.pmax(greatest, greatest2);
  least = f32x4.pmin(least, least2);
  for (; i + 4 <= n; i += 4) {
    const x = v128.load(xPtr + (i << 2));
    greatest = f32x4.pmax(greatest, x);
    least = f32x4.pmin(least, x);
  }
  for (; i < n; i++) {
    const x = v128.load32_splat(xPtr + (i << 2));
    greatest = f32x4.pmax(greatest, x);
    least = f32x4.pmin(least, x);
  }
  greatest = f32x4.pmax(greatest, highPair(greatest));
  least = f32x4.pmin(least, highPair(least));
  greatest = f32x4.pmax(greatest, f32x4.shuffle(greatest, greatest, 1, 0, 3, 2));
  least = f32x4.pmin(least, f32x4.shuffle(least, least, 1, 0, 3, 2));
  return f32x4.shuffle(greatest, least, 0, 4, 1, 5);
}

/**
 * Σ e^(x[i] − greatest) in float64, in an order that depends on n alone.
 *
 * @param ePtr  where the exponentials go, f32[n]; 0 for nowhere; may be xPtr
 * @param range `rangeOf` the same floats: where the least is near the greatest, a shorter `exp4` has the same bits
 */
export function sumOfExp(ePtr: usize, xPtr: usize, n: usize, range: v128): f64 {
  const greatest = f32x4.extract_lane(range, 0);
  if (f32x4.extract_lane(range, 1) - greatest >= leastBelow0) {
    if (ePtr) return sumExponentials(true, true, ePtr, xPtr, n, greatest);
    return sumExponentials(true, false, 0, xPtr, n, greatest);
  }
  if (ePtr) return sumExponentials(false, true, ePtr, xPtr, n, greatest);
  return sumExponentials(false, false, 0, xPtr, n, greatest);
}

/** Inlined with constants for `near` and `keep`. The lanes 0, 1, 2 and 3 have a sum each. */
// @ts-ignore: decorator
@inline
function sumExponentials(near: bool, keep: bool, ePtr: usize, xPtr: usize, n: usize, greatest: f32): f64 {
  const maxima = f32x4.splat(greatest);
  let low = f64x2.splat(0);
  let high = low;
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    const shifted = f32x4.sub(v128.load(xPtr + at), maxima);
    const e = near ? expBelow0(shifted) : exp4(shifted);
    if (keep) v128.store(ePtr + at, e);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(highPair(e)));
  }
  if (i < n) {
    const e = exp4(f32x4.sub(loadUpTo4(xPtr + (i << 2), n - i), maxima));
    if (keep) storeUpTo4(ePtr + (i << 2), e, n - i);
    low = addFloats(low, firstLanes(e, n - i));
  }
  return sumPair(f64x2.add(low, high));
}

/** x[i] *= factor. */
export function scaleInPlace(xPtr: usize, n: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) {
    const at = xPtr + (i << 2);
    v128.store(at, f32x4.mul(v128.load(at), factors));
    v128.store(at, f32x4.mul(v128.load(at, 16), factors), 16);
  }
  for (; i < n; i += 4) {
    const at = xPtr + (i << 2);
    storeUpTo4(at, f32x4.mul(loadUpTo4(at, n - i), factors), n - i);
  }
}

/** Σ x[i] in float64, in a fixed order. */
export function sumOf(xPtr: usize, n: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) {
    const at = xPtr + (i << 2);
    const x = v128.load(at);
    const y = v128.load(at, 16);
    a = f64x2.add(a, f64x2.promote_low_f32x4(x));
    b = f64x2.add(b, f64x2.promote_low_f32x4(highPair(x)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(y));
    d = f64x2.add(d, f64x2.promote_low_f32x4(highPair(y)));
  }
  for (; i < n; i += 4) a = addFloats(a, loadUpTo4(xPtr + (i << 2), n - i));
  return sumPair(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
}

/** Σ a[i] · b[i] in float64, where each product is exact, in a fixed order. */
export function dotOf(aPtr: usize, bPtr: usize, n: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(aPtr + (i << 2));
    const b = v128.load(bPtr + (i << 2));
    low = f64x2.add(low, productInF64(a, b));
    high = f64x2.add(high, productInF64(highPair(a), highPair(b)));
  }
  if (i < n) {
    const a = loadUpTo4(aPtr + (i << 2), n - i);
    const b = loadUpTo4(bPtr + (i << 2), n - i);
    low = f64x2.add(low, productInF64(a, b));
    high = f64x2.add(high, productInF64(highPair(a), highPair(b)));
  }
  return sumPair(f64x2.add(low, high));
}

/** The products of the first two lanes. */
// @ts-ignore: decorator
@inline
export function productInF64(a: v128, b: v128): v128 {
  return f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
}

/** sums + the lanes of v: 0 and 2 onto the first, 1 and 3 onto the second. */
// @ts-ignore: decorator
@inline
export function addFloats(sums: v128, v: v128): v128 {
  return f64x2.add(f64x2.add(sums, f64x2.promote_low_f32x4(v)), f64x2.promote_low_f32x4(highPair(v)));
}

/** The first `count` lanes, and zeros for the others. */
// @ts-ignore: decorator
@inline
function firstLanes(v: v128, count: usize): v128 {
  if (count >= 4) return v;
  return v128.and(v, i32x4.lt_u(i32x4(0, 1, 2, 3), i32x4.splat(<i32>count)));
}

/** Lanes 2 and 3 in the place of 0 and 1. */
// @ts-ignore: decorator
@inline
export function highPair(v: v128): v128 {
  return i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

// @ts-ignore: decorator
@inline
export function sumPair(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
