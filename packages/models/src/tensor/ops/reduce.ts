import { scaleInto, sum as sumOf } from "@lanewise/core-wasm";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

/** Σ_i x_i, as a scalar; added up in float64. */
export function sum(tape: Tape, x: Tensor): Tensor {
  return scaledSum(tape, x, 1);
}

/** (1/n) Σ_i x_i, as a scalar; added up in float64. NaN for no elements. */
export function mean(tape: Tape, x: Tensor): Tensor {
  return scaledSum(tape, x, 1 / x.size);
}

function scaledSum(tape: Tape, x: Tensor, factor: number): Tensor {
  const out = tape.scalar(sumOf(x.array) * factor);
  tape.record(out, [x], (dy) => {
    const dx = tape.gradOf(x)!;
    scaleInto(dx, dx, { scale: 1, shift: dy.view[0]! * factor });
  });
  return out;
}
