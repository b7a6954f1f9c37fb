/**
 * The same for rows of bytes and queries of 16-bit numbers. Sums are whole numbers below 2³¹ (the binding sees to it), so they are
 * exact, and the same in any order and variant.
 */

/** One row with one query: out = (weight · queryScale) · Σ v[·] · q[·]. */
export function oneRow8(
  outPtr: usize,
  vPtr: usize,
  weight: f32,
  qPtr: usize,
  queryScale: f32,
  cols: usize,
): void {
  let a = i32x4.splat(0);
  let b = a;
  let c: usize = 0;
  for (; c + 16 <= cols; c += 16) {
    const v = v128.load(vPtr + c);
    const q = qPtr + (c << 1);
    a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(v), v128.load(q)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(v), v128.load(q, 16)));
  }
  for (; c + 4 <= cols; c += 4) {
    const v = i16x8.extend_low_i8x16_s(v128.load32_zero(vPtr + c));
    a = i32x4.add(a, i32x4.dot_i16x8_s(v, v128.load64_zero(qPtr + (c << 1))));
  }
  store<f32>(outPtr, scaled(i32x4.add(a, b), tail8(vPtr, qPtr, c, cols), weight * queryScale));
}

/** One row with four queries, whose results are `outStep` bytes apart: the row is widened once. */
export function oneRowFourQueries8(
  outPtr: usize,
  outStep: usize,
  vPtr: usize,
  weight: f32,
  qPtr: usize,
  queryScalePtr: usize,
  cols: usize,
): void {
  const stride = cols << 1;
  const q1 = qPtr + stride;
  const q2 = q1 + stride;
  const q3 = q2 + stride;
  let s0 = i32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let c: usize = 0;
  for (; c + 8 <= cols; c += 8) {
    const v = v128.load8x8_s(vPtr + c);
    const at = c << 1;
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v, v128.load(qPtr + at)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v, v128.load(q1 + at)));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v, v128.load(q2 + at)));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v, v128.load(q3 + at)));
  }
  store<f32>(outPtr, scaled(s0, tail8(vPtr, qPtr, c, cols), weight * load<f32>(queryScalePtr)));
  outPtr += outStep;
  store<f32>(outPtr, scaled(s1, tail8(vPtr, q1, c, cols), weight * load<f32>(queryScalePtr, 4)));
  outPtr += outStep;
  store<f32>(outPtr, scaled(s2, tail8(vPtr, q2, c, cols), weight * load<f32>(queryScalePtr, 8)));
  outPtr += outStep;
  store<f32>(outPtr, scaled(s3, tail8(vPtr, q3, c, cols), weight * load<f32>(queryScalePtr, 12)));
}

/** Σ v[c] · q[c] over the columns from `c` on. */
// @ts-ignore: decorator
@inline
function tail8(vPtr: usize, qPtr: usize, c: usize, cols: usize): i32 {
  let sum: i32 = 0;
  for (; c < cols; c++) sum += <i32>load<i8>(vPtr + c) * <i32>load<i16>(qPtr + (c << 1));
  return sum;
}

// @ts-ignore: decorator
@inline
function scaled(sums: v128, tail: i32, factor: f32): f32 {
  const sum =
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3) +
    tail;
  return factor * <f32>sum;
}
