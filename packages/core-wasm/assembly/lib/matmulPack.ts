import { tileColumns, tileHeight } from "./matmulTile";

// Packing copies a block of a matrix into the order in which the tiles read it, whichever way the matrix lies.
//
//   "along"   the elements that go side by side in a packed row are neighbours in memory
//   "across"  they are `step` bytes apart, and neighbours in memory go one below the other

/** Rows that are packed "along" together: a cache line of each is read once for all the panels that it reaches into. */
const rowsAtOnce: i32 = 8;

/**
 * Packs B for the tiles: panels of 8 columns, each f32[depth, 8] and the last filled up with zeros.
 *
 *     packed[panel][p][j] = b[p, 8·panel + j]
 *
 * @param packedPtr f32[⌈n / 8⌉, depth, 8]
 * @param bPtr      f32[depth, n], or f32[n, depth] if `transposed`, with rows `bStep` bytes apart
 */
export function packColumns(
  packedPtr: usize,
  bPtr: usize,
  bStep: usize,
  transposed: bool,
  n: i32,
  depth: i32,
): void {
  const panelBytes: usize = (<usize>depth * tileColumns) << 2;
  if (transposed) {
    for (let j = 0; j < n; j += tileColumns) {
      const width = min(tileColumns, n - j);
      packAcross(packedPtr, bPtr + <usize>j * bStep, bStep, width, tileColumns, depth);
      packedPtr += panelBytes;
    }
    return;
  }
  for (let p = 0; p < depth; p += rowsAtOnce) {
    const rows = min(rowsAtOnce, depth - p);
    let to = packedPtr;
    for (let j = 0; j < n; j += tileColumns) {
      const from = bPtr + ((<usize>j) << 2);
      if (j + tileColumns <= n) packEightAlong(to, from, bStep, rows);
      else packAlong(to, from, bStep, n - j, tileColumns, rows);
      to += panelBytes;
    }
    packedPtr += (<usize>rows * tileColumns) << 2;
    bPtr += <usize>rows * bStep;
  }
}

/**
 * Packs A for the tiles: one panel f32[depth, height] for each run of rows that `tileHeight` cuts.
 *
 * @param packedPtr f32[m · depth]
 * @param aPtr      f32[m, depth], or f32[depth, m] if `transposed`, with rows `aStep` bytes apart
 */
export function packRows(
  packedPtr: usize,
  aPtr: usize,
  aStep: usize,
  transposed: bool,
  m: i32,
  depth: i32,
): void {
  if (!transposed) {
    for (let i = 0; i < m;) {
      const height = tileHeight(m - i);
      packAcross(packedPtr, aPtr + <usize>i * aStep, aStep, height, height, depth);
      packedPtr += (<usize>depth * height) << 2;
      i += height;
    }
    return;
  }
  for (let p = 0; p < depth; p += rowsAtOnce) {
    const rows = min(rowsAtOnce, depth - p);
    let to = packedPtr;
    for (let i = 0; i < m;) {
      const height = tileHeight(m - i);
      packAlong(to + ((<usize>p * height) << 2), aPtr + ((<usize>i) << 2), aStep, height, height, rows);
      to += (<usize>depth * height) << 2;
      i += height;
    }
    aPtr += <usize>rows * aStep;
  }
}

/** packed[p, 0..8) = from[p, 0..8). A call would cost as much as the few rows. */
// @ts-ignore: decorator
@inline
function packEightAlong(packedPtr: usize, fromPtr: usize, step: usize, depth: i32): void {
  for (let p = 0; p < depth; p++) {
    v128.store(packedPtr, v128.load(fromPtr));
    v128.store(packedPtr, v128.load(fromPtr, 16), 16);
    packedPtr += tileColumns << 2;
    fromPtr += step;
  }
}

/** packed[p, 0..width) = from[p, 0..width), then zeros up to `packedWidth` ≤ 8. */
function packAlong(
  packedPtr: usize,
  fromPtr: usize,
  step: usize,
  width: i32,
  packedWidth: i32,
  depth: i32,
): void {
  const packedStep: usize = packedWidth << 2;
  if (width == 6 && packedWidth == 6) {
    for (let p = 0; p < depth; p++) {
      v128.store(packedPtr, v128.load(fromPtr));
      store<u64>(packedPtr, load<u64>(fromPtr, 16), 16);
      packedPtr += packedStep;
      fromPtr += step;
    }
  } else if (width == 5 && packedWidth == 5) {
    for (let p = 0; p < depth; p++) {
      v128.store(packedPtr, v128.load(fromPtr));
      store<f32>(packedPtr, load<f32>(fromPtr, 16), 16);
      packedPtr += packedStep;
      fromPtr += step;
    }
  } else if (width == 4 && packedWidth == 4) {
    for (let p = 0; p < depth; p++) {
      v128.store(packedPtr, v128.load(fromPtr));
      packedPtr += packedStep;
      fromPtr += step;
    }
  } else {
    for (let p = 0; p < depth; p++) {
      for (let j = 0; j < packedWidth; j++) {
        store<f32>(packedPtr + ((<usize>j) << 2), j < width ? load<f32>(fromPtr + ((<usize>j) << 2)) : 0);
      }
      packedPtr += packedStep;
      fromPtr += step;
    }
  }
}

/** packed[p, j] = from[j, p] for j < width, then zeros up to `packedWidth` ≤ 8. */
function packAcross(
  packedPtr: usize,
  fromPtr: usize,
  step: usize,
  width: i32,
  packedWidth: i32,
  depth: i32,
): void {
  const packedStep: usize = packedWidth << 2;
  let j = 0;
  for (; j + 4 <= width; j += 4)
    packFourAcross(packedPtr + ((<usize>j) << 2), packedStep, fromPtr + <usize>j * step, step, depth);
  for (; j + 2 <= width; j += 2)
    packTwoAcross(packedPtr + ((<usize>j) << 2), packedStep, fromPtr + <usize>j * step, step, depth);
  for (; j < packedWidth; j++) {
    let to = packedPtr + ((<usize>j) << 2);
    let from = fromPtr + <usize>j * step;
    for (let p = 0; p < depth; p++) {
      store<f32>(to, j < width ? load<f32>(from) : 0);
      to += packedStep;
      from += 4;
    }
  }
}

/** Four rows of `from` become four neighbours: 4×4 blocks turned over in registers. */
function packFourAcross(to: usize, toStep: usize, from: usize, step: usize, depth: i32): void {
  let from1 = from + step;
  let from2 = from1 + step;
  let from3 = from2 + step;
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    const r0 = v128.load(from);
    const r1 = v128.load(from1);
    const r2 = v128.load(from2);
    const r3 = v128.load(from3);
    // r0 = a0 a1 a2 a3, r1 = b0 b1 b2 b3, … → a0 b0 a1 b1, a2 b2 a3 b3, c0 d0 c1 d1, c2 d2 c3 d3
    const ab01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const cd01 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const cd23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
    to += toStep;
    v128.store(to, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
    to += toStep;
    from += 16;
    from1 += 16;
    from2 += 16;
    from3 += 16;
  }
  for (; p < depth; p++) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from1), 4);
    store<f32>(to, load<f32>(from2), 8);
    store<f32>(to, load<f32>(from3), 12);
    to += toStep;
    from += 4;
    from1 += 4;
    from2 += 4;
    from3 += 4;
  }
}

/** Two rows of `from` become two neighbours. */
function packTwoAcross(to: usize, toStep: usize, from: usize, step: usize, depth: i32): void {
  let from1 = from + step;
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    const r0 = v128.load(from);
    const r1 = v128.load(from1);
    const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    v128.store_lane<u64>(to, low, 0);
    to += toStep;
    v128.store_lane<u64>(to, low, 1);
    to += toStep;
    v128.store_lane<u64>(to, high, 0);
    to += toStep;
    v128.store_lane<u64>(to, high, 1);
    to += toStep;
    from += 16;
    from1 += 16;
  }
  for (; p < depth; p++) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from1), 4);
    to += toStep;
    from += 4;
    from1 += 4;
  }
}
