import {
  logSoftmaxBackwardInto,
  logSoftmaxInto,
  softmaxBackwardInto,
  softmaxInto,
} from "@lanewise/core-wasm";
import { matrixView } from "../shapes.js";
import type { Tape } from "../tape.js";
import type { Tensor } from "../tensor.js";

/** Softmax over the last dimension: y_i = exp(x_i − max x) / Σ_j exp(x_j − max x). */
export function softmax(tape: Tape, x: Tensor): Tensor {
  const view = matrixView(x);
  const out = tape.empty(x.shape);
  softmaxInto(out.array, x.array, view);
  tape.record(out, [x], (dy) => softmaxBackwardInto(tape.gradOf(x)!, dy, out.array, view));
  return out;
}

/** Log-softmax over the last dimension: y_i = x_i − max x − ln Σ_j exp(x_j − max x). */
export function logSoftmax(tape: Tape, x: Tensor): Tensor {
  const view = matrixView(x);
  const out = tape.empty(x.shape);
  logSoftmaxInto(out.array, x.array, view);
  tape.record(out, [x], (dy) => logSoftmaxBackwardInto(tape.gradOf(x)!, dy, out.array, view));
  return out;
}
