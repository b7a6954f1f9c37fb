import { loadLanes, storeLanes } from "./partial";
import { fma, sumLanes } from "./simd";

// With few rows of weights there is nothing to pack for: every row of the result is made straight from the laid-out planes.

/** So few rows of weights are taken one by one. */
export const fewWeights: i32 = 3;

/**
 * The sums of a grid of places for few rows of weights:
 *
 *     c[m, i, j] = (accumulate ? c[m, i, j] : 0) + Σ_p w[p, m] · laid[offset[p] + i · gridStep + j]
 *
 * @param cPtr       f32[rows, gridRows, gridColumns], rows of weights `cStep` bytes apart
 * @param weightPtr  f32[depth, rows]
 * @param offsetsPtr u32[depth], in bytes
 * @param gridStep   bytes
 * @param edgePtr    f32[32]
 */
export function stripGrid(
  cPtr: usize,
  cStep: usize,
  weightPtr: usize,
  rows: i32,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  gridRows: i32,
  gridColumns: i32,
  gridStep: usize,
  edgePtr: usize,
  accumulate: bool,
): void {
  const weightStep = (<usize>rows) << 2;
  for (let m = 0; m < rows; m++) {
    let to = cPtr + <usize>m * cStep;
    let from = laidPtr;
    for (let i = 0; i < gridRows; i++) {
      for (let j = 0; j < gridColumns; j += 32) {
        const count = min(32, gridColumns - j);
        const at = from + ((<usize>j) << 2);
        anyStrip(count, to, weightPtr, weightStep, at, offsetsPtr, depth, edgePtr, accumulate);
        to += (<usize>count) << 2;
      }
      from += gridStep;
    }
    weightPtr += 4;
  }
}

/** A strip of 1 to 32 columns. It reads up to 31 floats more of the planes. */
function anyStrip(
  count: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  edgePtr: usize,
  accumulate: bool,
): void {
  const whole = (count & 3) == 0;
  const to = whole ? cPtr : edgePtr;
  if (!whole && accumulate) copyFloats(edgePtr, cPtr, count);
  if (count > 16) strip8(count, to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  else if (count > 8) strip4(count, to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  else strip2(count, to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  if (!whole) copyFloats(cPtr, edgePtr, count);
}

function copyFloats(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2;
    storeLanes(to + at, loadLanes(from + at, count - i), count - i);
  }
}

/**
 * c[j] = (accumulate ? c[j] : 0) + Σ_p w[p] · laid[offset[p] + j] for `count` neighbours, up to a multiple of 4: a chain each,
 * in the order of p, with the bits of a tile.
 *
 * @param vectors 2, 4 or 8, a constant where this is inlined
 * @param count   more than half of 4 · `vectors`, or 1 to 8 for 2
 */
// @ts-ignore: decorator
@inline
function strip(
  vectors: i32,
  count: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  if (accumulate) {
    c0 = v128.load(cPtr);
    if (vectors > 2 || count > 4) c1 = v128.load(cPtr, 16);
    if (vectors > 2) c2 = v128.load(cPtr, 32);
    if (vectors > 4 || (vectors > 2 && count > 12)) c3 = v128.load(cPtr, 48);
    if (vectors > 4) {
      c4 = v128.load(cPtr, 64);
      if (count > 20) c5 = v128.load(cPtr, 80);
      if (count > 24) c6 = v128.load(cPtr, 96);
      if (count > 28) c7 = v128.load(cPtr, 112);
    }
  }
  const end = offsetsPtr + ((<usize>depth) << 2);
  for (; offsetsPtr < end; offsetsPtr += 4) {
    const w = v128.load32_splat(weightPtr);
    weightPtr += weightStep;
    const from = laidPtr + load<u32>(offsetsPtr);
    c0 = fma(w, v128.load(from), c0);
    c1 = fma(w, v128.load(from, 16), c1);
    if (vectors > 2) {
      c2 = fma(w, v128.load(from, 32), c2);
      c3 = fma(w, v128.load(from, 48), c3);
    }
    if (vectors > 4) {
      c4 = fma(w, v128.load(from, 64), c4);
      c5 = fma(w, v128.load(from, 80), c5);
      c6 = fma(w, v128.load(from, 96), c6);
      c7 = fma(w, v128.load(from, 112), c7);
    }
  }
  v128.store(cPtr, c0);
  if (vectors > 2 || count > 4) v128.store(cPtr, c1, 16);
  if (vectors > 2) v128.store(cPtr, c2, 32);
  if (vectors > 4 || (vectors > 2 && count > 12)) v128.store(cPtr, c3, 48);
  if (vectors > 4) {
    v128.store(cPtr, c4, 64);
    if (count > 20) v128.store(cPtr, c5, 80);
    if (count > 24) v128.store(cPtr, c6, 96);
    if (count > 28) v128.store(cPtr, c7, 112);
  }
}

// One function a width, so that each gets registers of its own.

function strip2(
  count: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(2, count, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}

function strip4(
  count: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(4, count, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}

function strip8(
  count: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(8, count, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}

/**
 * dw[t] += Σ_{i, j} y[i, j] · laid[offset[t] + i · gridStep + j] for the taps of one row of weights. Eight partial sums a tap,
 * added in a fixed order, and then to what is there.
 *
 * @param dwPtr      f32[taps]
 * @param yPtr       f32[rows, columns]
 * @param offsetsPtr u32[taps, rounded up to a multiple of 4], in bytes
 */
export function dotGrid(
  dwPtr: usize,
  yPtr: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  taps: i32,
  rows: i32,
  columns: i32,
  gridStep: usize,
): void {
  for (let t = 0; t < taps; t += 4) {
    dotFour(dwPtr, min(4, taps - t), yPtr, laidPtr, offsetsPtr, rows, columns, gridStep);
    dwPtr += 16;
    offsetsPtr += 16;
  }
}

/** Four taps at once, of which the first `count` are wanted. */
function dotFour(
  dwPtr: usize,
  count: i32,
  yPtr: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  rows: i32,
  columns: i32,
  gridStep: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const a = laidPtr + load<u32>(offsetsPtr);
  const b = laidPtr + load<u32>(offsetsPtr, 4);
  const c = laidPtr + load<u32>(offsetsPtr, 8);
  const d = laidPtr + load<u32>(offsetsPtr, 12);
  let row: usize = 0;
  for (let i = 0; i < rows; i++) {
    let at = row;
    let j = columns;
    for (; j >= 8; j -= 8) {
      const y0 = v128.load(yPtr);
      const y1 = v128.load(yPtr, 16);
      a0 = fma(y0, v128.load(a + at), a0);
      a1 = fma(y1, v128.load(a + at, 16), a1);
      b0 = fma(y0, v128.load(b + at), b0);
      b1 = fma(y1, v128.load(b + at, 16), b1);
      c0 = fma(y0, v128.load(c + at), c0);
      c1 = fma(y1, v128.load(c + at, 16), c1);
      d0 = fma(y0, v128.load(d + at), d0);
      d1 = fma(y1, v128.load(d + at, 16), d1);
      at += 32;
      yPtr += 32;
    }
    for (; j > 0; j -= 4) {
      const y = loadLanes(yPtr, j);
      a0 = fma(y, loadLanes(a + at, j), a0);
      b0 = fma(y, loadLanes(b + at, j), b0);
      c0 = fma(y, loadLanes(c + at, j), c0);
      d0 = fma(y, loadLanes(d + at, j), d0);
      at += 16;
      yPtr += (<usize>min(4, j)) << 2;
    }
    row += gridStep;
  }
  store<f32>(dwPtr, load<f32>(dwPtr) + sumLanes(f32x4.add(a0, a1)));
  if (count > 1) store<f32>(dwPtr, load<f32>(dwPtr, 4) + sumLanes(f32x4.add(b0, b1)), 4);
  if (count > 2) store<f32>(dwPtr, load<f32>(dwPtr, 8) + sumLanes(f32x4.add(c0, c1)), 8);
  if (count > 3) store<f32>(dwPtr, load<f32>(dwPtr, 12) + sumLanes(f32x4.add(d0, d1)), 12);
}
