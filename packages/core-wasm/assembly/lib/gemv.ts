import { loadLanes, loadPartial, storeLanes, storePartial } from "./partial";
import { fma } from "./simd";

/**
 * y[i] = (accumulate ? y[i] : 0) + Σ_p w[i, p] · x[p]: a product with every row. Eight sums run side by side in two
 * vectors, p mod 8 says which; they are added in a fixed order, so a row's bits do not depend on the other rows.
 *
 * @param yPtr f32[n]
 * @param wPtr f32[n, depth] with rows `wStep` bytes apart
 * @param xPtr f32[depth]
 */
export function gemvRows(
  yPtr: usize,
  wPtr: usize,
  wStep: usize,
  xPtr: usize,
  n: i32,
  depth: i32,
  accumulate: bool,
): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    fourRows(yPtr, wPtr, wStep, xPtr, depth, accumulate);
    yPtr += 16;
    wPtr += wStep << 2;
  }
  for (; i < n; i++) {
    const sum = oneRow(wPtr, xPtr, depth);
    store<f32>(yPtr, accumulate ? load<f32>(yPtr) + sum : sum);
    yPtr += 4;
    wPtr += wStep;
  }
}

function fourRows(yPtr: usize, w0: usize, wStep: usize, xPtr: usize, depth: i32, accumulate: bool): void {
  let w1 = w0 + wStep;
  let w2 = w1 + wStep;
  let w3 = w2 + wStep;
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  let p = 0;
  for (; p + 8 <= depth; p += 8) {
    const x0 = v128.load(xPtr);
    s00 = fma(v128.load(w0), x0, s00);
    s10 = fma(v128.load(w1), x0, s10);
    s20 = fma(v128.load(w2), x0, s20);
    s30 = fma(v128.load(w3), x0, s30);
    const x1 = v128.load(xPtr, 16);
    s01 = fma(v128.load(w0, 16), x1, s01);
    s11 = fma(v128.load(w1, 16), x1, s11);
    s21 = fma(v128.load(w2, 16), x1, s21);
    s31 = fma(v128.load(w3, 16), x1, s31);
    xPtr += 32;
    w0 += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
  }
  if (p + 4 <= depth) {
    const x = v128.load(xPtr);
    s00 = fma(v128.load(w0), x, s00);
    s10 = fma(v128.load(w1), x, s10);
    s20 = fma(v128.load(w2), x, s20);
    s30 = fma(v128.load(w3), x, s30);
    p += 4;
    xPtr += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  if (p < depth) {
    const rest = depth - p;
    const x = loadPartial(xPtr, rest);
    s01 = fma(loadPartial(w0, rest), x, s01);
    s11 = fma(loadPartial(w1, rest), x, s11);
    s21 = fma(loadPartial(w2, rest), x, s21);
    s31 = fma(loadPartial(w3, rest), x, s31);
  }
  s00 = f32x4.add(s00, s01);
  s10 = f32x4.add(s10, s11);
  s20 = f32x4.add(s20, s21);
  s30 = f32x4.add(s30, s31);
  // Turned over and added: lane i becomes (s_i[0] + s_i[2]) + (s_i[1] + s_i[3]).
  const even01 = f32x4.add(v128.shuffle<f32>(s00, s10, 0, 4, 1, 5), v128.shuffle<f32>(s00, s10, 2, 6, 3, 7));
  const even23 = f32x4.add(v128.shuffle<f32>(s20, s30, 0, 4, 1, 5), v128.shuffle<f32>(s20, s30, 2, 6, 3, 7));
  const sums = f32x4.add(
    v128.shuffle<f32>(even01, even23, 0, 1, 4, 5),
    v128.shuffle<f32>(even01, even23, 2, 3, 6, 7),
  );
  v128.store(yPtr, accumulate ? f32x4.add(v128.load(yPtr), sums) : sums);
}

/** One row, in the same order as each of `fourRows`. */
function oneRow(w: usize, x: usize, depth: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let p = 0;
  for (; p + 8 <= depth; p += 8) {
    s0 = fma(v128.load(w), v128.load(x), s0);
    s1 = fma(v128.load(w, 16), v128.load(x, 16), s1);
    w += 32;
    x += 32;
  }
  if (p + 4 <= depth) {
    s0 = fma(v128.load(w), v128.load(x), s0);
    p += 4;
    w += 16;
    x += 16;
  }
  if (p < depth) s1 = fma(loadPartial(w, depth - p), loadPartial(x, depth - p), s1);
  const s = f32x4.add(s0, s1);
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 2) +
    (f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 3))
  );
}

/**
 * y[j] = (accumulate ? y[j] : 0) + Σ_p x[p] · w[p, j]: rows are added up, four at a time. Every element is one chain of
 * multiply-adds in the order of p, as in the blocked product.
 *
 * @param yPtr f32[n]
 * @param xPtr f32[depth]
 * @param wPtr f32[depth, n] with rows `wStep` bytes apart
 */
export function gemvColumns(
  yPtr: usize,
  xPtr: usize,
  wPtr: usize,
  wStep: usize,
  n: i32,
  depth: i32,
  accumulate: bool,
): void {
  if (!accumulate) memory.fill(yPtr, 0, (<usize>n) << 2);
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    addFourRows(yPtr, xPtr, wPtr, wStep, n);
    xPtr += 16;
    wPtr += wStep << 2;
  }
  for (; p < depth; p++) {
    addOneRow(yPtr, xPtr, wPtr, n);
    xPtr += 4;
    wPtr += wStep;
  }
}

/** More rows at a time would save visits to y, but the processor fetches no more than a few rows ahead of their use. */
function addFourRows(yPtr: usize, xPtr: usize, w0: usize, wStep: usize, n: i32): void {
  const x0 = v128.load32_splat(xPtr);
  const x1 = v128.load32_splat(xPtr, 4);
  const x2 = v128.load32_splat(xPtr, 8);
  const x3 = v128.load32_splat(xPtr, 12);
  let w1 = w0 + wStep;
  let w2 = w1 + wStep;
  let w3 = w2 + wStep;
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    let y0 = v128.load(yPtr);
    let y1 = v128.load(yPtr, 16);
    y0 = fma(x0, v128.load(w0), y0);
    y1 = fma(x0, v128.load(w0, 16), y1);
    y0 = fma(x1, v128.load(w1), y0);
    y1 = fma(x1, v128.load(w1, 16), y1);
    y0 = fma(x2, v128.load(w2), y0);
    y1 = fma(x2, v128.load(w2, 16), y1);
    y0 = fma(x3, v128.load(w3), y0);
    y1 = fma(x3, v128.load(w3, 16), y1);
    v128.store(yPtr, y0);
    v128.store(yPtr, y1, 16);
    yPtr += 32;
    w0 += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
  }
  for (; j < n; j += 4) {
    const rest = n - j;
    let y = loadLanes(yPtr, rest);
    y = fma(x0, loadLanes(w0, rest), y);
    y = fma(x1, loadLanes(w1, rest), y);
    y = fma(x2, loadLanes(w2, rest), y);
    y = fma(x3, loadLanes(w3, rest), y);
    storeLanes(yPtr, y, rest);
    yPtr += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
}

function addOneRow(yPtr: usize, xPtr: usize, wPtr: usize, n: i32): void {
  const x = v128.load32_splat(xPtr);
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    v128.store(yPtr, fma(x, v128.load(wPtr), v128.load(yPtr)));
    yPtr += 16;
    wPtr += 16;
  }
  if (j < n) storePartial(yPtr, fma(x, loadPartial(wPtr, n - j), loadPartial(yPtr, n - j)), n - j);
}
