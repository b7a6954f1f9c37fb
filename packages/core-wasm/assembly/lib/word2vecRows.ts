import { fma, sumLanes } from "./simd";

// Products and sums of rows, `bytes` long, a multiple of 16. Six rows at a time share the loads of the row that meets them
// all, and six sums hide what an addition takes; a rest goes in fours, twos and one, with the same operations for each row.

/** dots[j] = x · rows[j] for j < count; `rowsPtr` points to their addresses. */
export function dotRows(dotsPtr: usize, xPtr: usize, rowsPtr: usize, count: u32, bytes: usize): void {
  let j: u32 = 0;
  for (; j + 6 <= count; j += 6) dotSome(6, dotsPtr + ((<usize>j) << 2), xPtr, rowsPtr + ((<usize>j) << 2), bytes);
  for (; j + 4 <= count; j += 4) dotSome(4, dotsPtr + ((<usize>j) << 2), xPtr, rowsPtr + ((<usize>j) << 2), bytes);
  for (; j + 2 <= count; j += 2) dotSome(2, dotsPtr + ((<usize>j) << 2), xPtr, rowsPtr + ((<usize>j) << 2), bytes);
  if (j < count) dotSome(1, dotsPtr + ((<usize>j) << 2), xPtr, rowsPtr + ((<usize>j) << 2), bytes);
}

/** `rows` is a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function dotSome(rows: i32, dotsPtr: usize, xPtr: usize, rowsPtr: usize, bytes: usize): void {
  let a = load<u32>(rowsPtr);
  let b = rows > 1 ? load<u32>(rowsPtr, 4) : 0;
  let c = rows > 2 ? load<u32>(rowsPtr, 8) : 0;
  let d = rows > 2 ? load<u32>(rowsPtr, 12) : 0;
  let e = rows > 4 ? load<u32>(rowsPtr, 16) : 0;
  let f = rows > 4 ? load<u32>(rowsPtr, 20) : 0;
  let sumA = f32x4.splat(0);
  let sumB = sumA;
  let sumC = sumA;
  let sumD = sumA;
  let sumE = sumA;
  let sumF = sumA;
  const end = xPtr + bytes;
  const pairsEnd = xPtr + (bytes & ~31);
  let at = xPtr;
  for (; at < pairsEnd; at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    sumA = fma(y, v128.load(a, 16), fma(x, v128.load(a), sumA));
    a += 32;
    if (rows > 1) {
      sumB = fma(y, v128.load(b, 16), fma(x, v128.load(b), sumB));
      b += 32;
    }
    if (rows > 2) {
      sumC = fma(y, v128.load(c, 16), fma(x, v128.load(c), sumC));
      sumD = fma(y, v128.load(d, 16), fma(x, v128.load(d), sumD));
      c += 32;
      d += 32;
    }
    if (rows > 4) {
      sumE = fma(y, v128.load(e, 16), fma(x, v128.load(e), sumE));
      sumF = fma(y, v128.load(f, 16), fma(x, v128.load(f), sumF));
      e += 32;
      f += 32;
    }
  }
  if (at < end) {
    const x = v128.load(at);
    sumA = fma(x, v128.load(a), sumA);
    if (rows > 1) sumB = fma(x, v128.load(b), sumB);
    if (rows > 2) {
      sumC = fma(x, v128.load(c), sumC);
      sumD = fma(x, v128.load(d), sumD);
    }
    if (rows > 4) {
      sumE = fma(x, v128.load(e), sumE);
      sumF = fma(x, v128.load(f), sumF);
    }
  }
  store<f32>(dotsPtr, sumLanes(sumA));
  if (rows > 1) store<f32>(dotsPtr, sumLanes(sumB), 4);
  if (rows > 2) {
    store<f32>(dotsPtr, sumLanes(sumC), 8);
    store<f32>(dotsPtr, sumLanes(sumD), 12);
  }
  if (rows > 4) {
    store<f32>(dotsPtr, sumLanes(sumE), 16);
    store<f32>(dotsPtr, sumLanes(sumF), 20);
  }
}

/**
 * One step of every row, and what it asks of x: for each j ascending
 *
 *     moved += g[j] · rows[j],  then rows[j] += g[j] · x
 *
 * from moved = 0. A row that comes twice is moved twice. `movedPtr` = xPtr: x itself moves, when all is done.
 */
export function moveRows(
  movedPtr: usize,
  gPtr: usize,
  xPtr: usize,
  rowsPtr: usize,
  count: u32,
  bytes: usize,
  workPtr: usize,
): void {
  if (count == 6 && movedPtr == xPtr) {
    moveSome(6, true, movedPtr, gPtr, xPtr, rowsPtr, bytes);
    return;
  }
  const sumPtr = movedPtr == xPtr ? workPtr : movedPtr;
  memory.fill(sumPtr, 0, bytes);
  let j: u32 = 0;
  for (; j + 6 <= count; j += 6) {
    const at = (<usize>j) << 2;
    moveSome(6, false, sumPtr, gPtr + at, xPtr, rowsPtr + at, bytes);
  }
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2;
    moveSome(4, false, sumPtr, gPtr + at, xPtr, rowsPtr + at, bytes);
  }
  for (; j + 2 <= count; j += 2) {
    const at = (<usize>j) << 2;
    moveSome(2, false, sumPtr, gPtr + at, xPtr, rowsPtr + at, bytes);
  }
  if (j < count) {
    const at = (<usize>j) << 2;
    moveSome(1, false, sumPtr, gPtr + at, xPtr, rowsPtr + at, bytes);
  }
  if (movedPtr == xPtr) addRow(xPtr, workPtr, bytes);
}

/** `rows` and `whole` (the sum begins here, and moves x at the end) are constants where this is inlined. */
// @ts-ignore: decorator
@inline
function moveSome(
  rows: i32,
  whole: bool,
  movedPtr: usize,
  gPtr: usize,
  xPtr: usize,
  rowsPtr: usize,
  bytes: usize,
): void {
  const gA = v128.load32_splat(gPtr);
  const gB = v128.load32_splat(gPtr, 4);
  const gC = v128.load32_splat(gPtr, 8);
  const gD = v128.load32_splat(gPtr, 12);
  const gE = v128.load32_splat(gPtr, 16);
  const gF = v128.load32_splat(gPtr, 20);
  let a = load<u32>(rowsPtr);
  let b = rows > 1 ? load<u32>(rowsPtr, 4) : 0;
  let c = rows > 2 ? load<u32>(rowsPtr, 8) : 0;
  let d = rows > 2 ? load<u32>(rowsPtr, 12) : 0;
  let e = rows > 4 ? load<u32>(rowsPtr, 16) : 0;
  let f = rows > 4 ? load<u32>(rowsPtr, 20) : 0;
  const end = xPtr + bytes;
  let moved = movedPtr;
  for (let at = xPtr; at < end; at += 16) {
    const x = v128.load(at);
    let sum = whole ? f32x4.splat(0) : v128.load(moved);
    sum = moveVector(a, gA, x, sum);
    a += 16;
    if (rows > 1) {
      sum = moveVector(b, gB, x, sum);
      b += 16;
    }
    if (rows > 2) {
      sum = moveVector(c, gC, x, sum);
      sum = moveVector(d, gD, x, sum);
      c += 16;
      d += 16;
    }
    if (rows > 4) {
      sum = moveVector(e, gE, x, sum);
      sum = moveVector(f, gF, x, sum);
      e += 16;
      f += 16;
    }
    v128.store(moved, whole ? f32x4.add(x, sum) : sum);
    moved += 16;
  }
}

// @ts-ignore: decorator
@inline
function moveVector(rowPtr: usize, g: v128, x: v128, sum: v128): v128 {
  const row = v128.load(rowPtr);
  v128.store(rowPtr, fma(g, x, row));
  return fma(g, row, sum);
}

/** y += x. */
export function addRow(yPtr: usize, xPtr: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(yPtr + at, f32x4.add(v128.load(yPtr + at), v128.load(xPtr + at)));
  }
}

/** y *= factor. */
export function scaleRow(yPtr: usize, factor: f32, bytes: usize): void {
  const factors = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(yPtr + at, f32x4.mul(v128.load(yPtr + at), factors));
  }
}
