import { Epilogue, finish } from "./epilogue";
import { gemvColumns, gemvRows } from "./gemv";
import { gemvPanels, stripColumns } from "./gemvPanels";
import {
  blockWorkBytes,
  inPlaceRows,
  multiplyBlocks,
  multiplyInPlace,
  multiplyPackedBlocks,
} from "./matmulBlocks";
import { tileColumns } from "./matmulTile";

/** So few rows are taken one by one: with a transposed B, packing costs more than it saves; with a packed B, tiles stay empty. */
export const fewRows: i32 = 3;

/** Working memory for the products below. */
export function productWorkBytes(m: i32, n: i32, k: i32): usize {
  return blockWorkBytes(n, k) + vectorBytes(m, n, k);
}

/** Room for a strided vector and a strided result, where a side is 1. */
function vectorBytes(m: i32, n: i32, k: i32): usize {
  return (<usize>k + max(m, n)) << 2;
}

/**
 * c = (accumulate ? c : 0) + a · b, then the epilogue, by the fastest way for the sizes. The arguments are those of `matmul`
 * in assembly/kernels/matmul.ts, which says what the bits depend on.
 */
export function multiplyFused(
  cPtr: usize,
  ldc: i32,
  aPtr: usize,
  lda: i32,
  transposeA: bool,
  bPtr: usize,
  ldb: i32,
  transposeB: bool,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  epilogue: Epilogue | null,
  workPtr: usize,
): void {
  const cStep = (<usize>ldc) << 2;
  const aStep = (<usize>lda) << 2;
  const bStep = (<usize>ldb) << 2;
  if (k > 0 && n > 1 && (transposeB ? m > fewRows : m > inPlaceRows(bStep))) {
    multiplyBlocks(
      cPtr,
      cStep,
      aPtr,
      aStep,
      transposeA,
      bPtr,
      bStep,
      transposeB,
      m,
      n,
      k,
      accumulate,
      epilogue,
      workPtr,
    );
    return;
  }
  if (k == 0) {
    if (!accumulate) clear(cPtr, cStep, m, n);
  } else if (n == 1) {
    gemv(cPtr, cStep, bPtr, transposeB ? 4 : bStep, aPtr, aStep, !transposeA, m, k, accumulate, workPtr);
  } else if (m == 1 || transposeB) {
    for (let i = 0; i < m; i++) {
      const a = aPtr + <usize>i * (transposeA ? 4 : aStep);
      const c = cPtr + <usize>i * cStep;
      gemv(c, 4, a, transposeA ? aStep : 4, bPtr, bStep, transposeB, n, k, accumulate, workPtr);
    }
  } else {
    multiplyInPlace(cPtr, cStep, aPtr, aStep, transposeA, bPtr, bStep, m, n, k, accumulate, workPtr);
  }
  if (epilogue) finish(epilogue, cPtr, cStep, 0, 0, m, n);
}

/** The same with a packed B: panels f32[⌈n / 8⌉, k, 8]. */
export function multiplyPackedFused(
  cPtr: usize,
  ldc: i32,
  aPtr: usize,
  lda: i32,
  transposeA: bool,
  packedPtr: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  epilogue: Epilogue | null,
  workPtr: usize,
): void {
  const cStep = (<usize>ldc) << 2;
  const aStep = (<usize>lda) << 2;
  if (k > 0 && m > fewRows) {
    multiplyPackedBlocks(
      cPtr,
      cStep,
      aPtr,
      aStep,
      transposeA,
      packedPtr,
      m,
      n,
      k,
      accumulate,
      epilogue,
      workPtr,
    );
    return;
  }
  if (k == 0) {
    if (!accumulate) clear(cPtr, cStep, m, n);
  } else {
    const panelBytes = (<usize>k * tileColumns) << 2;
    const inStrips = n - (n % stripColumns);
    for (let i = 0; i < m; i++) {
      const a = aPtr + <usize>i * (transposeA ? 4 : aStep);
      const c = cPtr + <usize>i * cStep;
      gemvPanels(c, a, transposeA ? aStep : 4, packedPtr, panelBytes, inStrips, k, accumulate);
    }
    multiplyPackedBlocks(
      cPtr + ((<usize>inStrips) << 2),
      cStep,
      aPtr,
      aStep,
      transposeA,
      packedPtr + <usize>(inStrips / tileColumns) * panelBytes,
      m,
      n - inStrips,
      k,
      accumulate,
      null,
      workPtr,
    );
  }
  if (epilogue) finish(epilogue, cPtr, cStep, 0, 0, m, n);
}

/** y[n] = (accumulate ? y : 0) + w · x for vectors with a stride; w is f32[n, k] `byRows`, else f32[k, n]. */
function gemv(
  yPtr: usize,
  yStep: usize,
  xPtr: usize,
  xStep: usize,
  wPtr: usize,
  wStep: usize,
  byRows: bool,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  if (xStep != 4) {
    copyStrided(workPtr, 4, xPtr, xStep, k);
    xPtr = workPtr;
    workPtr += (<usize>k) << 2;
  }
  const toPtr = yStep == 4 ? yPtr : workPtr;
  if (yStep != 4 && accumulate) copyStrided(toPtr, 4, yPtr, yStep, n);
  if (byRows) gemvRows(toPtr, wPtr, wStep, xPtr, n, k, accumulate);
  else gemvColumns(toPtr, xPtr, wPtr, wStep, n, k, accumulate);
  if (yStep != 4) copyStrided(yPtr, yStep, toPtr, 4, n);
}

function copyStrided(to: usize, toStep: usize, from: usize, fromStep: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(to, load<f32>(from));
    to += toStep;
    from += fromStep;
  }
}

function clear(cPtr: usize, cStep: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) memory.fill(cPtr + <usize>i * cStep, 0, (<usize>n) << 2);
}
