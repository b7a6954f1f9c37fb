import { tileColumns, tileRows } from "./matmulTile";

// A convolution has a small side y[B, outChannels, outHeight, outWidth] and a large side x[B, inChannels, height, width]:
//
//     y[o, i, j]  ←  Σ w[o, c, u, v] · x[c, i·stride − padding + u·dilation, j·stride − padding + v·dilation]
//
// A transposed convolution goes from the small side to the large one, so one geometry serves both.

/** The sizes of a convolution, as the binding writes them: i32[24], in this order. */
// @ts-ignore: decorator
@unmanaged
export class Conv2dGeometry {
  batch: i32;
  groups: i32;
  inChannels: i32;
  height: i32;
  width: i32;
  outChannels: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  paddingHeight: i32;
  paddingWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  // What is computed where the large side is the result: channels and rows, from the first to before the end. The first row
  // is a multiple of the stride.
  firstIn: i32;
  endIn: i32;
  firstInRow: i32;
  endInRow: i32;
  // The same of the small side. The weight's gradient has its channels too, and all rows.
  firstOut: i32;
  endOut: i32;
  firstOutRow: i32;
  endOutRow: i32;

  /** The channels of the large side that one group reads. */
  get groupIn(): i32 {
    return this.inChannels / this.groups;
  }

  /** The channels of the small side that one group writes. */
  get groupOut(): i32 {
    return this.outChannels / this.groups;
  }

  /** The rows of the small side that are computed. */
  get outRows(): i32 {
    return this.endOutRow - this.firstOutRow;
  }

  /** The rows of the large side that are computed. */
  get inRows(): i32 {
    return this.endInRow - this.firstInRow;
  }

  /** The weights between one channel and another. */
  get taps(): i32 {
    return this.kernelHeight * this.kernelWidth;
  }

  /** How the rows of the large side fall into phases by the stride: row h is in phase h mod stride. */
  get rowPhases(): i32 {
    return min(this.strideHeight, this.height);
  }

  get columnPhases(): i32 {
    return min(this.strideWidth, this.width);
  }

  get isStrided(): bool {
    return this.strideHeight > 1 || this.strideWidth > 1;
  }

  /** Whether every output is a mix of the channels of one place: a product of matrices. */
  get isPointwise(): bool {
    return (
      this.taps == 1 &&
      !this.isStrided &&
      this.paddingHeight == 0 &&
      this.paddingWidth == 0 &&
      this.height == this.outHeight &&
      this.width == this.outWidth
    );
  }
}

/** The depth of a block, in floats: a panel of 8 columns and a panel of weights fit the first-level cache together. */
const blockDepth: i32 = 512;
/** The depth of a block of the weight's gradient: places of the small side. */
const placesDepth: i32 = 256;
/** What the vector loops may read or write beyond the end of a buffer. */
const slackBytes: usize = 128;

/** The floats of a tile or a strip that does not fit into the result. */
const edgeFloats: usize = max(tileRows * tileColumns, 32);

/** The channels that are taken at once when each brings `taps` terms. */
export function channelBlock(channels: i32, taps: i32): i32 {
  return evenly(channels, max(1, blockDepth / max(1, taps)));
}

/** The rows of the small side that the weight's gradient takes at once. */
export function placesBlock(g: Conv2dGeometry): i32 {
  return evenly(g.outHeight, max(1, placesDepth / max(1, g.outWidth)));
}

/**
 * The images that are taken at once where one has few places: together they fill the panels of eight that one would leave
 * partly empty.
 */
function imageBlock(batch: i32, places: i32): i32 {
  if (places % tileColumns == 0) return 1;
  return evenly(batch, max(1, placesDepth / max(1, places)));
}

/** How many images go together from the large side to the small one. */
export function gatherImages(g: Conv2dGeometry): i32 {
  return imageBlock(g.batch, g.outRows * g.outWidth);
}

/** How many images go together from the small side to the large one, judged by its first phase. */
export function scatterImages(g: Conv2dGeometry): i32 {
  return imageBlock(g.batch, phaseRows(g) * phaseColumns(g));
}

/** The rows of the first phase of the large side: no other has more. */
function phaseRows(g: Conv2dGeometry): i32 {
  return (g.inRows + g.strideHeight - 1) / g.strideHeight;
}

function phaseColumns(g: Conv2dGeometry): i32 {
  return (g.width + g.strideWidth - 1) / g.strideWidth;
}

/** The part that cuts `size` into as few parts as `most` allows, about equal. */
function evenly(size: i32, most: i32): i32 {
  const parts = max(1, (size + most - 1) / most);
  return (size + parts - 1) / parts;
}

/** The most taps that a phase of the large side has along one axis. */
function phaseTaps(kernel: i32, stride: i32, dilation: i32): i32 {
  // Multiples of the dilation return to the same remainder after stride / gcd steps.
  let a = stride;
  let b = dilation;
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  const period = stride / a;
  return (kernel + period - 1) / period;
}

/** The most taps that a phase of the large side has. */
export function tapsOfPhase(g: Conv2dGeometry): i32 {
  return (
    phaseTaps(g.kernelHeight, g.strideHeight, g.dilationHeight) *
    phaseTaps(g.kernelWidth, g.strideWidth, g.dilationWidth)
  );
}

/** The large side, laid out: the rows that the windows reach, from the padding above on. */
export function reachedRows(g: Conv2dGeometry): i32 {
  return (g.outRows - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1;
}

/** The same for the columns of one phase. */
export function reachedColumns(g: Conv2dGeometry): i32 {
  const columns = (g.outWidth - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1;
  return (columns + g.strideWidth - 1) / g.strideWidth;
}

/**
 * The first row of the small side whose window reaches the large side, or one before it: the least i with
 * i · stride − padding + (kernel − 1) · dilation ≥ 0 is the quotient rounded up, which rounding towards zero never exceeds.
 */
export function firstReaching(kernel: i32, stride: i32, padding: i32, dilation: i32): i32 {
  return (padding - (kernel - 1) * dilation) / stride;
}

/** The first row of the small side whose window reaches what is computed of the large one, or one before it. */
export function firstReachingRow(g: Conv2dGeometry): i32 {
  const first = firstReaching(g.kernelHeight, g.strideHeight, g.paddingHeight, g.dilationHeight);
  return first + g.firstInRow / g.strideHeight;
}

/** The last one whose window reaches row `size` − 1. */
export function lastReaching(size: i32, stride: i32, padding: i32): i32 {
  return (size - 1 + padding) / stride;
}

/** The small side, laid out: the rows from the first to the last whose windows reach the large side. */
export function reachingRows(g: Conv2dGeometry): i32 {
  return lastReaching(g.endInRow, g.strideHeight, g.paddingHeight) - firstReachingRow(g) + 1;
}

export function reachingColumns(g: Conv2dGeometry): i32 {
  return (
    lastReaching(g.width, g.strideWidth, g.paddingWidth) -
    firstReaching(g.kernelWidth, g.strideWidth, g.paddingWidth, g.dilationWidth) +
    1
  );
}

/** Where the passes keep what they work with. */
// @ts-ignore: decorator
@unmanaged
export class Conv2dWork {
  /** A tile that does not fit into the result. */
  edgePtr: usize;
  /** i32[taps, 2]: for each tap its place in a laid-out plane and in the weight. Then i32[phases]: how many taps each has. */
  tapsPtr: usize;
  /** u32[depth]: where each term of a sum lies in the laid-out planes, in bytes. */
  offsetsPtr: usize;
  /** Packed for the tiles: the weights of a group, or a block of the small side. */
  rowsPtr: usize;
  /** Planes with their padding. */
  laidPtr: usize;
  /** f32[depth, 8], packed for the tiles. */
  panelPtr: usize;
  /** f32[images, inChannels of a group, rows, columns] of one phase of the large side. */
  phasePtr: usize;
}

/** The bytes of working memory. In float64, so that what is too much for a memory is seen to be. */
export function conv2dBytes(g: Conv2dGeometry): f64 {
  return (
    <f64>(offsetof<Conv2dWork>() + (edgeFloats << 2) + 8 * 64) +
    tapsBytes(g) +
    offsetsBytes(g) +
    rowsBytes(g) +
    laidBytes(g) +
    panelBytes(g) +
    phaseBytes(g)
  );
}

/** Divides the working memory. */
export function conv2dWork(workPtr: usize, g: Conv2dGeometry): Conv2dWork {
  const work = changetype<Conv2dWork>(workPtr);
  work.edgePtr = aligned(workPtr + offsetof<Conv2dWork>());
  work.tapsPtr = aligned(work.edgePtr + (edgeFloats << 2));
  work.offsetsPtr = aligned(work.tapsPtr + <usize>tapsBytes(g));
  work.rowsPtr = aligned(work.offsetsPtr + <usize>offsetsBytes(g));
  work.laidPtr = aligned(work.rowsPtr + <usize>rowsBytes(g));
  work.panelPtr = aligned(work.laidPtr + <usize>laidBytes(g));
  work.phasePtr = aligned(work.panelPtr + <usize>panelBytes(g));
  return work;
}

function aligned(ptr: usize): usize {
  return (ptr + 63) & ~63;
}

function tapsBytes(g: Conv2dGeometry): f64 {
  return 8.0 * g.taps + 4.0 * g.rowPhases * g.columnPhases;
}

/** Both sides' blocks: a panel of 8 taps is filled up in the weight's gradient. */
function offsetsBytes(g: Conv2dGeometry): f64 {
  const most = max(channelBlock(g.groupIn, g.taps), channelBlock(g.groupOut, tapsOfPhase(g)));
  return 4.0 * most * g.taps + 4.0 * tileColumns;
}

function rowsBytes(g: Conv2dGeometry): f64 {
  return 4.0 * g.groupOut * max(<f64>g.groupIn * g.taps, <f64>placesBlock(g) * g.outWidth);
}

function laidBytes(g: Conv2dGeometry): f64 {
  const large =
    <f64>channelBlock(g.groupIn, g.taps) * gatherImages(g) * reachedRows(g) * (<f64>reachedColumns(g) * g.strideWidth);
  const small =
    <f64>channelBlock(g.groupOut, tapsOfPhase(g)) * scatterImages(g) * reachingRows(g) * reachingColumns(g);
  return 4.0 * max(large, small) + <f64>slackBytes;
}

function panelBytes(g: Conv2dGeometry): f64 {
  const gathered = max(
    <f64>channelBlock(g.groupIn, g.taps) * g.taps,
    <f64>channelBlock(g.groupOut, tapsOfPhase(g)) * tapsOfPhase(g),
  );
  return 4.0 * tileColumns * max(gathered, <f64>placesBlock(g) * g.outWidth) + <f64>slackBytes;
}

function phaseBytes(g: Conv2dGeometry): f64 {
  if (!g.isStrided) return 0;
  return 4.0 * g.groupIn * scatterImages(g) * phaseRows(g) * phaseColumns(g);
}
