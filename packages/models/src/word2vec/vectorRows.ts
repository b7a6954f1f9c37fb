import {
  checkNumber,
  type KernelArray,
  OutOfMemoryError,
  RangeError,
  type Runtime,
  ShapeError,
  WasmArray,
} from "@lanewise/core-wasm";

/** How the numbers of vectors are kept: as float32, or as bytes with a scale a vector. */
export type VectorFormat = "f32" | "i8";

/** A matrix of vectors in Wasm memory, one a row, ready for the search. */
export interface VectorRows {
  readonly runtime: Runtime;
  readonly format: VectorFormat;
  readonly rows: number;
  readonly dim: number;
  /** f32[rows, dim] or i8[rows, dim]. */
  readonly values: WasmArray<"f32"> | WasmArray<"i8">;
  /** f32[rows]: what a row's bytes are multiplied by, for "i8". */
  readonly scales: WasmArray<"f32"> | undefined;
  /** f32[rows]: 1 / |row of values|, and 0 for a row of zeros. */
  readonly inverseNorms: WasmArray<"f32">;
}

/** The longest vector that the search takes. */
export const mostDimensions = 65_536;

/** Vectors as long as this and longer might overflow in a product. */
export const longest = 1e37;

/** Vectors as short as this have an inverse beyond float32: they count as zeros. */
const shortest = 3e-39;

/**
 * Copies float32 vectors into Wasm memory, piece by piece.
 *
 * @param pieces together [rows, dim]
 * @throws RangeError for a number that is not finite, or a vector longer than 1e37; OutOfMemoryError
 */
export function floatRows(
  runtime: Runtime,
  pieces: Iterable<KernelArray<"f32">>,
  rows: number,
  dim: number,
): VectorRows {
  return runtime.heap.allOrNone(() => {
    const values = runtime.heap.alloc("f32", rows * dim);
    const inverseNorms = runtime.heap.alloc("f32", rows);
    let at = 0;
    for (const piece of pieces) {
      values.view.set(piece instanceof WasmArray ? piece.view : piece, at);
      at += piece.length;
    }
    if (at !== rows * dim) throw new ShapeError("matrix", `${rows * dim} elements (words × dim)`, at);
    invertNorms(inverseNorms.view, values.view, dim);
    return { runtime, format: "f32", rows, dim, values, scales: undefined, inverseNorms };
  });
}

/**
 * Copies bytes with their scales into Wasm memory.
 *
 * @throws ShapeError, RangeError for a scale that is negative or not finite
 */
export function byteRows(runtime: Runtime, bytes: Int8Array, given: Float32Array, dim: number): VectorRows {
  const rows = given.length;
  if (bytes.length !== rows * dim)
    throw new ShapeError("vectors", `${rows * dim} bytes (words × dim)`, bytes.length);
  const bad = given.findIndex((scale) => !(scale >= 0 && scale < Infinity));
  if (bad >= 0) throw new RangeError(`scales[${bad}]`, "a finite number ≥ 0", given[bad]);
  return runtime.heap.allOrNone(() => {
    const values = runtime.heap.from("i8", bytes);
    const scales = runtime.heap.from("f32", given);
    const inverseNorms = runtime.heap.alloc("f32", rows);
    invertNorms(inverseNorms.view, values.view, dim);
    return { runtime, format: "i8", rows, dim, values, scales, inverseNorms };
  });
}

/**
 * Each vector as bytes by its own scale:
 *
 *     scale = max |x| / 127,  byte = nearest(x / scale)
 *
 * so that an element is off by scale / 2 at most. The cosine of what the bytes stand for needs no scale: it divides itself out.
 */
export function quantizeRows(from: VectorRows): { bytes: Int8Array; scales: Float32Array } {
  const { rows, dim } = from;
  const bytes = new Int8Array(rows * dim);
  const scales = new Float32Array(rows);
  const x = from.values.view;
  for (let r = 0, at = 0; r < rows; r++, at += dim) {
    let greatest = 0;
    for (let i = at; i < at + dim; i++) greatest = Math.max(greatest, Math.abs(x[i]!));
    const scale = Math.fround(greatest / 127);
    // Below the least normal float its inverse might be infinite.
    if (scale < 1.1754943508222875e-38) continue;
    scales[r] = scale;
    for (let i = at; i < at + dim; i++) bytes[i] = Math.max(-127, Math.min(127, Math.round(x[i]! / scale)));
  }
  return { bytes, scales };
}

/** A copy of row `row`, in float32. */
export function copyRow(from: VectorRows, row: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(from.dim);
  copyRowInto(out, from, row);
  return out;
}

/** The same into an array of length `dim`. */
export function copyRowInto(out: Float32Array, { values, scales, dim }: VectorRows, row: number): void {
  out.set(values.view.subarray(row * dim, (row + 1) * dim));
  if (scales === undefined) return;
  const scale = scales.view[row]!;
  for (let i = 0; i < dim; i++) out[i]! *= scale;
}

/** Adds `sign` · row / |row| to `out`, in float64. */
export function addUnitRow(out: Float64Array, from: VectorRows, row: number, sign: number): void {
  const { values, dim } = from;
  const x = values.view;
  const factor = sign * inverseNormOf(x, row * dim, dim);
  for (let i = 0; i < dim; i++) out[i]! += factor * x[row * dim + i]!;
}

/** The vector of length 1 in the direction of `x`; zeros for zeros. @throws RangeError for a number that is not finite */
export function unit(x: ArrayLike<number>): Float64Array<ArrayBuffer> {
  for (let i = 0; i < x.length; i++) checkNumber(`vector[${i}]`, x[i]!, -longest, longest);
  const factor = inverseNormOf(x, 0, x.length);
  return Float64Array.from({ length: x.length }, (_, i) => factor * x[i]!);
}

/** Gives the memory back. */
export function freeRows({ runtime, values, scales, inverseNorms }: VectorRows): void {
  if (runtime.disposed) return;
  for (const array of [values, scales, inverseNorms]) if (array) runtime.heap.free(array);
}

function invertNorms(out: Float32Array, x: Float32Array | Int8Array, dim: number): void {
  for (let r = 0; r < out.length; r++) {
    let squares = 0;
    for (let i = r * dim; i < (r + 1) * dim; i++) squares += x[i]! * x[i]!;
    const norm = Math.sqrt(squares);
    if (!(norm < longest)) throw tooLong(x, r, dim, norm);
    out[r] = norm > shortest ? 1 / norm : 0;
  }
}

function tooLong(x: Float32Array | Int8Array, row: number, dim: number, norm: number): RangeError {
  const bad = x.subarray(row * dim, (row + 1) * dim).findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return new RangeError(`matrix, row ${row}`, `a vector shorter than ${longest}`, norm);
  return new RangeError(`matrix, row ${row}, column ${bad}`, "a finite number", x[row * dim + bad]);
}

function inverseNormOf(x: ArrayLike<number>, at: number, length: number): number {
  let squares = 0;
  for (let i = at; i < at + length; i++) squares += x[i]! * x[i]!;
  return squares > shortest * shortest ? 1 / Math.sqrt(squares) : 0;
}

/** Room for so many numbers, or the error that says there is none. */
export function newFloats(length: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw new OutOfMemoryError("memory", `room for ${length} numbers`, "none", { cause });
  }
}
