import { stripRows, tileKeys } from "./attentionTile";
import { fma } from "./simd";

/** The bytes from one row of weights to the next. */
// @ts-ignore: decorator
@inline
const rowBytes: usize = tileKeys << 2;

/**
 * c[i, d] += Σ_p a[i, p] · b[p, d] for a strip of rows: the weights of some queries times the values. Every element is one
 * chain of multiply-adds in the order of p that starts at c.
 *
 * @param cPtr  f32[height, depth]
 * @param aPtr  f32[height, 64], of which `width` columns count
 * @param bPtr  f32[width, depth] with rows `bStep` bytes apart
 * @param depth a multiple of 8
 */
export function addWeighted(height: i32, cPtr: usize, aPtr: usize, bPtr: usize, bStep: usize, width: i32, depth: i32): void {
  const bytes = (<usize>depth) << 2;
  let d: usize = 0;
  if (height == 1) {
    for (; d + 128 <= bytes; d += 128) addToRow(8, cPtr + d, aPtr, bPtr + d, bStep, width);
    if (d + 64 <= bytes) {
      addToRow(4, cPtr + d, aPtr, bPtr + d, bStep, width);
      d += 64;
    }
  }
  for (; d < bytes; d += 32) {
    if (height == 1) weighted1(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
    else if (height == 2) weighted2(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
    else if (height == 3) weighted3(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
    else if (height == 4) weighted4(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
    else if (stripRows > 4 && height == 5) weighted5(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
    else if (stripRows > 4) weighted6(cPtr + d, bytes, aPtr, bPtr + d, bStep, width);
  }
}

/**
 * c[j, d] += Σ_r a[r, j] · b[r, d], the same with the weights transposed: what all queries of a block give to each key.
 *
 * @param cPtr f32[width, depth]
 * @param aPtr f32[rows, 64], of which `width` columns count
 * @param bPtr f32[rows, depth]
 */
export function addTransposed(cPtr: usize, aPtr: usize, bPtr: usize, rows: i32, width: i32, depth: i32): void {
  const bytes = (<usize>depth) << 2;
  for (let j = 0; j < width;) {
    const height = min(stripRows, width - j);
    const c = cPtr + <usize>j * bytes;
    const a = aPtr + ((<usize>j) << 2);
    for (let d: usize = 0; d < bytes; d += 32) {
      if (height == 1) transposed1(c + d, bytes, a, bPtr + d, bytes, rows);
      else if (height == 2) transposed2(c + d, bytes, a, bPtr + d, bytes, rows);
      else if (height == 3) transposed3(c + d, bytes, a, bPtr + d, bytes, rows);
      else if (height == 4) transposed4(c + d, bytes, a, bPtr + d, bytes, rows);
      else if (stripRows > 4 && height == 5) transposed5(c + d, bytes, a, bPtr + d, bytes, rows);
      else if (stripRows > 4) transposed6(c + d, bytes, a, bPtr + d, bytes, rows);
    }
    j += height;
  }
}

/** One row of c, `vectors` (4 or 8, a constant) wide. */
// @ts-ignore: decorator
@inline
function addToRow(vectors: i32, c: usize, a: usize, b: usize, bStep: usize, width: i32): void {
  let c0 = v128.load(c);
  let c1 = v128.load(c, 16);
  let c2 = v128.load(c, 32);
  let c3 = v128.load(c, 48);
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  if (vectors > 4) {
    c4 = v128.load(c, 64);
    c5 = v128.load(c, 80);
    c6 = v128.load(c, 96);
    c7 = v128.load(c, 112);
  }
  const end = a + ((<usize>width) << 2);
  while (a < end) {
    const weight = v128.load32_splat(a);
    c0 = fma(weight, v128.load(b), c0);
    c1 = fma(weight, v128.load(b, 16), c1);
    c2 = fma(weight, v128.load(b, 32), c2);
    c3 = fma(weight, v128.load(b, 48), c3);
    if (vectors > 4) {
      c4 = fma(weight, v128.load(b, 64), c4);
      c5 = fma(weight, v128.load(b, 80), c5);
      c6 = fma(weight, v128.load(b, 96), c6);
      c7 = fma(weight, v128.load(b, 112), c7);
    }
    a += 4;
    b += bStep;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  if (vectors > 4) {
    v128.store(c, c4, 64);
    v128.store(c, c5, 80);
    v128.store(c, c6, 96);
    v128.store(c, c7, 112);
  }
}

/**
 * c[rows, 8] += a · b. `rows` and `transposed` are constants at every call; a's element (i, p) is at 256i + 4p, or where it is
 * transposed at 4i + 256p.
 */
// @ts-ignore: decorator
@inline
function tile(rows: i32, transposed: bool, c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  let row = c;
  let c00 = v128.load(row);
  let c01 = v128.load(row, 16);
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let c40 = c00;
  let c41 = c00;
  let c50 = c00;
  let c51 = c00;
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
  const end = a + <usize>depth * (transposed ? rowBytes : 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    b += bStep;
    const a0 = v128.load32_splat(a);
    c00 = fma(a0, b0, c00);
    c01 = fma(a0, b1, c01);
    if (rows > 1) {
      const a1 = transposed ? v128.load32_splat(a, 4) : v128.load32_splat(a, rowBytes);
      c10 = fma(a1, b0, c10);
      c11 = fma(a1, b1, c11);
    }
    if (rows > 2) {
      const a2 = transposed ? v128.load32_splat(a, 8) : v128.load32_splat(a, 2 * rowBytes);
      c20 = fma(a2, b0, c20);
      c21 = fma(a2, b1, c21);
    }
    if (rows > 3) {
      const a3 = transposed ? v128.load32_splat(a, 12) : v128.load32_splat(a, 3 * rowBytes);
      c30 = fma(a3, b0, c30);
      c31 = fma(a3, b1, c31);
    }
    if (rows > 4) {
      const a4 = transposed ? v128.load32_splat(a, 16) : v128.load32_splat(a, 4 * rowBytes);
      c40 = fma(a4, b0, c40);
      c41 = fma(a4, b1, c41);
    }
    if (rows > 5) {
      const a5 = transposed ? v128.load32_splat(a, 20) : v128.load32_splat(a, 5 * rowBytes);
      c50 = fma(a5, b0, c50);
      c51 = fma(a5, b1, c51);
    }
    a += transposed ? rowBytes : 4;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  if (rows > 1) {
    c += cStep;
    v128.store(c, c10);
    v128.store(c, c11, 16);
  }
  if (rows > 2) {
    c += cStep;
    v128.store(c, c20);
    v128.store(c, c21, 16);
  }
  if (rows > 3) {
    c += cStep;
    v128.store(c, c30);
    v128.store(c, c31, 16);
  }
  if (rows > 4) {
    c += cStep;
    v128.store(c, c40);
    v128.store(c, c41, 16);
  }
  if (rows > 5) {
    c += cStep;
    v128.store(c, c50);
    v128.store(c, c51, 16);
  }
}

// One function a height, so that each gets registers of its own.

function weighted1(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(1, false, c, cStep, a, b, bStep, depth);
}

function weighted2(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(2, false, c, cStep, a, b, bStep, depth);
}

function weighted3(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(3, false, c, cStep, a, b, bStep, depth);
}

function weighted4(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(4, false, c, cStep, a, b, bStep, depth);
}

function weighted5(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(5, false, c, cStep, a, b, bStep, depth);
}

function weighted6(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(6, false, c, cStep, a, b, bStep, depth);
}

function transposed1(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(1, true, c, cStep, a, b, bStep, depth);
}

function transposed2(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(2, true, c, cStep, a, b, bStep, depth);
}

function transposed3(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(3, true, c, cStep, a, b, bStep, depth);
}

function transposed4(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(4, true, c, cStep, a, b, bStep, depth);
}

function transposed5(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(5, true, c, cStep, a, b, bStep, depth);
}

function transposed6(c: usize, cStep: usize, a: usize, b: usize, bStep: usize, depth: i32): void {
  tile(6, true, c, cStep, a, b, bStep, depth);
}
