import { dotOf, maxOf, sumOf } from "../lib/rows";

/** Σ x[i]. Every sum here runs in float64 and in an order that depends on n alone. */
export function sum(xPtr: usize, n: usize): f64 {
  return sumOf(xPtr, n);
}

/** Σ a[i] · b[i]. */
export function dot(aPtr: usize, bPtr: usize, n: usize): f64 {
  return dotOf(aPtr, bPtr, n);
}

/** The greatest of x, NaN if one is, −∞ if there are none. Not `max`, which AssemblyScript has built in. */
export function maximum(xPtr: usize, n: usize): f32 {
  return maxOf(xPtr, n);
}

/** The least of x, NaN if one is, +∞ if there are none. */
export function minimum(xPtr: usize, n: usize): f32 {
  let lows = f32x4.splat(Infinity);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) lows = f32x4.min(lows, v128.load(xPtr + (i << 2)));
  let least = min(
    min(f32x4.extract_lane(lows, 0), f32x4.extract_lane(lows, 1)),
    min(f32x4.extract_lane(lows, 2), f32x4.extract_lane(lows, 3)),
  );
  for (; i < n; i++) least = min(least, load<f32>(xPtr + (i << 2)));
  return least;
}

/**
 * out[r] = the first c with the greatest x[r, c]; the first NaN, where there is one.
 *
 * @param outPtr i32[rows]
 * @param xPtr   f32[rows, cols], cols ≥ 1
 */
export function argmaxRows(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const rowPtr = xPtr + ((r * cols) << 2);
    store<i32>(outPtr + (r << 2), firstEqual(rowPtr, cols, maxOf(rowPtr, cols)));
  }
}

/** The first i with x[i] = value, or with NaN in x[i] where the value is NaN. One must be there. */
function firstEqual(xPtr: usize, n: usize, value: f32): i32 {
  if (value != value) return firstNaN(xPtr, n);
  const values = f32x4.splat(value);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const found = i32x4.bitmask(f32x4.eq(v128.load(xPtr + (i << 2)), values));
    if (found) return <i32>i + ctz(found);
  }
  while (i < n && load<f32>(xPtr + (i << 2)) != value) i++;
  return <i32>i;
}

function firstNaN(xPtr: usize, n: usize): i32 {
  for (let i: usize = 0; i < n; i++) {
    const x = load<f32>(xPtr + (i << 2));
    if (x != x) return <i32>i;
  }
  return <i32>n;
}

/**
 * out[c] += Σ x[r, c] over the rows, from the first to the last, in float64 and rounded once.
 *
 * @param outPtr f32[cols]
 * @param xPtr   f32[rows, cols]
 */
export function sumRows(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  const stride = cols << 2;
  let c: usize = 0;
  for (; c + 8 <= cols; c += 8) {
    const at = c << 2;
    let s0 = f64x2.promote_low_f32x4(v128.load64_zero(outPtr + at));
    let s1 = f64x2.promote_low_f32x4(v128.load64_zero(outPtr + at, 8));
    let s2 = f64x2.promote_low_f32x4(v128.load64_zero(outPtr + at, 16));
    let s3 = f64x2.promote_low_f32x4(v128.load64_zero(outPtr + at, 24));
    let ptr = xPtr + at;
    for (let r: usize = 0; r < rows; r++, ptr += stride) {
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(v128.load64_zero(ptr)));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.load64_zero(ptr, 8)));
      s2 = f64x2.add(s2, f64x2.promote_low_f32x4(v128.load64_zero(ptr, 16)));
      s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.load64_zero(ptr, 24)));
    }
    v128.store64_lane(outPtr + at, f32x4.demote_f64x2_zero(s0), 0);
    v128.store64_lane(outPtr + at, f32x4.demote_f64x2_zero(s1), 0, 8);
    v128.store64_lane(outPtr + at, f32x4.demote_f64x2_zero(s2), 0, 16);
    v128.store64_lane(outPtr + at, f32x4.demote_f64x2_zero(s3), 0, 24);
  }
  for (; c < cols; c++) {
    const at = c << 2;
    let s = <f64>load<f32>(outPtr + at);
    for (let r: usize = 0; r < rows; r++) s += <f64>load<f32>(xPtr + at + r * stride);
    store<f32>(outPtr + at, <f32>s);
  }
}
