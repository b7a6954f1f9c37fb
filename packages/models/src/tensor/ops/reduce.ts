import {
  copyRowsInto,
  fillInto,
  matmulInto,
  scaleInto,
  sum as sumOf,
  sumRowsInto,
} from "@lanewise/core-wasm";
import { type AxisView, axisView } from "../shapes.js";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

export interface ReduceOptions {
  /** The dimension that goes away, from 0, or from the end. Default: all of them. */
  axis?: number | undefined;
}

/**
 * Σ x over all elements, as a scalar, added up in float64; or along one dimension, added up in float32 along the last
 * one.
 *
 * @throws RangeError if there is no such dimension
 */
export function sum(tape: Tape, x: Tensor, { axis }: ReduceOptions = {}): Tensor {
  return axis === undefined ? sumAll(tape, x, 1) : sumAlong(tape, x, axisView(x, axis), 1);
}

/**
 * The mean over all elements, or along one dimension: as `sum`, divided by their number. NaN for no elements.
 *
 * @throws RangeError if there is no such dimension
 */
export function mean(tape: Tape, x: Tensor, { axis }: ReduceOptions = {}): Tensor {
  if (axis === undefined) return sumAll(tape, x, 1 / x.size);
  const view = axisView(x, axis);
  return sumAlong(tape, x, view, 1 / view.length);
}

function sumAll(tape: Tape, x: Tensor, factor: number): Tensor {
  const out = tape.scalar(sumOf(x.array) * factor);
  tape.record(out, [x], (dy) => {
    const dx = tape.gradOf(x)!;
    scaleInto(dx, dx, { scale: 1, shift: dy.view[0]! * factor });
  });
  return out;
}

function sumAlong(tape: Tape, x: Tensor, { axis, outer, length, inner }: AxisView, factor: number): Tensor {
  const out = tape.empty(x.shape.toSpliced(axis, 1));
  const block = length * inner;
  if (inner === 1) {
    // A matrix times a column of factors.
    tape.temporarily(() => {
      const factors = tape.scratch(length);
      fillInto(factors, { value: factor });
      matmulInto(out.array, x.array, factors, { m: outer, n: 1, k: length });
    });
  } else {
    fillInto(out.array, { value: 0 });
    for (let i = 0; i < outer; i++) {
      const to = out.array.subarray(i * inner, (i + 1) * inner);
      sumRowsInto(to, x.array.subarray(i * block, (i + 1) * block), { rows: length, cols: inner });
    }
    if (factor !== 1) scaleInto(out.array, out.array, { scale: factor });
  }

  tape.record(out, [x], (dy) => {
    const dx = tape.gradOf(x)!;
    tape.temporarily(() => {
      const each = tape.scratch(out.size);
      scaleInto(each, dy, { scale: factor });
      if (inner === 1) {
        const ones = tape.scratch(length);
        fillInto(ones, { value: 1 });
        matmulInto(dx, each, ones, { m: outer, n: length, k: 1, accumulate: true });
        return;
      }
      for (let i = 0; i < outer; i++) {
        const offsets = { outOffset: i * block, xOffset: i * inner };
        copyRowsInto(dx, each, { rows: length, cols: inner, xStride: 0, ...offsets, accumulate: true });
      }
    });
  });
  return out;
}
