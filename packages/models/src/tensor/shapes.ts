import { RangeError, ShapeError } from "@lanewise/core-wasm";
import { formatShape, type Shape, sizeOf, type Tensor } from "./tensor.js";

/** A tensor seen as a matrix: the leading dimensions are the rows, the last one the columns. */
export interface MatrixView {
  readonly rows: number;
  readonly cols: number;
}

/** A tensor seen around one of its dimensions: `outer` blocks of `length` slices of `inner` elements. */
export interface AxisView {
  readonly axis: number;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** A scalar is one row of one column. */
export function matrixView({ shape }: Tensor): MatrixView {
  return { rows: sizeOf(shape.slice(0, -1)), cols: shape.at(-1) ?? 1 };
}

/** @param axis from 0, or from the end: −1 is the last. @throws RangeError */
export function axisView({ shape }: { readonly shape: Shape }, axis: number): AxisView {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError("axis", `a dimension of ${formatShape(shape)}, from ${-rank} to ${rank - 1}`, axis);
  }
  const at = axis < 0 ? axis + rank : axis;
  return {
    axis: at,
    outer: sizeOf(shape.slice(0, at)),
    length: shape[at]!,
    inner: sizeOf(shape.slice(at + 1)),
  };
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** @throws ShapeError */
export function checkShape(name: string, { shape }: Tensor, expected: Shape): void {
  if (!sameShape(shape, expected)) throw new ShapeError(name, formatShape(expected), formatShape(shape));
}

/**
 * How `b` is laid over `a`: its shape is that of `a`, or the trailing dimensions of it, and then every one of the
 * `rows` gets the same `cols` elements. Undefined stands for equal shapes.
 *
 * @throws ShapeError
 */
export function broadcastView(a: Tensor, b: Tensor): MatrixView | undefined {
  if (sameShape(a.shape, b.shape)) return undefined;
  const lead = a.shape.length - b.shape.length;
  if (lead < 0 || !sameShape(a.shape.slice(lead), b.shape)) {
    const expected = `${formatShape(a.shape)} or trailing dimensions of it`;
    throw new ShapeError("b", expected, formatShape(b.shape));
  }
  return { rows: sizeOf(a.shape.slice(0, lead)), cols: b.size };
}
