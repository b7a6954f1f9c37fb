/**
 * The two bars that hold the most water: the greatest (r − l) · min(h[l], h[r]).
 *
 * Two pointers start at the ends, and the lower bar is dropped at every step: each pair that keeps it is
 * narrower and no higher. After a drop every bar that is no higher than the dropped one is skipped too, a
 * vector of compares at a time.
 */

/**
 * @param outPtr u32[2], the indices l and r; 0, 0 where no pair holds anything
 * @param hPtr   u32[n], the heights
 * @returns the area: a product of two u32, exact in u64
 */
export function containerMaxArea(outPtr: usize, hPtr: usize, n: u32): u64 {
  store<u64>(outPtr, 0);
  if (n < 2) return 0;
  let l: i32 = 0;
  let r: i32 = <i32>n - 1;
  let best: u64 = 0;
  while (l < r) {
    const left = load<u32>(hPtr + ((<usize>l) << 2));
    const right = load<u32>(hPtr + ((<usize>r) << 2));
    const low = min(left, right);
    const area = <u64>(r - l) * <u64>low;
    if (area > best) {
      best = area;
      store<u32>(outPtr, l);
      store<u32>(outPtr, r, 4);
    }
    if (left <= right) l = firstAbove(hPtr, l + 1, r, low);
    else r = lastAbove(hPtr, l, r - 1, low);
  }
  return best;
}

/**
 * The same for f64[n] of finite heights ≥ 0. Multiplying by a whole number and rounding keep the order of heights
 * and of widths, so that dropping the lower bar is right for rounded areas too.
 *
 * @returns the area, rounded once
 */
export function containerMaxArea_f64(outPtr: usize, hPtr: usize, n: u32): f64 {
  store<u64>(outPtr, 0);
  if (n < 2) return 0;
  let l: i32 = 0;
  let r: i32 = <i32>n - 1;
  let best: f64 = 0;
  while (l < r) {
    const left = load<f64>(hPtr + ((<usize>l) << 3));
    const right = load<f64>(hPtr + ((<usize>r) << 3));
    const low = min(left, right);
    const area = <f64>(r - l) * low;
    if (area > best) {
      best = area;
      store<u32>(outPtr, l);
      store<u32>(outPtr, r, 4);
    }
    if (left <= right) l = firstAbove_f64(hPtr, l + 1, r, low);
    else r = lastAbove_f64(hPtr, l, r - 1, low);
  }
  return best;
}

/** The least i whose height is NaN, negative or infinite, or −1: f64[n]. */
export function containerMaxAreaBad_f64(hPtr: usize, n: u32): i32 {
  const zero = f64x2.splat(0);
  const infinite = f64x2.splat(Infinity);
  let i: u32 = 0;
  for (; i + 2 <= n; i += 2) {
    const h = v128.load(hPtr + ((<usize>i) << 3));
    const good = i64x2.bitmask(v128.and(f64x2.ge(h, zero), f64x2.lt(h, infinite)));
    if (good != 3) return i + (good & 1);
  }
  if (i < n) {
    const h = load<f64>(hPtr + ((<usize>i) << 3));
    if (!(h >= 0 && h < Infinity)) return i;
  }
  return -1;
}

/** The least i in [from, end) with h[i] > low, or `end`. */
function firstAbove(hPtr: usize, from: i32, end: i32, low: u32): i32 {
  const lows = i32x4.splat(low);
  let i = from;
  for (; i + 4 <= end; i += 4) {
    const above = i32x4.bitmask(v128.gt<u32>(v128.load(hPtr + ((<usize>i) << 2)), lows));
    if (above) return i + ctz(above);
  }
  while (i < end && load<u32>(hPtr + ((<usize>i) << 2)) <= low) i++;
  return i;
}

/** The greatest i in (end, from] with h[i] > low, or `end`. */
function lastAbove(hPtr: usize, end: i32, from: i32, low: u32): i32 {
  const lows = i32x4.splat(low);
  let i = from;
  for (; i - 4 >= end; i -= 4) {
    const above = i32x4.bitmask(v128.gt<u32>(v128.load(hPtr + ((<usize>(i - 3)) << 2)), lows));
    if (above) return i - 3 + (31 - clz(above));
  }
  while (i > end && load<u32>(hPtr + ((<usize>i) << 2)) <= low) i--;
  return i;
}

function firstAbove_f64(hPtr: usize, from: i32, end: i32, low: f64): i32 {
  const lows = f64x2.splat(low);
  let i = from;
  for (; i + 2 <= end; i += 2) {
    const above = i64x2.bitmask(f64x2.gt(v128.load(hPtr + ((<usize>i) << 3)), lows));
    if (above) return i + ctz(above);
  }
  while (i < end && load<f64>(hPtr + ((<usize>i) << 3)) <= low) i++;
  return i;
}

function lastAbove_f64(hPtr: usize, end: i32, from: i32, low: f64): i32 {
  const lows = f64x2.splat(low);
  let i = from;
  for (; i - 2 >= end; i -= 2) {
    const above = i64x2.bitmask(f64x2.gt(v128.load(hPtr + ((<usize>(i - 1)) << 3)), lows));
    if (above) return i - 1 + (31 - clz(above));
  }
  while (i > end && load<f64>(hPtr + ((<usize>i) << 3)) <= low) i--;
  return i;
}
