import { type Heap, RangeError, ShapeError } from "@lanewise/core-wasm";
import { asFloats, countRows, type Examples, hashFinite } from "../data/index.js";
import type { MlpConfig } from "./config.js";

/** Examples that fit a model. */
export interface CheckedExamples {
  readonly count: number;
  /** f32[count, inputs] */
  readonly x: Float32Array;
  /** The class of each, or f32[count, outputs]. */
  readonly y: Int32Array | Float32Array;
  /** Tells them from others. */
  readonly hash: number;
}

/**
 * Examples as the model takes them.
 *
 * @param name what the errors call them
 * @throws ShapeError if lengths do not fit
 * @throws RangeError for no examples, a number that is not finite, a class that is none, or an answer that is not in [0, 1]
 */
export function checkExamples(
  examples: Examples,
  { inputs, outputs, task }: MlpConfig,
  heap: Heap,
  name = "examples",
): CheckedExamples {
  if (!isList(examples?.x) || !isList(examples.y)) {
    throw new RangeError(name, "{ x, y }, two lists of numbers", examples);
  }
  const count = countRows(`${name}.x`, examples.x, inputs);
  if (count === 0) throw new RangeError(name, "one or more", "none");
  const width = task === "classification" ? 1 : outputs;
  if (examples.y.length !== count * width) {
    const wanted = `${count * width} ${task === "classification" ? "classes" : "numbers"} for ${count} rows of x`;
    throw new ShapeError(`${name}.y`, wanted, `${examples.y.length}`);
  }
  const x = asFloats(examples.x, heap);
  const hash = hashFinite(`${name}.x`, x);
  if (task === "classification") {
    const y = asClasses(examples.y, outputs, `${name}.y`);
    return { count, x, y, hash: mixed(hash, hashFinite(`${name}.y`, Float32Array.from(y))) };
  }
  const y = asFloats(examples.y, heap);
  const other = hashFinite(`${name}.y`, y);
  if (task === "binary") {
    const bad = y.findIndex((value) => !(value >= 0 && value <= 1));
    if (bad >= 0) throw new RangeError(`${name}.y[${bad}]`, "an answer from 0 (no) to 1 (yes)", y[bad]);
  }
  return { count, x, y, hash: mixed(hash, other) };
}

function asClasses(y: ArrayLike<number>, classes: number, name: string): Int32Array {
  const out = new Int32Array(y.length);
  for (let i = 0; i < out.length; i++) {
    const value = y[i]!;
    if (!(Number.isInteger(value) && value >= 0 && value < classes)) {
      throw new RangeError(`${name}[${i}]`, `a class from 0 to ${classes - 1}`, value);
    }
    out[i] = value;
  }
  return out;
}

/** Whether something is like an array of numbers. */
export function isList(value: unknown): value is ArrayLike<number> {
  return (
    typeof value === "object" &&
    value !== null &&
    Number.isSafeInteger((value as { length?: unknown }).length)
  );
}

function mixed(a: number, b: number): number {
  return (Math.imul(a ^ (b >>> 16), 0x01000193) ^ b) >>> 0;
}
