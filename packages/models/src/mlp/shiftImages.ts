import { checkInteger, RangeError, ShapeError } from "@lanewise/core-wasm";
import type { Augment } from "./fitOptions.js";

export interface ShiftOptions {
  width: number;
  height: number;
  /** How many numbers a pixel has, one after the other. Default: 1. */
  channels?: number | undefined;
  /** By how many pixels at most, either way. Default: 2. */
  by?: number | undefined;
  /** What comes in at the edges. Default: 0. */
  fill?: number | undefined;
}

/**
 * Moves each image of a batch by a whole number of pixels, −by … by in both directions, all equally likely: for pictures
 * that stay what they are when moved. Images are f32[height, width, channels], row-major.
 *
 * ```ts
 * model.fit(digits, { augment: shiftImages({ width: 28, height: 28, by: 1 }) });
 * ```
 *
 * @throws RangeError; when called, ShapeError unless the model's inputs are such images
 */
export function shiftImages({ width, height, channels = 1, by = 2, fill = 0 }: ShiftOptions): Augment {
  for (const [name, size] of Object.entries({ width, height, channels })) checkInteger(name, size, 1);
  checkInteger("by", by, 0, Math.min(width, height));
  if (!Number.isFinite(fill)) throw new RangeError("fill", "a finite number", fill);
  const rowLength = width * channels;
  const size = height * rowLength;
  const before = new Float32Array(size);
  let draws = new Int32Array(0);
  return (x, { rows, random }) => {
    if (x.length !== rows * size) {
      throw new ShapeError("inputs", `${size}, as ${width} × ${height} × ${channels}`, `${x.length / rows}`);
    }
    if (draws.length < 2 * rows) draws = new Int32Array(2 * rows);
    const shifts = draws.subarray(0, 2 * rows);
    random.integersInto(shifts, { low: -by, high: by + 1 });
    for (let i = 0; i < rows; i++) {
      const [dx, dy] = [shifts[2 * i]! * channels, shifts[2 * i + 1]!];
      if (dx === 0 && dy === 0) continue;
      const image = x.subarray(i * size, (i + 1) * size);
      before.set(image);
      image.fill(fill);
      const [from, to] = [Math.max(0, -dx), Math.max(0, dx)];
      const length = rowLength - Math.abs(dx);
      for (let row = Math.max(0, dy); row < height + Math.min(0, dy); row++) {
        const begin = (row - dy) * rowLength + from;
        image.set(before.subarray(begin, begin + length), row * rowLength + to);
      }
    }
  };
}
