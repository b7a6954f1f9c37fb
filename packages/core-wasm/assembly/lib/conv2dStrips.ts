import { loadLanes, storeLanes } from "./partial";
import { fma } from "./simd";

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
  const whole = count == 32 || count == 16 || count == 8;
  const to = whole ? cPtr : edgePtr;
  if (!whole && accumulate) copyFloats(edgePtr, cPtr, count);
  if (count > 16) strip8(to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  else if (count > 8) strip4(to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  else strip2(to, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
  if (!whole) copyFloats(cPtr, edgePtr, count);
}

function copyFloats(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2;
    storeLanes(to + at, loadLanes(from + at, count - i), count - i);
  }
}

/**
 * c[j] = (accumulate ? c[j] : 0) + Σ_p w[p] · laid[offset[p] + j] for 4 · `vectors` neighbours: a chain each, in the order
 * of p, with the bits of a tile.
 *
 * @param vectors 2, 4 or 8, a constant where this is inlined
 */
// @ts-ignore: decorator
@inline
function strip(
  vectors: i32,
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  if (accumulate) {
    c0 = v128.load(cPtr);
    c1 = v128.load(cPtr, 16);
    if (vectors > 2) {
      c2 = v128.load(cPtr, 32);
      c3 = v128.load(cPtr, 48);
    }
    if (vectors > 4) {
      c4 = v128.load(cPtr, 64);
      c5 = v128.load(cPtr, 80);
      c6 = v128.load(cPtr, 96);
      c7 = v128.load(cPtr, 112);
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
  v128.store(cPtr, c1, 16);
  if (vectors > 2) {
    v128.store(cPtr, c2, 32);
    v128.store(cPtr, c3, 48);
  }
  if (vectors > 4) {
    v128.store(cPtr, c4, 64);
    v128.store(cPtr, c5, 80);
    v128.store(cPtr, c6, 96);
    v128.store(cPtr, c7, 112);
  }
}

// One function a width, so that each gets registers of its own.

function strip2(
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(2, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}

function strip4(
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(4, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}

function strip8(
  cPtr: usize,
  weightPtr: usize,
  weightStep: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  accumulate: bool,
): void {
  strip(8, cPtr, weightPtr, weightStep, laidPtr, offsetsPtr, depth, accumulate);
}
