import { multiply } from "../kernels/matmul";
import { channelBlock, Conv2dGeometry, conv2dWork, Conv2dWork, placesBlock, reachedColumns } from "./conv2dGeometry";
import { layReached, writeReachedTaps } from "./conv2dGather";
import { packTaps } from "./conv2dPack";
import { dotGrid, fewWeights } from "./conv2dStrips";
import { downRows } from "./conv2dTiles";
import { packRows } from "./matmulPack";
import { tileColumns } from "./matmulTile";

/**
 * The gradient of the weight: dw[o, c, u, v] += Σ y[o, i, j] · x[c, the place that tap (u, v) of window (i, j) reaches],
 * where y is the gradient of the small side, or x that of the large one. One chain each, image by image and place by place;
 * where a group has few rows of weights, eight partial sums an image.
 */
export function correlate(dwPtr: usize, yPtr: usize, xPtr: usize, g: Conv2dGeometry, workPtr: usize): void {
  const channels = g.groupIn;
  const places = g.outHeight * g.outWidth;
  const placeBytes = (<usize>places) << 2;
  const planeBytes = (<usize>g.height * g.width) << 2;
  const taps = g.taps;
  const dwStep = (<usize>channels * taps) << 2;
  const pointwise = g.isPointwise;
  const work = pointwise ? changetype<Conv2dWork>(0) : conv2dWork(workPtr, g);
  const block = channelBlock(channels, taps);
  if (!pointwise) writeReachedTaps(work, g, block);
  const columns = reachedColumns(g);
  for (let b = 0; b < g.batch; b++) {
    for (let group = 0; group < g.groups; group++) {
      const first = max(g.firstOut, group * g.groupOut);
      const rows = min(g.endOut, (group + 1) * g.groupOut) - first;
      if (rows <= 0) continue;
      const dw = dwPtr + <usize>first * dwStep;
      const y = yPtr + <usize>(b * g.outChannels + first) * placeBytes;
      const x = xPtr + <usize>(b * g.inChannels + group * channels) * planeBytes;
      if (pointwise) {
        multiply(dw, channels, y, places, false, x, places, true, rows, channels, places, true, workPtr);
        continue;
      }
      for (let c = 0; c < channels; c += block) {
        const some = min(block, channels - c);
        layReached(work.laidPtr, x + <usize>c * planeBytes, some, g, columns);
        correlateBlock(dw + ((<usize>c * taps) << 2), dwStep, y, rows, work, g, some * taps, columns);
      }
    }
  }
}

/** The same for the channels that are laid out. */
function correlateBlock(
  dwPtr: usize,
  dwStep: usize,
  yPtr: usize,
  rows: i32,
  work: Conv2dWork,
  g: Conv2dGeometry,
  depth: i32,
  columns: i32,
): void {
  const rowBytes = (<usize>g.outWidth) << 2;
  const gridStep = ((<usize>g.strideHeight * columns * g.strideWidth) << 2);
  if (rows <= fewWeights) {
    for (let m = 0; m < rows; m++) {
      const y = yPtr + <usize>(m * g.outHeight) * rowBytes;
      const dw = dwPtr + <usize>m * dwStep;
      dotGrid(dw, y, work.laidPtr, work.offsetsPtr, depth, g.outHeight, g.outWidth, gridStep);
    }
    return;
  }
  const step = placesBlock(g);
  for (let i = 0; i < g.outHeight; i += step) {
    const gridRows = min(step, g.outHeight - i);
    const gridPlaces = gridRows * g.outWidth;
    packRows(work.rowsPtr, yPtr + <usize>i * rowBytes, <usize>g.outHeight * rowBytes, false, rows, gridPlaces);
    for (let t = 0; t < depth; t += tileColumns) {
      packTaps(
        work.panelPtr,
        work.laidPtr + <usize>i * gridStep,
        work.offsetsPtr + ((<usize>t) << 2),
        gridRows,
        g.outWidth,
        gridStep,
      );
      const width = min(tileColumns, depth - t);
      const dw = dwPtr + ((<usize>t) << 2);
      downRows(
        dw,
        dwStep,
        width,
        depth - t,
        depth,
        0,
        work.rowsPtr,
        rows,
        work.panelPtr,
        gridPlaces,
        work.edgePtr,
        true,
      );
    }
  }
}
