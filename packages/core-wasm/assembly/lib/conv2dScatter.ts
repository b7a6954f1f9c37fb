import { multiply } from "../kernels/matmul";
import {
  channelBlock,
  Conv2dGeometry,
  conv2dWork,
  Conv2dWork,
  firstReaching,
  firstReachingRow,
  reachingColumns,
  reachingRows,
  scatterImages,
  tapsOfPhase,
} from "./conv2dGeometry";
import { packWeights, writeOffsets } from "./conv2dPack";
import { addPhase, layPlanes } from "./conv2dPlanes";
import { tileGrid } from "./conv2dTiles";

/**
 * From the small side to the part of the large one that is asked for: x += wᵀ ∗ y, which is a transposed convolution, and the gradient of a
 * convolution's input.
 *
 * With a stride, the rows and columns of x fall into phases by their remainder: the windows reach each phase with a part of
 * their taps only, as a convolution of y without a stride. So nothing is multiplied by the zeros between.
 */
export function scatter(xPtr: usize, yPtr: usize, weightPtr: usize, g: Conv2dGeometry, workPtr: usize): void {
  const channels = g.groupOut;
  const places = g.outHeight * g.outWidth;
  const placeBytes = (<usize>places) << 2;
  const skipped = <usize>(g.firstInRow * g.width) << 2;
  const planeBytes = (<usize>g.height * g.width) << 2;
  const pointwise = g.isPointwise;
  const work = pointwise ? changetype<Conv2dWork>(0) : conv2dWork(workPtr, g);
  const block = channelBlock(channels, tapsOfPhase(g));
  if (!pointwise) writeReachingTaps(work, g, block);
  const laidImage = <usize>(block * reachingRows(g) * reachingColumns(g)) << 2;
  const together = pointwise ? 1 : scatterImages(g);
  for (let group = 0; group < g.groups; group++) {
    const first = max(g.firstIn, group * g.groupIn);
    const rows = min(g.endIn, (group + 1) * g.groupIn) - first;
    if (rows <= 0) continue;
    const inGroup = first - group * g.groupIn;
    const w = weightPtr + ((<usize>(group * channels * g.groupIn + inGroup) * g.taps) << 2);
    if (!pointwise) packPhases(work, w, rows, g, block);
    for (let b = 0; b < g.batch; b += together) {
      const images = min(together, g.batch - b);
      const x = xPtr + <usize>(b * g.inChannels + first) * planeBytes + skipped;
      const y = yPtr + <usize>(b * g.outChannels + group * channels) * placeBytes;
      if (pointwise) {
        const n = g.inRows * g.width;
        multiply(x, places, w, g.groupIn, true, y + skipped, places, false, rows, n, channels, true, workPtr);
        continue;
      }
      for (let c = 0; c < channels; c += block) {
        const some = min(block, channels - c);
        for (let i = 0; i < images; i++) {
          const from = y + <usize>(i * g.outChannels + c) * placeBytes;
          layReaching(work.laidPtr + <usize>i * laidImage, from, some, g);
        }
        scatterPhases(images, x, rows, work, laidImage, g, c, some, block);
      }
    }
  }
}

/** The rows and columns of the small side whose windows reach the large one, and zeros where there is none. */
function layReaching(laidPtr: usize, yPtr: usize, channels: i32, g: Conv2dGeometry): void {
  layPlanes(
    laidPtr,
    yPtr,
    channels,
    g.outHeight,
    g.outWidth,
    -firstReachingRow(g),
    -firstReaching(g.kernelWidth, g.strideWidth, g.paddingWidth, g.dilationWidth),
    reachingRows(g),
    reachingColumns(g),
    1,
  );
}

/** Phase by phase, the taps whose windows reach it, where they lie in what `layReaching` has laid out, and how many. */
function writeReachingTaps(work: Conv2dWork, g: Conv2dGeometry, block: i32): void {
  const firstRow = firstReaching(g.kernelHeight, g.strideHeight, g.paddingHeight, g.dilationHeight);
  const firstColumn = firstReaching(g.kernelWidth, g.strideWidth, g.paddingWidth, g.dilationWidth);
  const columns = reachingColumns(g);
  const plane = reachingRows(g) * columns;
  let to = work.tapsPtr;
  let counts = countsPtr(work, g);
  let offsets = work.offsetsPtr;
  for (let i = 0; i < g.rowPhases; i++) {
    for (let j = 0; j < g.columnPhases; j++) {
      const from = to;
      for (let u = 0; u < g.kernelHeight; u++) {
        const row = i + g.paddingHeight - u * g.dilationHeight;
        if (row % g.strideHeight != 0) continue;
        for (let v = 0; v < g.kernelWidth; v++) {
          const column = j + g.paddingWidth - v * g.dilationWidth;
          if (column % g.strideWidth != 0) continue;
          const down = row / g.strideHeight - firstRow;
          store<i32>(to, down * columns + column / g.strideWidth - firstColumn);
          store<i32>(to, u * g.kernelWidth + v, 4);
          to += 8;
        }
      }
      const taps = <i32>((to - from) >> 3);
      store<i32>(counts, taps);
      counts += 4;
      writeOffsets(offsets, from, taps, block, plane);
      offsets += (<usize>taps * block) << 2;
    }
  }
}

function countsPtr(work: Conv2dWork, g: Conv2dGeometry): usize {
  return work.tapsPtr + ((<usize>g.taps) << 3);
}

/** The weights of `rows` channels of a group, phase by phase, and block by block of the small side's channels in each. */
function packPhases(work: Conv2dWork, weightPtr: usize, rows: i32, g: Conv2dGeometry, block: i32): void {
  const channels = g.groupOut;
  const channelFloats = g.groupIn * g.taps;
  const counts = countsPtr(work, g);
  let tapsPtr = work.tapsPtr;
  let to = work.rowsPtr;
  for (let phase = 0; phase < g.rowPhases * g.columnPhases; phase++) {
    const taps = load<i32>(counts + ((<usize>phase) << 2));
    for (let c = 0; c < channels; c += block) {
      const some = min(block, channels - c);
      const from = weightPtr + ((<usize>c * channelFloats) << 2);
      packWeights(to, from, rows, g.taps, some, channelFloats, tapsPtr, taps);
      to += (<usize>rows * some * taps) << 2;
    }
    tapsPtr += (<usize>taps) << 3;
  }
}

/** x += a block of channels of wᵀ ∗ y, phase by phase. */
function scatterPhases(
  images: i32,
  xPtr: usize,
  rows: i32,
  work: Conv2dWork,
  laidImage: usize,
  g: Conv2dGeometry,
  c: i32,
  some: i32,
  block: i32,
): void {
  const strided = g.isStrided;
  const planeBytes = (<usize>g.height * g.width) << 2;
  const imageBytes = <usize>g.inChannels * planeBytes;
  const gridStep = (<usize>reachingColumns(g)) << 2;
  let counts = countsPtr(work, g);
  let weights = work.rowsPtr;
  let offsets = work.offsetsPtr;
  for (let i = 0; i < g.rowPhases; i++) {
    const gridRows = (g.inRows - i + g.strideHeight - 1) / g.strideHeight;
    for (let j = 0; j < g.columnPhases; j++) {
      const gridColumns = (g.width - j + g.strideWidth - 1) / g.strideWidth;
      const taps = load<i32>(counts);
      const to = strided ? work.phasePtr : xPtr;
      if (taps > 0) {
        const phaseBytes = (<usize>gridRows * gridColumns) << 2;
        tileGrid(
          images,
          to,
          strided ? <usize>rows * phaseBytes : imageBytes,
          strided ? phaseBytes : planeBytes,
          weights + ((<usize>rows * c * taps) << 2),
          rows,
          work.laidPtr,
          laidImage,
          offsets,
          some * taps,
          gridRows,
          gridColumns,
          gridStep,
          work.panelPtr,
          work.edgePtr,
          !strided,
        );
        for (let image = 0; strided && image < images; image++) {
          addPhase(
            xPtr + <usize>image * imageBytes + ((<usize>i * g.width + j) << 2),
            to + <usize>(image * rows) * phaseBytes,
            rows,
            g.height,
            g.width,
            gridRows,
            gridColumns,
            g.strideHeight,
            g.strideWidth,
          );
        }
      }
      counts += 4;
      weights += (<usize>rows * g.groupOut * taps) << 2;
      offsets += (<usize>taps * block) << 2;
    }
  }
}
