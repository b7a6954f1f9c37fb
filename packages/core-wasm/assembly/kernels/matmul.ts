import { gemvColumns, gemvRows } from "../lib/gemv";
import { packColumns, packRows } from "../lib/matmulPack";
import { anyTile, tileColumns, tileHeight, tileRows } from "../lib/matmulTile";

// The blocked product of Goto and van de Geijn (2008): a block of B that fits the second-level cache and a block of A are
// packed in the order in which the tiles read them; every tile of C then runs down one panel of each.

/** The depth of a block: a panel of B (8 × 256 floats) fits the first-level cache. */
const blockDepth: i32 = 256;
/** The rows of a block of A: a multiple of both tile heights. */
const blockRows: i32 = 96;
/** The columns of a block of B. */
const blockColumns: i32 = 1024;
/** With a transposed B, packing costs more than it saves for so few rows: they are taken one by one. */
export const fewRows: i32 = 3;

const edgeBytes: usize = (tileRows * tileColumns) << 2;

/** The bytes of working memory that `matmul` and `matmulPacked` need for these sizes, or for smaller ones. */
export function matmulWorkBytes(m: i32, n: i32, k: i32): usize {
  return (
    edgeBytes +
    aBlockBytes(k) +
    matmulPackedBytes(min(n, blockColumns), min(k, blockDepth)) +
    vectorBytes(m, n, k)
  );
}

function aBlockBytes(k: i32): usize {
  return (<usize>blockRows * min(k, blockDepth)) << 2;
}

/** Room for a strided vector and a strided result, where a side is 1. */
function vectorBytes(m: i32, n: i32, k: i32): usize {
  return (<usize>k + max(m, n)) << 2;
}

/** The bytes of B[k, n] once packed: its columns are filled up to a multiple of 8. */
export function matmulPackedBytes(n: i32, k: i32): usize {
  return <usize>((n + tileColumns - 1) / tileColumns) * k * (tileColumns << 2);
}

/**
 * Packs B for `matmulPacked`: panels of 8 columns, in each of them all of k, and within k the 8 neighbours.
 *
 *     packed: f32[⌈n / 8⌉, k, 8],  packed[j div 8, p, j mod 8] = b[p, j],  zeros beyond column n
 *
 * @param bPtr f32[k, n], or f32[n, k] if `transposeB`, with rows `ldb` elements apart
 */
export function matmulPack(packedPtr: usize, bPtr: usize, ldb: i32, transposeB: bool, n: i32, k: i32): void {
  packColumns(packedPtr, bPtr, (<usize>ldb) << 2, transposeB, n, k);
}

/**
 * c = (accumulate ? c : 0) + a · b with a B that `matmulPack` has packed. Bits as in `matmul` for m > 3.
 *
 * @param cPtr f32[m, n] with rows `ldc` elements apart
 * @param aPtr f32[m, k], or f32[k, m] if `transposeA`, with rows `lda` elements apart
 */
export function matmulPacked(
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
  workPtr: usize,
): void {
  const cStep = (<usize>ldc) << 2;
  const aStep = (<usize>lda) << 2;
  if (k == 0 && !accumulate) clear(cPtr, cStep, m, n);
  const panelBytes = (<usize>k * tileColumns) << 2;
  const depthStep = evenly(k, blockDepth, 1);
  for (let p = 0; p < k; p += depthStep) {
    const depth = min(depthStep, k - p);
    multiplyDepth(
      cPtr,
      cStep,
      transposeA ? aPtr + <usize>p * aStep : aPtr + ((<usize>p) << 2),
      aStep,
      transposeA,
      packedPtr + ((<usize>p * tileColumns) << 2),
      panelBytes,
      tileColumns << 2,
      m,
      n,
      depth,
      accumulate || p > 0,
      workPtr,
    );
  }
}

/**
 * `batch` products c = (accumulate ? c : 0) + a · b, row-major, with leading dimensions in elements, so that each may be a
 * part of a wider matrix. C may not overlap A or B.
 *
 * Every element is one chain of multiply-adds in the order of k that starts at c (or 0): its bits depend on its row of A and
 * its column of B alone, not on m, n or the blocking. One exception: for m ≤ 3 with a transposed B, and for n = 1 with an A
 * that is not transposed, eight chains run side by side and are added to c at the end.
 *
 * @param cPtr    f32[m, n], rows `ldc` apart, products `cStride` elements apart
 * @param aPtr    f32[m, k], or f32[k, m] if `transposeA`; rows `lda` apart, products `aStride` apart
 * @param bPtr    f32[k, n], or f32[n, k] if `transposeB`; rows `ldb` apart, products `bStride` (0: the same B) apart
 * @param workPtr `matmulWorkBytes(m, n, k)` bytes, aligned to 16
 */
export function matmul(
  cPtr: usize,
  ldc: i32,
  cStride: i32,
  aPtr: usize,
  lda: i32,
  aStride: i32,
  transposeA: bool,
  bPtr: usize,
  ldb: i32,
  bStride: i32,
  transposeB: bool,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  for (let i = 0; i < batch; i++) {
    multiply(cPtr, ldc, aPtr, lda, transposeA, bPtr, ldb, transposeB, m, n, k, accumulate, workPtr);
    cPtr += (<usize>cStride) << 2;
    aPtr += (<usize>aStride) << 2;
    bPtr += (<usize>bStride) << 2;
  }
}

/** One product of `matmul`. */
export function multiply(
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
  workPtr: usize,
): void {
  const cStep = (<usize>ldc) << 2;
  const aStep = (<usize>lda) << 2;
  const bStep = (<usize>ldb) << 2;
  if (k == 0) {
    if (!accumulate) clear(cPtr, cStep, m, n);
  } else if (n == 1) {
    gemv(cPtr, cStep, bPtr, transposeB ? 4 : bStep, aPtr, aStep, !transposeA, m, k, accumulate, workPtr);
  } else if (m == 1 || (m <= fewRows && transposeB)) {
    for (let i = 0; i < m; i++) {
      gemv(cPtr, 4, aPtr, transposeA ? aStep : 4, bPtr, bStep, transposeB, n, k, accumulate, workPtr);
      cPtr += cStep;
      aPtr += transposeA ? 4 : aStep;
    }
  } else {
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
      workPtr,
    );
  }
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

function multiplyBlocks(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  aStep: usize,
  transposeA: bool,
  bPtr: usize,
  bStep: usize,
  transposeB: bool,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  const packedPtr = workPtr + edgeBytes + aBlockBytes(k);
  const depthStep = evenly(k, blockDepth, 1);
  const columnStep = evenly(n, blockColumns, tileColumns);
  for (let j = 0; j < n; j += columnStep) {
    const columns = min(columnStep, n - j);
    for (let p = 0; p < k; p += depthStep) {
      const depth = min(depthStep, k - p);
      const b = transposeB
        ? bPtr + <usize>j * bStep + ((<usize>p) << 2)
        : bPtr + <usize>p * bStep + ((<usize>j) << 2);
      packColumns(packedPtr, b, bStep, transposeB, columns, depth);
      multiplyDepth(
        cPtr + ((<usize>j) << 2),
        cStep,
        transposeA ? aPtr + <usize>p * aStep : aPtr + ((<usize>p) << 2),
        aStep,
        transposeA,
        packedPtr,
        (<usize>depth * tileColumns) << 2,
        tileColumns << 2,
        m,
        columns,
        depth,
        accumulate || p > 0,
        workPtr,
      );
    }
  }
}

/** A block of packed B times all rows of A. */
function multiplyDepth(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  aStep: usize,
  transposeA: bool,
  packedPtr: usize,
  panelBytes: usize,
  bStep: usize,
  m: i32,
  n: i32,
  depth: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  const packedA = workPtr + edgeBytes;
  const rowStep = evenly(m, blockRows, tileRows);
  for (let i = 0; i < m; i += rowStep) {
    const rows = min(rowStep, m - i);
    const a = transposeA ? aPtr + ((<usize>i) << 2) : aPtr + <usize>i * aStep;
    packRows(packedA, a, aStep, transposeA, rows, depth);
    multiplyPanels(
      cPtr + <usize>i * cStep,
      cStep,
      packedA,
      packedPtr,
      panelBytes,
      bStep,
      rows,
      n,
      depth,
      accumulate,
      workPtr,
    );
  }
}

/** A block of packed A times a block of packed B: panel by panel of B, and down A for each. */
function multiplyPanels(
  cPtr: usize,
  cStep: usize,
  packedA: usize,
  packedB: usize,
  panelBytes: usize,
  bStep: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  accumulate: bool,
  edgePtr: usize,
): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const width = min(tileColumns, columns - j);
    let a = packedA;
    let c = cPtr;
    for (let i = 0; i < rows;) {
      const height = tileHeight(rows - i);
      if (width == tileColumns) {
        anyTile(height, c, cStep, a, packedB, bStep, depth, accumulate);
      } else {
        const edgeStep: usize = tileColumns << 2;
        if (accumulate) copyTile(edgePtr, edgeStep, c, cStep, height, width);
        anyTile(height, edgePtr, edgeStep, a, packedB, bStep, depth, accumulate);
        copyTile(c, cStep, edgePtr, edgeStep, height, width);
      }
      a += (<usize>height * depth) << 2;
      c += <usize>height * cStep;
      i += height;
    }
    cPtr += tileColumns << 2;
    packedB += panelBytes;
  }
}

function copyTile(to: usize, toStep: usize, from: usize, fromStep: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < <usize>columns; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 2)));
    to += toStep;
    from += fromStep;
  }
}

/** The step that cuts `size` into as few parts as `most` allows, about equal, in multiples of `unit`. */
function evenly(size: i32, most: i32, unit: i32): i32 {
  const parts = max(1, (size + most - 1) / most);
  const step = (size + parts - 1) / parts;
  return ((step + unit - 1) / unit) * unit;
}
