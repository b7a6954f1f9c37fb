import { multiply } from "../kernels/matmul";
import {
  channelBlock,
  Conv2dGeometry,
  conv2dWork,
  Conv2dWork,
  gatherImages,
  reachedColumns,
  reachedRows,
} from "./conv2dGeometry";
import { packWeights, writeOffsets } from "./conv2dPack";
import { layPlanes } from "./conv2dPlanes";
import { tileGrid } from "./conv2dTiles";
import { tileColumns } from "./matmulTile";

/**
 * From the large side to the part of the small one that is asked for: y = (accumulate ? y : 0) + w ∗ x, which is also the gradient of a transposed
 * convolution's input. There is at least one channel on the large side.
 *
 * Each element is one chain of multiply-adds that starts at y (or 0), in the order channel, kernel row, kernel column.
 */
export function gather(
  yPtr: usize,
  xPtr: usize,
  weightPtr: usize,
  g: Conv2dGeometry,
  accumulate: bool,
  workPtr: usize,
): void {
  const channels = g.groupIn;
  const places = g.outHeight * g.outWidth;
  const placeBytes = (<usize>places) << 2;
  const skipped = <usize>(g.firstOutRow * g.outWidth) << 2;
  const planeBytes = (<usize>g.height * g.width) << 2;
  const taps = g.taps;
  const pointwise = g.isPointwise;
  const work = pointwise ? changetype<Conv2dWork>(0) : conv2dWork(workPtr, g);
  const block = channelBlock(channels, taps);
  if (!pointwise) writeReachedTaps(work, g, block);
  const columns = reachedColumns(g);
  const gridStep = (<usize>columns * g.strideWidth) << 2;
  const laidImage = <usize>(block * reachedRows(g)) * gridStep;
  const together = pointwise ? 1 : gatherImages(g);
  for (let group = 0; group < g.groups; group++) {
    const first = max(g.firstOut, group * g.groupOut);
    const rows = min(g.endOut, (group + 1) * g.groupOut) - first;
    if (rows <= 0) continue;
    const w = weightPtr + ((<usize>first * channels * taps) << 2);
    if (!pointwise) {
      for (let c = 0; c < channels; c += block) {
        packWeights(
          work.rowsPtr + ((<usize>rows * c * taps) << 2),
          w + ((<usize>c * taps) << 2),
          rows,
          channels * taps,
          min(block, channels - c),
          taps,
          work.tapsPtr,
          taps,
        );
      }
    }
    for (let b = 0; b < g.batch; b += together) {
      const images = min(together, g.batch - b);
      const y = yPtr + <usize>(b * g.outChannels + first) * placeBytes + skipped;
      const x = xPtr + <usize>(b * g.inChannels + group * channels) * planeBytes;
      if (pointwise) {
        const n = g.outRows * g.outWidth;
        multiply(y, places, w, channels, false, x + skipped, places, false, rows, n, channels, accumulate, workPtr);
        continue;
      }
      for (let c = 0; c < channels; c += block) {
        const some = min(block, channels - c);
        for (let i = 0; i < images; i++) {
          const from = x + <usize>(i * g.inChannels + c) * planeBytes;
          layReached(work.laidPtr + <usize>i * laidImage, from, some, g, columns);
        }
        tileGrid(
          images,
          y,
          <usize>g.outChannels * placeBytes,
          placeBytes,
          work.rowsPtr + ((<usize>rows * c * taps) << 2),
          rows,
          work.laidPtr,
          laidImage,
          work.offsetsPtr,
          some * taps,
          g.outRows,
          g.outWidth,
          <usize>g.strideHeight * gridStep,
          work.panelPtr,
          work.edgePtr,
          accumulate || c > 0,
        );
      }
    }
  }
}

/** The rows and columns of the large side that windows reach, with its padding. */
export function layReached(laidPtr: usize, xPtr: usize, channels: i32, g: Conv2dGeometry, columns: i32): void {
  layPlanes(
    laidPtr,
    xPtr,
    channels,
    g.height,
    g.width,
    g.paddingHeight - g.firstOutRow * g.strideHeight,
    g.paddingWidth,
    reachedRows(g),
    columns,
    g.strideWidth,
  );
}

/** Where the taps of a window lie in what `layReached` has laid out. */
export function writeReachedTaps(work: Conv2dWork, g: Conv2dGeometry, block: i32): void {
  const columns = reachedColumns(g);
  const rowFloats = columns * g.strideWidth;
  let to = work.tapsPtr;
  for (let u = 0; u < g.kernelHeight; u++) {
    for (let v = 0; v < g.kernelWidth; v++) {
      const column = v * g.dilationWidth;
      const inRow = (column % g.strideWidth) * columns + column / g.strideWidth;
      store<i32>(to, u * g.dilationHeight * rowFloats + inRow);
      store<i32>(to, u * g.kernelWidth + v, 4);
      to += 8;
    }
  }
  writeOffsets(work.offsetsPtr, work.tapsPtr, g.taps, block, reachedRows(g) * rowFloats);
  // The weight's gradient takes eight taps at once: those after the last read what the first one does, and are dropped.
  const end = work.offsetsPtr + ((<usize>block * g.taps) << 2);
  for (let t = 0; t < tileColumns; t++) store<u32>(end + ((<usize>t) << 2), 0);
}
