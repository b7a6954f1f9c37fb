import { arrayType, type DType } from "./dtype.js";
import { DTypeError, RangeError, ShapeError } from "./errors.js";
import type { KernelArray } from "./frame.js";
import type { Runtime } from "./runtime.js";
import { WasmArray } from "./wasmArray.js";

/** What every kernel's options may say. */
export interface KernelOptions {
  /** The runtime to run on. Default: that of the arrays, else the default runtime. */
  runtime?: Runtime | undefined;
}

/**
 * @param formula what the length is made of, for the message: "rows × cols"
 * @throws DTypeError, ShapeError
 */
export function checkArray<D extends DType>(
  name: string,
  array: KernelArray<D>,
  dtype: D,
  length: number,
  formula?: string,
): void {
  const fits = array instanceof WasmArray ? array.dtype === dtype : array instanceof arrayType(dtype);
  if (!fits) {
    const wanted = `${arrayType(dtype).name} or WasmArray<"${dtype}">`;
    throw new DTypeError(name, wanted, array instanceof WasmArray ? `WasmArray<"${array.dtype}">` : array);
  }
  if (array.length !== length) {
    const wanted = formula === undefined ? `${length} elements` : `${length} elements (${formula})`;
    throw new ShapeError(name, wanted, `${array.length} elements`);
  }
}

/** The same for each array that is there. @throws DTypeError, ShapeError */
export function checkArrays<D extends DType>(
  arrays: Readonly<Record<string, KernelArray<D> | undefined>>,
  dtype: D,
  length: number,
  formula: string,
): void {
  for (const name in arrays) {
    const array = arrays[name];
    if (array !== undefined) checkArray(name, array, dtype, length, formula);
  }
}

/** Which of the two float types an array has. @throws DTypeError if neither */
export function floatType(name: string, array: KernelArray<"f32"> | KernelArray<"f64">): "f32" | "f64" {
  if (array instanceof WasmArray) {
    if (array.dtype === "f32" || array.dtype === "f64") return array.dtype;
  } else {
    if (array instanceof Float32Array) return "f32";
    if (array instanceof Float64Array) return "f64";
  }
  const came = (array as unknown) instanceof WasmArray ? `WasmArray<"${(array as WasmArray).dtype}">` : array;
  throw new DTypeError(name, "Float32Array, Float64Array or a WasmArray of either", came);
}

/** Each must be a whole number ≥ 0. @throws RangeError */
export function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const name in counts) checkInteger(name, counts[name]!, 0);
}

/** @throws RangeError unless `value` is a whole number in [least, most] */
export function checkInteger(name: string, value: number, least: number, most: number = 2 ** 32 - 1): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(name, `a whole number from ${least} to ${most}`, value);
  }
}

/** @throws RangeError unless `value` is a finite number in [least, most] */
export function checkNumber(
  name: string,
  value: number,
  least: number = -Infinity,
  most: number = Infinity,
): void {
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new RangeError(name, `a finite number from ${least} to ${most}`, value);
  }
}

/** @throws RangeError unless `value` is a number, which NaN and ±∞ are too: a missing one would turn into NaN unseen */
export function checkFloat(name: string, value: number): void {
  if (typeof value !== "number") throw new RangeError(name, "a number", value);
}

/** Each must be true or false: what else is true in JavaScript ("yes") may be false in Wasm. @throws RangeError */
export function checkFlags(flags: Readonly<Record<string, boolean>>): void {
  for (const name in flags) {
    if (typeof flags[name] !== "boolean") throw new RangeError(name, "true or false", flags[name]);
  }
}
