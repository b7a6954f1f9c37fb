import { type Heap, RangeError, ShapeError } from "@lanewise/core-wasm";

/** What a model learns from: inputs, and what is to come out for each. */
export interface Examples {
  /** f32[n, inputs], row-major, finite. A Float32Array is not copied, and must not change while it is in use. */
  readonly x: ArrayLike<number>;
  /** n classes, or f32[n, outputs]: as the model says. */
  readonly y: ArrayLike<number>;
}

const exponentBits = 0x7f800000;

/** The numbers as float32: themselves, if they are a Float32Array outside of Wasm memory, which may grow; else a copy. */
export function asFloats(values: ArrayLike<number>, heap: Heap): Float32Array {
  const outside = heap.outside(values);
  return outside instanceof Float32Array ? outside : Float32Array.from(outside);
}

/**
 * Hashes float32 numbers (FNV-1a over words, to tell one set of examples from another), and sees on the way that all are
 * finite.
 *
 * @param name as the error calls them
 * @throws RangeError for NaN or an infinity
 */
export function hashFinite(name: string, values: Float32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if ((word & exponentBits) === exponentBits)
      throw new RangeError(`${name}[${i}]`, "a finite number", values[i]);
    hash = Math.imul(hash ^ word ^ (word >>> 15), 0x01000193);
  }
  return hash >>> 0;
}

/** How many rows of `cols` there are. @throws ShapeError unless they come out even */
export function countRows(name: string, { length }: ArrayLike<number>, cols: number): number {
  if (length % cols !== 0) throw new ShapeError(name, `a multiple of ${cols} numbers`, `${length}`);
  return length / cols;
}

/** Copies the rows of `x: f32[n, cols]` that `order` names, one after the other. */
export function gatherRows(out: Float32Array, x: Float32Array, cols: number, order: ArrayLike<number>): void {
  const { length } = order;
  if (cols < 24) {
    for (let i = 0, to = 0; i < length; i++) {
      for (let from = order[i]! * cols, end = from + cols; from < end; from++) out[to++] = x[from]!;
    }
    return;
  }
  for (let i = 0; i < length; i++) {
    const from = order[i]! * cols;
    out.set(x.subarray(from, from + cols), i * cols);
  }
}
