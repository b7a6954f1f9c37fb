import {
  activationBackwardInto,
  type ActivationKind,
  fillInto,
  matmulInto,
  ShapeError,
  sumRowsInto,
} from "@lanewise/core-wasm";
import { matrixView, sameShape } from "../shapes.js";
import type { Tape } from "../tape.js";
import { formatShape, type Tensor } from "../tensor.js";
import { activation } from "./activation.js";
import { lastTwo } from "./matmul.js";

/** What may follow a linear layer. */
export interface LinearActivation {
  /** Default: nothing. */
  activation?: ActivationKind | undefined;
  /** The parameter of the activation, where it has one. Default: its own. */
  alpha?: number | undefined;
}

/**
 * A linear layer, and what may follow it: y = activation(x · weightᵀ + bias).
 *
 * `x: f32[…, inputs]`, `weight: f32[outputs, inputs]` as PyTorch keeps it, `bias: f32[outputs]`.
 *
 * The bias is added while the product is in the cache, and so is ReLU applied, whose gradient can be told from what came
 * out; the other activations are an operation of their own, since they need what went in. The bits are the same either way.
 *
 * @throws ShapeError; RangeError for an activation that is none
 */
export function linear(
  tape: Tape,
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { activation: kind, alpha }: LinearActivation = {},
): Tensor {
  const [n, k] = lastTwo("weight", weight.shape);
  if (weight.shape.length !== 2)
    throw new ShapeError("weight", "[outputs, inputs]", formatShape(weight.shape));
  if (x.shape.at(-1) !== k) throw new ShapeError("x", `[…, ${k}]`, formatShape(x.shape));
  if (bias && !sameShape(bias.shape, [n])) throw new ShapeError("bias", `[${n}]`, formatShape(bias.shape));
  const { rows: m } = matrixView(x);
  const fused = kind === "relu";
  const out = tape.empty([...x.shape.slice(0, -1), n]);
  matmulInto(out.array, x.array, weight.array, {
    m,
    n,
    k,
    transposeB: true,
    bias: bias?.array,
    activation: fused ? kind : undefined,
  });

  tape.record(out, [x, weight, bias], (dy) => {
    const dx = tape.gradOf(x);
    const dweight = tape.gradOf(weight);
    const dbias = tape.gradOf(bias);
    tape.temporarily(() => {
      let dz = dy;
      if (fused) {
        dz = tape.scratch(m * n);
        fillInto(dz, { value: 0 });
        activationBackwardInto(dz, dy, out.array, { kind });
      }
      if (dx) matmulInto(dx, dz, weight.array, { m, n: k, k: n, accumulate: true });
      if (dweight) matmulInto(dweight, dz, x.array, { m: n, n: k, k: m, transposeA: true, accumulate: true });
      if (dbias) sumRowsInto(dbias, dz, { rows: m, cols: n });
    });
  });
  return kind === undefined || fused ? out : activation(tape, out, kind, { alpha });
}
