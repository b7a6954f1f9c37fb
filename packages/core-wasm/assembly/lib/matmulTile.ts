import { fma } from "./simd";

/**
 * The register tile of the blocked product: `tileRows` × 8 elements of C in registers, and for every p one column of
 * packed A times one row of packed B:
 *
 *              b[p, 0..3]  b[p, 4..7]
 *     a[p, 0]     c00         c01
 *     a[p, 1]     c10         c11
 *        …         …           …
 *
 * Engines have 15 or 16 vector registers to give. With a fused multiply-add, 6 rows take 12 for C, 2 for b and 1 for the
 * spread a; without it the product takes one more, and 5 rows fit.
 */
// @ts-ignore: decorator
@inline
export const tileRows: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** The columns of a tile: two vectors. */
// @ts-ignore: decorator
@inline
export const tileColumns: i32 = 8;

/**
 * How many of `remaining` rows the next tile takes. One or two rows wait for their sums most of the time, so the last few
 * tiles are about equal: 7 = 4 + 3 rather than 6 + 1.
 */
export function tileHeight(remaining: i32): i32 {
  if (remaining > (tileRows - 1) * (tileRows - 1)) return tileRows; // as the division below would find
  const tiles = (remaining + tileRows - 1) / tileRows;
  return (remaining + tiles - 1) / tiles;
}

/**
 * c[rows, 8] = (accumulate ? c : 0) + a · b. Every element is one chain of multiply-adds in the order of p that starts at
 * c, and so has the same bits whatever the blocking around it.
 *
 * @param rows   1 to 6, a constant where this is inlined
 * @param cPtr   f32[rows, 8] with rows `cStep` bytes apart
 * @param aPtr   f32[depth, rows]
 * @param bPtr   f32[depth, 8] with rows `bStep` bytes apart
 */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32,
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
  if (accumulate) {
    let row = cPtr;
    c00 = v128.load(row);
    c01 = v128.load(row, 16);
    if (rows > 1) {
      row += cStep;
      c10 = v128.load(row);
      c11 = v128.load(row, 16);
    }
    if (rows > 2) {
      row += cStep;
      c20 = v128.load(row);
      c21 = v128.load(row, 16);
    }
    if (rows > 3) {
      row += cStep;
      c30 = v128.load(row);
      c31 = v128.load(row, 16);
    }
    if (rows > 4) {
      row += cStep;
      c40 = v128.load(row);
      c41 = v128.load(row, 16);
    }
    if (rows > 5) {
      row += cStep;
      c50 = v128.load(row);
      c51 = v128.load(row, 16);
    }
  }
  const aEnd = aPtr + ((<usize>depth * rows) << 2);
  while (aPtr < aEnd) {
    const b0 = v128.load(bPtr);
    const b1 = v128.load(bPtr, 16);
    bPtr += bStep;
    const a0 = v128.load32_splat(aPtr);
    c00 = fma(a0, b0, c00);
    c01 = fma(a0, b1, c01);
    if (rows > 1) {
      const a1 = v128.load32_splat(aPtr, 4);
      c10 = fma(a1, b0, c10);
      c11 = fma(a1, b1, c11);
    }
    if (rows > 2) {
      const a2 = v128.load32_splat(aPtr, 8);
      c20 = fma(a2, b0, c20);
      c21 = fma(a2, b1, c21);
    }
    if (rows > 3) {
      const a3 = v128.load32_splat(aPtr, 12);
      c30 = fma(a3, b0, c30);
      c31 = fma(a3, b1, c31);
    }
    if (rows > 4) {
      const a4 = v128.load32_splat(aPtr, 16);
      c40 = fma(a4, b0, c40);
      c41 = fma(a4, b1, c41);
    }
    if (rows > 5) {
      const a5 = v128.load32_splat(aPtr, 20);
      c50 = fma(a5, b0, c50);
      c51 = fma(a5, b1, c51);
    }
    aPtr += rows << 2;
  }
  v128.store(cPtr, c00);
  v128.store(cPtr, c01, 16);
  if (rows > 1) {
    cPtr += cStep;
    v128.store(cPtr, c10);
    v128.store(cPtr, c11, 16);
  }
  if (rows > 2) {
    cPtr += cStep;
    v128.store(cPtr, c20);
    v128.store(cPtr, c21, 16);
  }
  if (rows > 3) {
    cPtr += cStep;
    v128.store(cPtr, c30);
    v128.store(cPtr, c31, 16);
  }
  if (rows > 4) {
    cPtr += cStep;
    v128.store(cPtr, c40);
    v128.store(cPtr, c41, 16);
  }
  if (rows > 5) {
    cPtr += cStep;
    v128.store(cPtr, c50);
    v128.store(cPtr, c51, 16);
  }
}

// One function a height, so that each gets registers of its own.

function tile1(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(1, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

function tile2(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(2, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

function tile3(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(3, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

function tile4(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(4, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

function tile5(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(5, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

function tile6(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  tile(6, cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}

/** The tile with `rows` rows, 1 to `tileRows`. */
// @ts-ignore: decorator
@inline
export function anyTile(
  rows: i32,
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  bPtr: usize,
  bStep: usize,
  depth: i32,
  accumulate: bool,
): void {
  if (rows == tileRows) {
    if (tileRows == 6) tile6(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
    else tile5(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
  } else if (rows == 1) tile1(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
  else if (rows == 2) tile2(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
  else if (rows == 3) tile3(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
  else if (rows == 4) tile4(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
  else if (tileRows > 5) tile5(cPtr, cStep, aPtr, bPtr, bStep, depth, accumulate);
}
