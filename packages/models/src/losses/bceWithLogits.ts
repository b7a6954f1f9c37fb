import {
  activationInto,
  addScaledInto,
  mulAddInto,
  mulInto,
  scaleInto,
  subInto,
  sum,
  type WasmArray,
} from "@lanewise/core-wasm";
import { checkShape, type Tape, type Tensor } from "../tensor/index.js";
import type { ReductionOptions } from "./reduction.js";

/**
 * The binary cross-entropy of a logit z with a probability y:
 *
 *     −y ln σ(z) − (1 − y) ln(1 − σ(z)) = y softplus(−z) + (1 − y) softplus(z)
 *
 * Its mean (or sum) over all elements, or with "none" a tensor of the logits' shape. Both terms are ≥ 0, so nothing
 * cancels however far z is out. Added up in float64. The targets are constants.
 *
 * @throws ShapeError unless both have one shape
 */
export function bceWithLogits(
  tape: Tape,
  logits: Tensor,
  targets: Tensor,
  { reduction = "mean" }: ReductionOptions = {},
): Tensor {
  checkShape("targets", targets, logits.shape);
  const { size } = logits;
  const [z, y] = [logits.array, targets.array];
  const factor = reduction === "mean" ? 1 / size : 1;
  const terms = tape.empty(logits.shape);
  tape.temporarily(() => termsInto(terms.array, z, y, tape.scratch(size), tape.scratch(size)));
  const out = reduction === "none" ? terms : tape.scalar(sum(terms.array) * factor);

  tape.record(out, [logits], (dy) => {
    const dz = tape.gradOf(logits)!;
    tape.temporarily(() => {
      const gradient = tape.scratch(size);
      activationInto(gradient, z, { kind: "sigmoid" });
      subInto(gradient, gradient, y);
      if (reduction === "none") mulAddInto(dz, dy, gradient);
      else addScaledInto(dz, gradient, { scale: factor * dy.view[0]! });
    });
  });
  return out;
}

type Floats = WasmArray<"f32">;

function termsInto(out: Floats, z: Floats, y: Floats, work: Floats, negative: Floats): void {
  activationInto(work, z, { kind: "softplus" });
  scaleInto(out, y, { scale: -1, shift: 1 });
  mulInto(out, out, work);
  scaleInto(negative, z, { scale: -1 });
  activationInto(work, negative, { kind: "softplus" });
  mulAddInto(out, y, work);
}
