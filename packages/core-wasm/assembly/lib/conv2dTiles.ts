import { fewWeights, stripGrid } from "./conv2dStrips";
import { anyTile, tileColumns, tileHeight } from "./matmulTile";

// The product W · patches without a matrix of patches: eight places at a time, their patches are packed straight from the
// laid-out planes into the panel that the tiles read, and every row of weights runs over it while it is in the cache.

/**
 * Packs weights for the tiles: a panel f32[channels, taps, height] for each run of rows that `tileHeight` cuts.
 *
 * @param rowStep     from one row to the next, in floats
 * @param channelStep from one channel to the next, in floats
 * @param tapsPtr     i32[taps, 2]; the second of each: its place in the kernel
 */
export function packWeights(
  to: usize,
  weightPtr: usize,
  rows: i32,
  rowStep: i32,
  channels: i32,
  channelStep: i32,
  tapsPtr: usize,
  taps: i32,
): void {
  const rowBytes = (<usize>rowStep) << 2;
  for (let i = 0; i < rows; ) {
    const height = tileHeight(rows - i);
    const panel = weightPtr + <usize>i * rowBytes;
    for (let c = 0; c < channels; c++) {
      const channel = panel + ((<usize>c * channelStep) << 2);
      for (let t = 0; t < taps; t++) {
        let from = channel + (load<u32>(tapsPtr + ((<usize>t) << 3), 4) << 2);
        for (let row = 0; row < height; row++) {
          store<f32>(to, load<f32>(from));
          to += 4;
          from += rowBytes;
        }
      }
    }
    i += height;
  }
}

/** offset[c, t] = c · plane + tap[t], in bytes. */
export function writeOffsets(
  offsetsPtr: usize,
  tapsPtr: usize,
  taps: i32,
  channels: i32,
  plane: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < taps; t++) {
      store<i32>(offsetsPtr, (c * plane + load<i32>(tapsPtr + ((<usize>t) << 3))) << 2);
      offsetsPtr += 4;
    }
  }
}

/**
 * The sums of a grid of places:
 *
 *     c[m, i, j] = (accumulate ? c[m, i, j] : 0) + Σ_p w[m, p] · laid[offset[p] + i · gridStep + j]
 *
 * Each is one chain of multiply-adds in the order of p.
 *
 * @param cPtr       f32[rows, gridRows, gridColumns], rows of weights `cStep` bytes apart
 * @param weightPtr  f32[rows, depth], packed
 * @param offsetsPtr u32[depth], in bytes
 * @param gridStep   bytes
 * @param panelPtr   f32[depth + 1, 8]
 */
export function tileGrid(
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
  panelPtr: usize,
  edgePtr: usize,
  accumulate: bool,
): void {
  if (rows <= fewWeights) {
    stripGrid(
      cPtr,
      cStep,
      weightPtr,
      rows,
      laidPtr,
      offsetsPtr,
      depth,
      gridRows,
      gridColumns,
      gridStep,
      edgePtr,
      accumulate,
    );
    return;
  }
  const places = gridRows * gridColumns;
  let from = laidPtr;
  let column = 0;
  for (let place = 0; place < places; place += tileColumns) {
    const width = min(tileColumns, places - place);
    packPlaces(
      panelPtr,
      from + ((<usize>column) << 2),
      offsetsPtr,
      depth,
      width,
      gridColumns - column,
      gridColumns,
      gridStep,
    );
    downRows(cPtr, cStep, width, weightPtr, rows, panelPtr, depth, edgePtr, accumulate);
    cPtr += tileColumns << 2;
    column += tileColumns;
    while (column >= gridColumns) {
      column -= gridColumns;
      from += gridStep;
    }
  }
}

/** One panel of up to 8 columns, and down the rows of packed weights. */
export function downRows(
  cPtr: usize,
  cStep: usize,
  width: i32,
  weightPtr: usize,
  rows: i32,
  panelPtr: usize,
  depth: i32,
  edgePtr: usize,
  accumulate: bool,
): void {
  const panelStep: usize = tileColumns << 2;
  for (let i = 0; i < rows; ) {
    const height = tileHeight(rows - i);
    if (width == tileColumns) {
      anyTile(height, cPtr, cStep, weightPtr, panelPtr, panelStep, depth, accumulate);
    } else {
      if (accumulate) copyTile(edgePtr, panelStep, cPtr, cStep, height, width);
      anyTile(height, edgePtr, panelStep, weightPtr, panelPtr, panelStep, depth, accumulate);
      copyTile(cPtr, cStep, edgePtr, panelStep, height, width);
    }
    weightPtr += (<usize>height * depth) << 2;
    cPtr += <usize>height * cStep;
    i += height;
  }
}

function copyTile(to: usize, toStep: usize, from: usize, fromStep: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < <usize>columns; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 2)));
    to += toStep;
    from += fromStep;
  }
}

/**
 * panel[p, j] = laid[offset[p] + place j] for `width` places that follow each other in the grid: runs of neighbours, each
 * from another row. A run is always copied as eight floats: what is too much is overwritten by the next run or the next p.
 *
 * @param firstRun the places left in the first row
 */
function packPlaces(
  panelPtr: usize,
  fromPtr: usize,
  offsetsPtr: usize,
  depth: i32,
  width: i32,
  firstRun: i32,
  gridColumns: i32,
  gridStep: usize,
): void {
  const end = offsetsPtr + ((<usize>depth) << 2);
  if (firstRun >= width) {
    for (; offsetsPtr < end; offsetsPtr += 4) {
      copyEight(panelPtr, fromPtr + load<u32>(offsetsPtr));
      panelPtr += tileColumns << 2;
    }
    return;
  }
  // The second row as if it began where the panel's row does.
  const runBytes = (<usize>firstRun) << 2;
  const secondPtr = fromPtr + runBytes + gridStep - ((<usize>gridColumns) << 2);
  if (firstRun + gridColumns >= width) {
    for (; offsetsPtr < end; offsetsPtr += 4) {
      const offset = load<u32>(offsetsPtr);
      copyEight(panelPtr, fromPtr + offset);
      copyEight(panelPtr + runBytes, secondPtr + offset);
      panelPtr += tileColumns << 2;
    }
    return;
  }
  const gridBytes = (<usize>gridColumns) << 2;
  for (; offsetsPtr < end; offsetsPtr += 4) {
    const offset = load<u32>(offsetsPtr);
    const rowEnd = panelPtr + ((<usize>width) << 2);
    copyEight(panelPtr, fromPtr + offset);
    let from = secondPtr + offset;
    for (let to = panelPtr + runBytes; to < rowEnd; to += gridBytes) {
      copyEight(to, from);
      from += gridStep;
    }
    panelPtr += tileColumns << 2;
  }
}

// @ts-ignore: decorator
@inline
function copyEight(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

/**
 * The same panel lying across: packed[i · columns + j, t] = laid[offset[t] + i · gridStep + j] for 8 taps and a grid of
 * places. A run is always taken in fours: what is too much is overwritten by the next run.
 *
 * @param packedPtr f32[rows · columns + 3, 8]
 */
export function packTaps(
  packedPtr: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  rows: i32,
  columns: i32,
  gridStep: usize,
): void {
  packFourTaps(packedPtr, laidPtr, offsetsPtr, rows, columns, gridStep);
  packFourTaps(packedPtr + 16, laidPtr, offsetsPtr + 16, rows, columns, gridStep);
}

function packFourTaps(
  packedPtr: usize,
  laidPtr: usize,
  offsetsPtr: usize,
  rows: i32,
  columns: i32,
  gridStep: usize,
): void {
  const from1 = <usize>load<u32>(offsetsPtr, 4) - load<u32>(offsetsPtr);
  const from2 = <usize>load<u32>(offsetsPtr, 8) - load<u32>(offsetsPtr);
  const from3 = <usize>load<u32>(offsetsPtr, 12) - load<u32>(offsetsPtr);
  let row = laidPtr + load<u32>(offsetsPtr);
  const step: usize = tileColumns << 2;
  for (let i = 0; i < rows; i++) {
    let from = row;
    let to = packedPtr;
    for (let j = 0; j < columns; j += 4) {
      const a = v128.load(from);
      const b = v128.load(from + from1);
      const c = v128.load(from + from2);
      const d = v128.load(from + from3);
      // a0 a1 a2 a3, b0 … → a0 b0 a1 b1, a2 b2 a3 b3, c0 d0 c1 d1, c2 d2 c3 d3
      const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
      v128.store(to + step, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
      v128.store(to + 2 * step, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
      v128.store(to + 3 * step, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
      from += 16;
      to += 4 * step;
    }
    packedPtr += <usize>columns * step;
    row += gridStep;
  }
}
