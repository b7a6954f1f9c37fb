import { rowBytes, rowsOfTile, stepsOf } from "./int8Tile";
import { loadUpTo4 } from "./tail";

/**
 * Quantises rows to seven bits, and packs them for the tiles (lib/int8Tile.ts):
 *
 *     lo = min(0, min x), hi = max(0, max x), scale = (hi − lo) / 127, inverse = 127 / (hi − lo), zero = nearest(−lo · inverse)
 *     q[p] = clamp(nearest(x[p] · inverse + zero), 0, 127),  x[p] ≈ (q[p] − zero) · scale
 *
 * Ties go to the even neighbour; 0 is kept exactly. A row whose scale would be denormal counts as zeros; one with a NaN or an
 * infinity gets the scale NaN, and so its whole result.
 *
 * @param packedPtr for each run of 4 rows, or what is left: [stepsOf(k), rows, 4 bytes]
 * @param rowPtr    f32 scale and i32 zero of each row
 * @param xPtr      f32[m, k]
 */
export function packActivations(packedPtr: usize, rowPtr: usize, xPtr: usize, m: i32, k: i32): void {
  for (let i = 0; i < m; i += rowsOfTile) {
    const rows = min(rowsOfTile, m - i);
    const step = <usize>rows * rowBytes;
    for (let row = 0; row < rows; row++) {
      packRow(packedPtr + <usize>row * rowBytes, step, rowPtr, xPtr, k);
      rowPtr += 8;
      xPtr += (<usize>k) << 2;
    }
    packedPtr += <usize>stepsOf(k) * step;
  }
}

/** A scale below the least normal float counts as 0: its inverse might be infinite. */
export const leastScale: f32 = 1.1754943508222875e-38;

/** 1.5 · 2²³: floats of this size are whole numbers, and their bits count up by one. */
const roundsToWhole: f32 = 12582912;

function packRow(packedPtr: usize, step: usize, rowPtr: usize, xPtr: usize, k: i32): void {
  let lows = f32x4.splat(0);
  let highs = lows;
  let magnitudes = lows;
  for (let p = 0; p < k; p += 4) {
    const x = loadUpTo4(xPtr + ((<usize>p) << 2), k - p);
    lows = f32x4.pmin(lows, x);
    highs = f32x4.pmax(highs, x);
    // As whole numbers magnitudes are ordered as floats are, with ∞ above, and NaN above that.
    magnitudes = i32x4.max_s(magnitudes, v128.and(x, i32x4.splat(0x7fffffff)));
  }
  const below = greatestLane(f32x4.neg(lows));
  const range = <f64>greatestLane(highs) + <f64>below;
  let scale = <f32>(range / 127);
  let inverse: f32 = 0;
  let zero: f32 = 0;
  if (v128.any_true(i32x4.ge_s(magnitudes, i32x4.splat(0x7f800000)))) {
    scale = NaN;
  } else if (scale < leastScale) {
    scale = 0;
  } else {
    inverse = <f32>(127 / range);
    zero = nearest(below * inverse);
  }
  store<f32>(rowPtr, scale);
  store<i32>(rowPtr, <i32>zero, 4);

  const inverses = f32x4.splat(inverse);
  const shifts = f32x4.splat(roundsToWhole + zero);
  let p = 0;
  for (; p + 16 <= k; p += 16) {
    const at = xPtr + ((<usize>p) << 2);
    const q0 = quantized(v128.load(at), inverses, shifts);
    const q1 = quantized(v128.load(at, 16), inverses, shifts);
    const q2 = quantized(v128.load(at, 32), inverses, shifts);
    const q3 = quantized(v128.load(at, 48), inverses, shifts);
    packedPtr = storeSixteen(packedPtr, step, i16x8.narrow_i32x4_s(q0, q1), i16x8.narrow_i32x4_s(q2, q3));
  }
  for (; p < k; p += 4) {
    const q = quantized(loadUpTo4(xPtr + ((<usize>p) << 2), k - p), inverses, shifts);
    packedPtr = storeFour(packedPtr, step, i16x8.narrow_i32x4_s(q, q));
  }
}

/**
 * nearest(x · inverse + zero); `shifts` is `roundsToWhole` + zero. Never below 0, since lo · inverse is rounded once for both;
 * above 127 it may be, by one.
 */
// @ts-ignore: decorator
@inline
function quantized(x: v128, inverses: v128, shifts: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(x, inverses), shifts), i32x4.splat(0x4b400000));
}

/** Sixteen activations as i16 lanes, clamped and stored; where the next step goes. */
// @ts-ignore: decorator
@inline
function storeSixteen(packedPtr: usize, step: usize, q0: v128, q1: v128): usize {
  if (ASC_FEATURE_RELAXED_SIMD) return storeLanes(packedPtr, step, bytes(q0, q1));
  return storeLanes(storeLanes(packedPtr, step, clamped(q0)), step, clamped(q1));
}

/** Four activations in the lower half of a vector of i16. */
// @ts-ignore: decorator
@inline
function storeFour(packedPtr: usize, step: usize, q: v128): usize {
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store32_lane(packedPtr, bytes(q, q), 0);
    return packedPtr + step;
  }
  const c = clamped(q);
  v128.store32_lane(packedPtr, c, 0);
  v128.store32_lane(packedPtr + step, c, 1);
  return packedPtr + step * 2;
}

/** One step from each lane. */
// @ts-ignore: decorator
@inline
function storeLanes(packedPtr: usize, step: usize, q: v128): usize {
  v128.store32_lane(packedPtr, q, 0);
  v128.store32_lane(packedPtr + step, q, 1);
  v128.store32_lane(packedPtr + step * 2, q, 2);
  v128.store32_lane(packedPtr + step * 3, q, 3);
  return packedPtr + step * 4;
}

/** Narrowing saturates, at 127. */
// @ts-ignore: decorator
@inline
function bytes(q0: v128, q1: v128): v128 {
  return i8x16.narrow_i16x8_s(q0, q1);
}

// @ts-ignore: decorator
@inline
function clamped(q: v128): v128 {
  return i16x8.min_s(q, i16x8.splat(127));
}

// @ts-ignore: decorator
@inline
function greatestLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}
