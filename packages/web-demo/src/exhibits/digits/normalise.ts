import { imageSize, side } from "./digits.js";

/** The longer side of a digit's box in MNIST. */
const box = 20;

/**
 * A drawing as MNIST has its digits: cut to its box, scaled so that the longer side has 20 pixels (each the mean of what it covers),
 * and placed on 28 × 28 with its centre of mass in the middle. Empty paper stays empty.
 *
 * Ref: LeCun et al. 1998, "Gradient-based learning applied to document recognition", III A.
 *
 * @param ink [size, size], row-major, 0 to 1
 */
export function normaliseDrawing(ink: Float32Array, size: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(imageSize);
  const bounds = boundsOf(ink, size);
  if (!bounds) return out;
  const { left, top, width, height } = bounds;
  const scale = Math.max(width, height) / box;
  const columns = Math.max(1, Math.round(width / scale));
  const rows = Math.max(1, Math.round(height / scale));
  const small = new Float32Array(rows * columns);
  let [mass, massX, massY] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = left + (column * width) / columns;
      const y = top + (row * height) / rows;
      const value = meanOver(ink, size, x, y, width / columns, height / rows);
      small[row * columns + column] = value;
      mass += value;
      massX += value * (column + 0.5);
      massY += value * (row + 0.5);
    }
  }
  const offset = (moment: number, length: number): number =>
    Math.min(side - length, Math.max(0, Math.round(side / 2 - moment / mass)));
  const [atX, atY] = [offset(massX, columns), offset(massY, rows)];
  for (let row = 0; row < rows; row++) {
    const from = small.subarray(row * columns, (row + 1) * columns);
    out.set(from, (atY + row) * side + atX);
  }
  return out;
}

function boundsOf(
  ink: Float32Array,
  size: number,
): { left: number; top: number; width: number; height: number } | undefined {
  let [left, top, right, bottom] = [size, size, -1, -1];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (ink[y * size + x]! < 0.05) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right + 1 - left, height: bottom + 1 - top };
}

/** The mean ink of a rectangle that begins and ends within pixels. */
function meanOver(
  ink: Float32Array,
  size: number,
  x: number,
  y: number,
  width: number,
  height: number,
): number {
  let sum = 0;
  for (let row = Math.floor(y); row < y + height && row < size; row++) {
    const tall = Math.min(row + 1, y + height) - Math.max(row, y);
    for (let column = Math.floor(x); column < x + width && column < size; column++) {
      const wide = Math.min(column + 1, x + width) - Math.max(column, x);
      sum += tall * wide * ink[row * size + column]!;
    }
  }
  return sum / (width * height);
}
