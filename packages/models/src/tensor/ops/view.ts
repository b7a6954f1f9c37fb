import { addScaledInto, ShapeError } from "@lanewise/core-wasm";
import { checkShape } from "../shapes.js";
import type { Tape } from "../tape.js";
import { formatShape, type Shape, sizeOf, Tensor } from "../tensor.js";

/**
 * The same elements in another shape: nothing is copied, and the gradient is shared too.
 *
 * @param shape one size may be −1: what is left
 * @throws ShapeError
 */
export function reshape(tape: Tape, x: Tensor, shape: Shape): Tensor {
  const whole = fillIn(shape, x.size);
  if (!whole || sizeOf(whole) !== x.size) {
    throw new ShapeError("shape", `a product of ${x.size}, or one −1`, formatShape(shape));
  }
  return tape.tracks(x) ? new Tensor(x.array, whole, true, x.gradient) : new Tensor(x.array, whole);
}

/** The same elements as a constant: no gradient goes through. Nothing is copied. */
export function detach(x: Tensor): Tensor {
  return new Tensor(x.array, x.shape);
}

/**
 * The straight-through estimator: the values of `hard`, with the gradient of `soft` (what `hard − detach(soft) + soft`
 * is, without its rounding). Nothing is copied.
 *
 * Ref: Bengio et al. 2013, arXiv:1308.3432.
 *
 * @throws ShapeError unless both have one shape
 */
export function straightThrough(tape: Tape, hard: Tensor, soft: Tensor): Tensor {
  checkShape("soft", soft, hard.shape);
  const out = detach(hard);
  tape.record(out, [soft], (dy) => addScaledInto(tape.gradOf(soft)!, dy, { scale: 1 }));
  return out;
}

/** Puts what is left in the place of −1; undefined if there are two, or nothing fits. */
function fillIn(shape: Shape, size: number): Shape | undefined {
  const open = shape.indexOf(-1);
  if (open < 0) return shape;
  const rest = sizeOf(shape.toSpliced(open, 1));
  const left = size / rest;
  return rest > 0 && Number.isInteger(left) ? shape.with(open, left) : undefined;
}
