import { tileColumns, tileHeight } from "./matmulTile";

// Packing for the tiles: weights, and patches straight from the laid-out planes, by a table of where each term of a sum lies.

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
 * panel[p, j] = laid[offset[p] + place j] for `width` places that follow each other in the grid: runs of neighbours, each
 * from another row. A run is always copied as eight floats: what is too much is overwritten by the next run or the next p.
 *
 * @param rowPtr    where the first place's row begins
 * @param imageStep from an image's last row to the first one of the next, in bytes
 */
export function packPlaces(
  panelPtr: usize,
  rowPtr: usize,
  row: i32,
  column: i32,
  offsetsPtr: usize,
  depth: i32,
  width: i32,
  gridRows: i32,
  gridColumns: i32,
  gridStep: usize,
  imageStep: usize,
): void {
  const end = offsetsPtr + ((<usize>depth) << 2);
  const fromPtr = rowPtr + ((<usize>column) << 2);
  const firstRun = gridColumns - column;
  if (firstRun >= width) {
    for (; offsetsPtr < end; offsetsPtr += 4) {
      copyEight(panelPtr, fromPtr + load<u32>(offsetsPtr));
      panelPtr += tileColumns << 2;
    }
    return;
  }
  const runBytes = (<usize>firstRun) << 2;
  const secondRow = row + 1 < gridRows ? row + 1 : 0;
  const secondPtr = rowPtr + (secondRow > 0 ? gridStep : imageStep);
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
    let r = secondRow;
    for (let to = panelPtr + runBytes; to < rowEnd; to += gridBytes) {
      copyEight(to, from);
      r++;
      from += r < gridRows ? gridStep : imageStep;
      if (r == gridRows) r = 0;
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
