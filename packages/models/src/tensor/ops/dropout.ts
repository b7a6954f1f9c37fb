import { checkNumber, mulAddInto, mulInto, type RandomStream } from "@lanewise/core-wasm";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

export interface DropoutOptions {
  /** The probability of dropping an element, from 0 to 1. */
  p: number;
  /** Where the choice is drawn from: a uniform for each element, none if p is 0. */
  stream: RandomStream;
}

/**
 * Each element is 0 with probability p, and else x / (1 − p), so that the mean stays. Drops whenever it is called;
 * with p = 0 it gives back `x` itself.
 *
 * @throws RangeError
 */
export function dropout(tape: Tape, x: Tensor, { p, stream }: DropoutOptions): Tensor {
  checkNumber("p", p, 0, 1);
  if (p === 0) return x;
  const out = tape.empty(x.shape);
  const mask = tape.scratch(x.size);
  stream.uniformInto(mask);
  const kept = p === 1 ? 0 : 1 / (1 - p);
  const { view } = mask;
  for (let i = 0; i < view.length; i++) view[i] = view[i]! < p ? 0 : kept;
  mulInto(out.array, x.array, mask);
  tape.record(out, [x], (dy) => mulAddInto(tape.gradOf(x)!, dy, mask));
  return out;
}
