import {
  addInto,
  addRowInto,
  addScaledInto,
  copyRowsInto,
  divInto,
  mulAddInto,
  mulInto,
  scaleInto,
  subInto,
  sumRowsInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { broadcastView, type MatrixView } from "../shapes.js";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

/**
 * a + b.
 *
 * `b`: of a's shape, or the trailing dimensions of it (a bias: the same for every row), or a number.
 *
 * @throws ShapeError
 */
export function add(tape: Tape, a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(tape, a, 1, b);
  return plus(tape, a, b, 1);
}

/** a − b, with `b` as for `add`. @throws ShapeError */
export function sub(tape: Tape, a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(tape, a, 1, -b);
  return plus(tape, a, b, -1);
}

/** a ⊙ b, element by element, with `b` as for `add`. @throws ShapeError */
export function mul(tape: Tape, a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(tape, a, b, 0);
  const rows = broadcastView(a, b);
  const out = tape.empty(a.shape);
  const spread = spreadOver(tape, b, rows);
  mulInto(out.array, a.array, spread);
  tape.record(out, [a, b], (dy) => {
    const da = tape.gradOf(a);
    const db = tape.gradOf(b);
    if (da) mulAddInto(da, dy, spread);
    if (!db) return;
    if (!rows) mulAddInto(db, dy, a.array);
    else {
      tape.temporarily(() => {
        const each = tape.scratch(dy.length);
        mulInto(each, dy, a.array);
        sumRowsInto(db, each, rows);
      });
    }
  });
  return out;
}

/** a / b, element by element, with `b` as for `add`. @throws ShapeError */
export function div(tape: Tape, a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(tape, a, 1 / b, 0);
  const rows = broadcastView(a, b);
  const out = tape.empty(a.shape);
  const spread = spreadOver(tape, b, rows);
  divInto(out.array, a.array, spread);
  tape.record(out, [a, b], (dy) => {
    const da = tape.gradOf(a);
    const db = tape.gradOf(b);
    tape.temporarily(() => {
      const each = tape.scratch(dy.length);
      divInto(each, dy, spread);
      if (da) addScaledInto(da, each, { scale: 1 });
      if (!db) return;
      // d(a/b)/db = −(a/b)/b
      mulInto(each, each, out.array);
      if (!rows) addScaledInto(db, each, { scale: -1 });
      else {
        scaleInto(each, each, { scale: -1 });
        sumRowsInto(db, each, rows);
      }
    });
  });
  return out;
}

/** factor · x. */
export function scale(tape: Tape, x: Tensor, factor: number): Tensor {
  return affine(tape, x, factor, 0);
}

/** x + term. */
export function addScalar(tape: Tape, x: Tensor, term: number): Tensor {
  return affine(tape, x, 1, term);
}

function affine(tape: Tape, x: Tensor, factor: number, shift: number): Tensor {
  const out = tape.empty(x.shape);
  scaleInto(out.array, x.array, { scale: factor, shift });
  tape.record(out, [x], (dy) => addScaledInto(tape.gradOf(x)!, dy, { scale: factor }));
  return out;
}

/** a + sign · b */
function plus(tape: Tape, a: Tensor, b: Tensor, sign: 1 | -1): Tensor {
  const rows = broadcastView(a, b);
  const out = tape.empty(a.shape);
  if (!rows) (sign === 1 ? addInto : subInto)(out.array, a.array, b.array);
  else if (sign === 1) addRowInto(out.array, a.array, b.array, rows);
  else subInto(out.array, a.array, spreadOver(tape, b, rows));
  tape.record(out, [a, b], (dy) => {
    const da = tape.gradOf(a);
    const db = tape.gradOf(b);
    if (da) addScaledInto(da, dy, { scale: 1 });
    if (!db) return;
    if (!rows) addScaledInto(db, dy, { scale: sign });
    else if (sign === 1) sumRowsInto(db, dy, rows);
    else {
      tape.temporarily(() => {
        const negative = tape.scratch(dy.length);
        scaleInto(negative, dy, { scale: -1 });
        sumRowsInto(db, negative, rows);
      });
    }
  });
  return out;
}

/** The elements of `b`, once for every row. */
function spreadOver(tape: Tape, b: Tensor, rows: MatrixView | undefined): WasmArray<"f32"> {
  if (!rows) return b.array;
  const spread = tape.scratch(rows.rows * rows.cols);
  copyRowsInto(spread, b.array, { ...rows, xStride: 0 });
  return spread;
}
