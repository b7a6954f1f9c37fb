import { storeLanes } from "./partial";

/**
 * The register tile of the int8 product: `rows` × 8 whole numbers of C. A step takes as much of k as one instruction adds up
 * into a 32-bit lane, four bytes in the relaxed variant and two 16-bit numbers in the other, so that a row's part of a
 * step is 4 bytes in both, spread over the lanes, and a lane is a column:
 *
 *     weights, a step of a panel: [column 0..7][p 0..stepDepth − 1], one byte each
 *     activations, a step: [row 0..rows − 1][p 0..stepDepth − 1], one byte each (relaxed) or two
 *
 * `i32x4.relaxed_dot_i8x16_i7x16_add_s` is exact, and the same on every machine, as long as its second operand is 0 to 127:
 * a pair of products is then at most 2 · 128 · 127 = 32512, and fits the 16 bits that some machines keep it in. Hence the seven
 * bits of the activations.
 */

/** The columns of a panel of packed weights. */
// @ts-ignore: decorator
@inline
export const panelColumns: i32 = 8;

/** How much of k a step takes. */
// @ts-ignore: decorator
@inline
export const stepDepth: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;

/** Bytes of packed weights in one step of a panel. */
// @ts-ignore: decorator
@inline
export const stepBytes: usize = panelColumns * stepDepth;

/** The first four columns of them. */
// @ts-ignore: decorator
@inline
const halfStep: usize = stepBytes >> 1;

/** Bytes of a row's packed activations in one step. */
// @ts-ignore: decorator
@inline
export const rowBytes: usize = 4;

/** The most rows of a tile: what 15 vector registers hold. */
// @ts-ignore: decorator
@inline
export const rowsOfTile: i32 = 4;

/** The steps of a packed row, which is filled up to a multiple of four. */
export function stepsOf(k: i32): i32 {
  return ((k + 3) >> 2) * (4 / stepDepth);
}

/** The weights of four columns. */
// @ts-ignore: decorator
@inline
function weights(ptr: usize): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.load(ptr) : v128.load8x8_s(ptr);
}

/** sum + the products of four columns with a row. */
// @ts-ignore: decorator
@inline
function multiply(sum: v128, w: v128, x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, sum);
  }
  return i32x4.add(sum, i32x4.dot_i16x8_s(w, x));
}

/**
 * out[rows, width] = scale[i] · wScale[j] · Σ_p (q[i, p] − zero[i]) · w[j, p] + bias[j], the sum in whole numbers.
 *
 * @param rows     1 to 4, a constant where this is inlined
 * @param outPtr   f32[rows, width] with rows `outStep` bytes apart
 * @param xPtr     packed activations: `steps` of 4 · rows bytes
 * @param rowPtr   for each row a scale (f32) and a zero point (i32)
 * @param panelPtr packed weights: `steps` of `stepBytes`
 * @param sumPtr   i32[8], Σ_p w[j, p]
 * @param scalePtr f32[8]
 * @param biasPtr  f32[8], or 0
 */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32,
  outPtr: usize,
  outStep: usize,
  width: i32,
  xPtr: usize,
  rowPtr: usize,
  panelPtr: usize,
  steps: i32,
  sumPtr: usize,
  scalePtr: usize,
  biasPtr: usize,
): void {
  let s00 = i32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = panelPtr + <usize>steps * stepBytes;
  if (rows == 1) {
    // Two sums would wait for one another. Whole numbers may be added in any order: four steps at once have eight.
    const fours = panelPtr + <usize>(steps & ~3) * stepBytes;
    while (panelPtr < fours) {
      const x0 = v128.load32_splat(xPtr);
      s00 = multiply(s00, weights(panelPtr), x0);
      s01 = multiply(s01, weights(panelPtr + halfStep), x0);
      const x1 = v128.load32_splat(xPtr, rowBytes);
      s10 = multiply(s10, weights(panelPtr + 2 * halfStep), x1);
      s11 = multiply(s11, weights(panelPtr + 3 * halfStep), x1);
      const x2 = v128.load32_splat(xPtr, 2 * rowBytes);
      s20 = multiply(s20, weights(panelPtr + 4 * halfStep), x2);
      s21 = multiply(s21, weights(panelPtr + 5 * halfStep), x2);
      const x3 = v128.load32_splat(xPtr, 3 * rowBytes);
      s30 = multiply(s30, weights(panelPtr + 6 * halfStep), x3);
      s31 = multiply(s31, weights(panelPtr + 7 * halfStep), x3);
      panelPtr += 4 * stepBytes;
      xPtr += 4 * rowBytes;
    }
    s00 = i32x4.add(i32x4.add(s00, s10), i32x4.add(s20, s30));
    s01 = i32x4.add(i32x4.add(s01, s11), i32x4.add(s21, s31));
  }
  while (panelPtr < end) {
    const w0 = weights(panelPtr);
    const w1 = weights(panelPtr + halfStep);
    const x0 = v128.load32_splat(xPtr);
    s00 = multiply(s00, w0, x0);
    s01 = multiply(s01, w1, x0);
    if (rows > 1) {
      const x1 = v128.load32_splat(xPtr, rowBytes);
      s10 = multiply(s10, w0, x1);
      s11 = multiply(s11, w1, x1);
    }
    if (rows > 2) {
      const x2 = v128.load32_splat(xPtr, 2 * rowBytes);
      s20 = multiply(s20, w0, x2);
      s21 = multiply(s21, w1, x2);
    }
    if (rows > 3) {
      const x3 = v128.load32_splat(xPtr, 3 * rowBytes);
      s30 = multiply(s30, w0, x3);
      s31 = multiply(s31, w1, x3);
    }
    panelPtr += stepBytes;
    xPtr += <usize>rows * rowBytes;
  }
  finish(outPtr, width, s00, s01, rowPtr, sumPtr, scalePtr, biasPtr);
  if (rows > 1) finish(outPtr + outStep, width, s10, s11, rowPtr + 8, sumPtr, scalePtr, biasPtr);
  if (rows > 2) finish(outPtr + outStep * 2, width, s20, s21, rowPtr + 16, sumPtr, scalePtr, biasPtr);
  if (rows > 3) finish(outPtr + outStep * 3, width, s30, s31, rowPtr + 24, sumPtr, scalePtr, biasPtr);
}

/** One row of a tile from whole numbers to floats. No fused operation: the same bits in each variant. */
function finish(
  outPtr: usize,
  width: i32,
  sum0: v128,
  sum1: v128,
  rowPtr: usize,
  sumPtr: usize,
  scalePtr: usize,
  biasPtr: usize,
): void {
  const scale = v128.load32_splat(rowPtr);
  const zero = v128.load32_splat(rowPtr, 4);
  let out0 = dequantized(sum0, zero, v128.load(sumPtr), scale, v128.load(scalePtr));
  if (biasPtr) out0 = f32x4.add(out0, v128.load(biasPtr));
  storeLanes(outPtr, out0, width);
  if (width <= 4) return;
  let out1 = dequantized(sum1, zero, v128.load(sumPtr, 16), scale, v128.load(scalePtr, 16));
  if (biasPtr) out1 = f32x4.add(out1, v128.load(biasPtr, 16));
  storeLanes(outPtr + 16, out1, width - 4);
}

/** (scale · wScale) · (sum − zero · Σ w): in this order nothing overflows before the result does. */
// @ts-ignore: decorator
@inline
function dequantized(sum: v128, zero: v128, weightSum: v128, scale: v128, weightScale: v128): v128 {
  const exact = i32x4.sub(sum, i32x4.mul(zero, weightSum));
  return f32x4.mul(f32x4.mul(scale, weightScale), f32x4.convert_i32x4_s(exact));
}

/** `tile` for a number of rows that is not known at compile time. */
export function int8Tile(
  rows: i32,
  outPtr: usize,
  outStep: usize,
  width: i32,
  xPtr: usize,
  rowPtr: usize,
  panelPtr: usize,
  steps: i32,
  sumPtr: usize,
  scalePtr: usize,
  biasPtr: usize,
): void {
  switch (rows) {
    case 4: return tile(4, outPtr, outStep, width, xPtr, rowPtr, panelPtr, steps, sumPtr, scalePtr, biasPtr);
    case 3: return tile(3, outPtr, outStep, width, xPtr, rowPtr, panelPtr, steps, sumPtr, scalePtr, biasPtr);
    case 2: return tile(2, outPtr, outStep, width, xPtr, rowPtr, panelPtr, steps, sumPtr, scalePtr, biasPtr);
    case 1: return tile(1, outPtr, outStep, width, xPtr, rowPtr, panelPtr, steps, sumPtr, scalePtr, biasPtr);
  }
}
