import { addScaledInto, activationInto, mulInto, scaleInto, subInto, sumSquares } from "@lanewise/core-wasm";
import { checkShape, type Tape, type Tensor } from "../tensor/index.js";
import type { ReductionOptions } from "./reduction.js";

/**
 * The squared error, (x − target)²: its mean (or sum) over all elements, or with "none" a tensor of x's shape. Added up in
 * float64. The gradient goes to the target as well, if it wants one.
 *
 * @throws ShapeError unless both have one shape
 */
export function mse(
  tape: Tape,
  x: Tensor,
  target: Tensor,
  { reduction = "mean" }: ReductionOptions = {},
): Tensor {
  checkShape("target", target, x.shape);
  const difference = tape.scratch(x.size);
  subInto(difference, x.array, target.array);
  const factor = reduction === "mean" ? 1 / x.size : 1;
  const each = reduction === "none";
  const out = each ? tape.empty(x.shape) : tape.scalar(sumSquares(difference) * factor);
  if (each) activationInto(out.array, difference, { kind: "square" });

  tape.record(out, [x, target], (dy) => {
    const dx = tape.gradOf(x);
    const dtarget = tape.gradOf(target);
    if (!each) {
      const scale = 2 * factor * dy.view[0]!;
      if (dx) addScaledInto(dx, difference, { scale });
      if (dtarget) addScaledInto(dtarget, difference, { scale: -scale });
      return;
    }
    tape.temporarily(() => {
      const gradient = tape.scratch(x.size);
      mulInto(gradient, dy, difference);
      scaleInto(gradient, gradient, { scale: 2 });
      if (dx) addScaledInto(dx, gradient, { scale: 1 });
      if (dtarget) addScaledInto(dtarget, gradient, { scale: -1 });
    });
  });
  return out;
}
