type Pair = number | readonly [number, number];

interface Pool {
  planes: number;
  height: number;
  width: number;
  kernelSize: Pair;
}

interface Upsample {
  planes: number;
  height: number;
  width: number;
  scaleFactor: Pair;
}

/** The places of each window, window by window and row by row in each. */
function windows({ planes, height, width, kernelSize }: Pool): number[][] {
  const [down, right] = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
  const all: number[][] = [];
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i + down <= height; i += down) {
      for (let j = 0; j + right <= width; j += right) {
        const places: number[] = [];
        for (let u = 0; u < down; u++) {
          for (let v = 0; v < right; v++) places.push((p * height + i + u) * width + j + v);
        }
        all.push(places);
      }
    }
  }
  return all;
}

/** The same for upsampling: where each element goes. */
function copies({ planes, height, width, scaleFactor }: Upsample): number[][] {
  const [down, right] = typeof scaleFactor === "number" ? [scaleFactor, scaleFactor] : scaleFactor;
  return windows({ planes, height: height * down, width: width * right, kernelSize: scaleFactor });
}

/** out[p, i, j] = the average of x[p, window (i, j)]. */
export function avgPool2d(x: ArrayLike<number>, shape: Pool): Float64Array<ArrayBuffer> {
  return Float64Array.from(
    windows(shape),
    (places) => places.reduce((sum, at) => sum + x[at]!, 0) / places.length,
  );
}

/** dx[p, every place of window (i, j)] = dy[p, i, j] / its places. */
export function avgPool2dBackward(dy: ArrayLike<number>, shape: Pool): Float64Array<ArrayBuffer> {
  const dx = new Float64Array(shape.planes * shape.height * shape.width);
  windows(shape).forEach((places, i) => {
    for (const at of places) dx[at] = dy[i]! / places.length;
  });
  return dx;
}

/** The first place of the greatest, or the last NaN. */
function greatest(x: ArrayLike<number>, places: readonly number[]): number {
  return places.reduce((best, at) => (x[at]! > x[best]! || Number.isNaN(x[at]!) ? at : best));
}

/** out[p, i, j] = the greatest of x[p, window (i, j)]. */
export function maxPool2d(x: ArrayLike<number>, shape: Pool): Float64Array<ArrayBuffer> {
  return Float64Array.from(windows(shape), (places) => x[greatest(x, places)]!);
}

/** dx[p, where window (i, j) has its greatest] = dy[p, i, j]. */
export function maxPool2dBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  shape: Pool,
): Float64Array<ArrayBuffer> {
  const dx = new Float64Array(shape.planes * shape.height * shape.width);
  windows(shape).forEach((places, i) => (dx[greatest(x, places)] = dy[i]!));
  return dx;
}

/** out[p, h, w] = x[p, ⌊h / scaleHeight⌋, ⌊w / scaleWidth⌋]. */
export function upsampleNearest2d(x: ArrayLike<number>, shape: Upsample): Float64Array<ArrayBuffer> {
  const all = copies(shape);
  const out = new Float64Array(all.flat().length);
  all.forEach((places, i) => {
    for (const at of places) out[at] = x[i]!;
  });
  return out;
}

/** dx[p, i, j] = Σ dy[p, the places that repeat (i, j)]. */
export function upsampleNearest2dBackward(dy: ArrayLike<number>, shape: Upsample): Float64Array<ArrayBuffer> {
  return Float64Array.from(copies(shape), (places) => places.reduce((sum, at) => sum + dy[at]!, 0));
}
