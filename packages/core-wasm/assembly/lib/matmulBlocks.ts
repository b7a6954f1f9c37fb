import { Epilogue, finish } from "./epilogue";
import { packColumns, packRows } from "./matmulPack";
import { anyTile, tileColumns, tileHeight, tileRows } from "./matmulTile";

// The blocked product of Goto and van de Geijn (2008): a block of B that fits the second-level cache and a block of A are
// packed in the order in which the tiles read them; every tile of C then runs down one panel of each.

/** The depth of a block: a panel of B (8 × 256 floats) fits the first-level cache, and a whole block the second. */
const blockDepth: i32 = 256;
/** The same for a packed B, which flows through the second-level cache: C is visited less often. */
const packedDepth: i32 = 512;
/** The rows of a block of A: a multiple of both tile heights. */
const blockRows: i32 = 180;
/** The columns of a block of B. */
const blockColumns: i32 = 1024;
/** Rows of B that are read where they lie: as many streams, which the processor fetches ahead of their use. */
const streams: i32 = 16;
/** The same for rows a multiple of 4 KiB apart: those share a set of the first-level cache, which holds 8 to 12 lines. */
const streamsInSet: i32 = 8;

/**
 * How many rows of B `multiplyInPlace` takes at a time; and the most rows of A for which it is faster than packing B, which
 * turned out to be the same number.
 */
// @ts-ignore: decorator
@inline
export function inPlaceRows(bStep: usize): i32 {
  return bStep & 4095 ? streams : streamsInSet;
}

const edgeBytes: usize = (tileRows * tileColumns) << 2;

/** Working memory for the functions below. */
export function blockWorkBytes(n: i32, k: i32): usize {
  return edgeBytes + aBlockBytes(k) + panelsBytes(min(n, blockColumns), min(k, blockDepth));
}

/** The bytes of packed B[k, n]: its columns are filled up to a multiple of 8. */
export function panelsBytes(n: i32, k: i32): usize {
  return <usize>((n + tileColumns - 1) / tileColumns) * k * (tileColumns << 2);
}

function aBlockBytes(k: i32): usize {
  return (<usize>blockRows * min(k, packedDepth)) << 2;
}

/** c = (accumulate ? c : 0) + a · b, then the epilogue; B is packed block by block. The arguments are those of `multiply`. */
export function multiplyBlocks(
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
  epilogue: Epilogue | null,
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
        partOfA(aPtr, aStep, transposeA, p),
        aStep,
        transposeA,
        packedPtr,
        (<usize>depth * tileColumns) << 2,
        m,
        columns,
        depth,
        accumulate || p > 0,
        p + depth == k ? epilogue : null,
        j,
        workPtr,
      );
    }
  }
}

/** The same with all of B packed. */
export function multiplyPackedBlocks(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  aStep: usize,
  transposeA: bool,
  packedPtr: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  epilogue: Epilogue | null,
  workPtr: usize,
): void {
  const depthStep = evenly(k, packedDepth, 1);
  for (let p = 0; p < k; p += depthStep) {
    const depth = min(depthStep, k - p);
    multiplyDepth(
      cPtr,
      cStep,
      partOfA(aPtr, aStep, transposeA, p),
      aStep,
      transposeA,
      packedPtr + ((<usize>p * tileColumns) << 2),
      (<usize>k * tileColumns) << 2,
      m,
      n,
      depth,
      accumulate || p > 0,
      p + depth == k ? epilogue : null,
      0,
      workPtr,
    );
  }
}

/**
 * c = (accumulate ? c : 0) + a · b for few rows, with B read where it lies: packing would cost as much as the product.
 *
 * @param bPtr f32[k, n] with rows `bStep` bytes apart
 */
export function multiplyInPlace(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  aStep: usize,
  transposeA: bool,
  bPtr: usize,
  bStep: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  const packedA = workPtr + edgeBytes;
  const packedB = packedA + aBlockBytes(k);
  const whole = n & -tileColumns;
  const wholeBytes = (<usize>whole) << 2;
  const depthStep = inPlaceRows(bStep);
  for (let p = 0; p < k; p += depthStep) {
    const depth = min(depthStep, k - p);
    const add = accumulate || p > 0;
    packRows(packedA, partOfA(aPtr, aStep, transposeA, p), aStep, transposeA, m, depth);
    multiplyPanels(cPtr, cStep, packedA, bPtr, tileColumns << 2, bStep, m, whole, depth, add, workPtr);
    if (whole < n) {
      // A tile would read beyond the end of the last row.
      packColumns(packedB, bPtr + wholeBytes, bStep, false, n - whole, depth);
      multiplyPanels(
        cPtr + wholeBytes,
        cStep,
        packedA,
        packedB,
        0,
        tileColumns << 2,
        m,
        n - whole,
        depth,
        add,
        workPtr,
      );
    }
    bPtr += <usize>depth * bStep;
  }
}

/** Where a[·, p] begins. */
// @ts-ignore: decorator
@inline
function partOfA(aPtr: usize, aStep: usize, transposeA: bool, p: i32): usize {
  return transposeA ? aPtr + <usize>p * aStep : aPtr + ((<usize>p) << 2);
}

/**
 * A block of packed B times all rows of A.
 *
 * @param epilogue what ends it, if this is the last block of the depth
 * @param column   where C and B begin within the whole product, for the epilogue
 */
function multiplyDepth(
  cPtr: usize,
  cStep: usize,
  aPtr: usize,
  aStep: usize,
  transposeA: bool,
  packedPtr: usize,
  panelBytes: usize,
  m: i32,
  n: i32,
  depth: i32,
  accumulate: bool,
  epilogue: Epilogue | null,
  column: i32,
  workPtr: usize,
): void {
  const packedA = workPtr + edgeBytes;
  const rowStep = evenly(m, blockRows, tileRows);
  for (let i = 0; i < m; i += rowStep) {
    const rows = min(rowStep, m - i);
    const a = transposeA ? aPtr + ((<usize>i) << 2) : aPtr + <usize>i * aStep;
    const c = cPtr + <usize>i * cStep;
    packRows(packedA, a, aStep, transposeA, rows, depth);
    multiplyPanels(c, cStep, packedA, packedPtr, panelBytes, tileColumns << 2, rows, n, depth, accumulate, workPtr);
    // All columns at once: narrower blocks, which the first-level cache would hold, read the residual in short runs.
    if (epilogue) finish(epilogue, c, cStep, i, column, rows, n);
  }
}

/** A block of packed A times a block of B: panel by panel of B, and down A for each. A last, narrow panel is packed. */
function multiplyPanels(
  cPtr: usize,
  cStep: usize,
  packedA: usize,
  bPtr: usize,
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
        anyTile(height, c, cStep, a, bPtr, bStep, depth, accumulate);
      } else {
        const edgeStep: usize = tileColumns << 2;
        if (accumulate) copyTile(edgePtr, edgeStep, c, cStep, height, width);
        anyTile(height, edgePtr, edgeStep, a, bPtr, bStep, depth, accumulate);
        copyTile(c, cStep, edgePtr, edgeStep, height, width);
      }
      a += (<usize>height * depth) << 2;
      c += <usize>height * cStep;
      i += height;
    }
    cPtr += tileColumns << 2;
    bPtr += panelBytes;
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
