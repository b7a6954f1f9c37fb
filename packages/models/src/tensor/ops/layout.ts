import { addScaledInto, copyRowsInto, RangeError, ShapeError, transposeInto } from "@lanewise/core-wasm";
import { axisView, sameShape } from "../shapes.js";
import type { Tape } from "../tape.js";
import { formatShape, type Tensor } from "../tensor.js";

/** The last two dimensions swapped: [ …, r, c] → [ …, c, r]. @throws ShapeError */
export function transpose(tape: Tape, x: Tensor): Tensor {
  const [rows, cols] = x.shape.slice(-2);
  if (rows === undefined || cols === undefined) {
    throw new ShapeError("x", "two dimensions or more", formatShape(x.shape));
  }
  const matrix = rows * cols;
  const out = tape.empty([...x.shape.slice(0, -2), cols, rows]);
  for (let at = 0; at < x.size; at += matrix) {
    const [to, from] = [out.array.subarray(at, at + matrix), x.array.subarray(at, at + matrix)];
    transposeInto(to, from, { rows, cols });
  }
  tape.record(out, [x], (dy) => {
    const dx = tape.gradOf(x)!;
    tape.temporarily(() => {
      const back = tape.scratch(matrix);
      for (let at = 0; at < x.size; at += matrix) {
        transposeInto(back, dy.subarray(at, at + matrix), { rows: cols, cols: rows });
        addScaledInto(dx.subarray(at, at + matrix), back, { scale: 1 });
      }
    });
  });
  return out;
}

/**
 * Tensors one after the other along a dimension; their other sizes are equal.
 *
 * @throws ShapeError
 * @throws RangeError if there is no such dimension
 */
export function concat(
  tape: Tape,
  parts: readonly Tensor[],
  { axis = -1 }: { axis?: number | undefined } = {},
): Tensor {
  const [first] = parts;
  if (!first) throw new ShapeError("parts", "one tensor or more", "none");
  const { axis: at, outer, inner } = axisView(first, axis);
  parts.forEach((part, i) => {
    const expected = first.shape.with(at, part.shape[at] ?? 0);
    if (!sameShape(part.shape, expected)) {
      throw new ShapeError(
        `parts[${i}]`,
        `${formatShape(expected)} but for dimension ${at}`,
        formatShape(part.shape),
      );
    }
  });
  const length = parts.reduce((sum, { shape }) => sum + shape[at]!, 0);
  const out = tape.empty(first.shape.with(at, length));
  const stride = length * inner;
  let offset = 0;
  const blocks = parts.map((part) => {
    const block = { part, offset, cols: part.shape[at]! * inner };
    offset += block.cols;
    return block;
  });
  for (const { part, offset, cols } of blocks) {
    copyRowsInto(out.array, part.array, {
      rows: outer,
      cols,
      outStride: stride,
      xStride: cols,
      outOffset: offset,
    });
  }
  tape.record(out, parts, (dy) => {
    for (const { part, offset, cols } of blocks) {
      const dpart = tape.gradOf(part);
      if (!dpart) continue;
      const strides = { outStride: cols, xStride: stride, xOffset: offset };
      copyRowsInto(dpart, dy, { rows: outer, cols, ...strides, accumulate: true });
    }
  });
  return out;
}

/**
 * The slices [begin, end) along a dimension, copied. As in `Array.prototype.slice`, places below 0 count from the end.
 *
 * @throws RangeError
 */
export function slice(
  tape: Tape,
  x: Tensor,
  begin: number,
  end?: number,
  { axis = -1 }: { axis?: number | undefined } = {},
): Tensor {
  const { axis: at, outer, length, inner } = axisView(x, axis);
  const from = begin < 0 ? begin + length : begin;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= length)) {
    throw new RangeError("begin, end", `0 ≤ begin ≤ end ≤ ${length}`, `${begin}, ${end}`);
  }
  const cols = (to - from) * inner;
  const [stride, offset] = [length * inner, from * inner];
  const out = tape.empty(x.shape.with(at, to - from));
  copyRowsInto(out.array, x.array, { rows: outer, cols, outStride: cols, xStride: stride, xOffset: offset });
  tape.record(out, [x], (dy) => {
    const strides = { outStride: stride, xStride: cols, outOffset: offset };
    copyRowsInto(tape.gradOf(x)!, dy, { rows: outer, cols, ...strides, accumulate: true });
  });
  return out;
}
