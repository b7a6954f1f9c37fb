import { checkArray, checkCounts, checkFlags } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import {
  checkGradients,
  checkSequence,
  checkState,
  checkSteps,
  isStateless,
  type RecurrentWeights,
  type SequenceGradients,
  type SequenceInputs,
  type SequenceOptions,
  type StateGradients,
  type StepOptions,
} from "../sequences.js";

const gateCount = 1;

/** What the state goes through in every step. */
export interface RnnNonlinearity {
  /** Default: "tanh" */
  nonlinearity?: "tanh" | "relu" | undefined;
}

export type RnnInputs = SequenceInputs;

/** What a sequence gives, and all that the backward pass needs of it. */
export interface RnnOutputs {
  /** f32[T, B, H], the state after each step. */
  hs: KernelArray<"f32">;
}

export type RnnGradients = SequenceGradients;

/** What `rnnForwardInto` took and gave, and the gradients of the states. */
export interface RnnBackwardInputs extends RnnInputs, RnnOutputs, StateGradients {}

/**
 * A sequence through a plain recurrent layer, in one call:
 *
 *     h' = tanh(W x + b + W' h + b'),  or max(0, ·) with `nonlinearity: "relu"`
 *
 * The final state is hs[T − 1], or hs[0] in `reverse`. Outputs may not overlap inputs. Packing, batches and bits are as in
 * `lstmForwardInto`. The tests hold outputs and gradients to 1e-4 of PyTorch's float64 results.
 *
 * Ref: Elman 1990; PyTorch's `nn.RNN`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function rnnForwardInto(
  { hs }: RnnOutputs,
  inputs: RnnInputs,
  { reverse = false, nonlinearity, runtime, ...sizes }: SequenceOptions & RnnNonlinearity,
): void {
  const relu = isRelu(nonlinearity);
  checkFlags({ reverse });
  checkSequence(inputs, sizes, gateCount);
  checkSteps("hs", hs, sizes);
  const { steps, batch, hidden } = sizes;
  const { x, h0, mask, wIh, wHh, bIh, bHh } = inputs;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, hs, x, wIh, wHh).call((wasm, frame) =>
    wasm.rnnForward(
      frame.output(hs),
      frame.input(x),
      frame.optionalInput(h0),
      frame.optionalInput(mask),
      frame.input(wIh),
      frame.input(wHh),
      frame.optionalInput(bIh),
      frame.optionalInput(bHh),
      steps,
      batch,
      sizes.inputs,
      hidden,
      reverse,
      relu,
      frame.scratch(wasm.rnnWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/** `rnnForwardInto` with a new array for the states. */
export function rnnForward(
  inputs: RnnInputs,
  options: SequenceOptions & RnnNonlinearity,
): { hs: Float32Array<ArrayBuffer> } {
  const { steps, batch, hidden } = options;
  checkCounts({ steps, batch, hidden });
  const hs = newArray(Float32Array, steps * batch * hidden);
  rnnForwardInto({ hs }, inputs, options);
  return { hs };
}

/**
 * The gradients of a sequence, back through time in one call. Adds to every array in `gradients`; none of them may overlap
 * another array. Nothing is used up.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function rnnBackwardInto(
  gradients: RnnGradients,
  { hs, dhs, dhT, ...inputs }: RnnBackwardInputs,
  { reverse = false, nonlinearity, runtime, ...sizes }: SequenceOptions & RnnNonlinearity,
): void {
  const relu = isRelu(nonlinearity);
  checkFlags({ reverse });
  checkSequence(inputs, sizes, gateCount);
  checkGradients(gradients, sizes, gateCount);
  const { steps, batch, hidden } = sizes;
  checkState("dhT", dhT, batch, hidden);
  checkSteps("hs", hs, sizes);
  if (dhs !== undefined) checkSteps("dhs", dhs, sizes);
  const { dx, dh0, dwIh, dwHh, dbIh, dbHh } = gradients;
  const { x, h0, mask, wIh, wHh } = inputs;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, hs, x, wIh, wHh, dhs, dwIh, dwHh).call((wasm, frame) =>
    wasm.rnnBackward(
      frame.optionalInout(dx),
      frame.optionalInout(dh0),
      frame.optionalInout(dwIh),
      frame.optionalInout(dwHh),
      frame.optionalInout(dbIh),
      frame.optionalInout(dbHh),
      frame.optionalInput(dhs),
      frame.optionalInput(dhT),
      frame.input(x),
      frame.optionalInput(h0),
      frame.optionalInput(mask),
      frame.input(hs),
      frame.input(wIh),
      frame.input(wHh),
      steps,
      batch,
      sizes.inputs,
      hidden,
      reverse,
      relu,
      frame.scratch(wasm.rnnWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/**
 * One step in place, for inference: h ← RNN(x, h). The same bits as a sequence of one step.
 *
 * @param h f32[B, H], read and written
 * @param x f32[B, I]
 * @throws RangeError, DTypeError, ShapeError
 */
export function rnnStepInto(
  h: KernelArray<"f32">,
  x: KernelArray<"f32">,
  weights: RecurrentWeights,
  { batch, inputs, hidden, nonlinearity, runtime }: StepOptions & RnnNonlinearity,
): void {
  const relu = isRelu(nonlinearity);
  checkSequence({ x, ...weights }, { steps: 1, batch, inputs, hidden }, gateCount);
  checkArray("h", h, "f32", batch * hidden, "batch × hidden");
  const { wIh, wHh, bIh, bHh } = weights;
  if (isStateless({ batch, inputs, hidden })) return;
  runtimeFor(runtime, h, x, wIh, wHh).call((wasm, frame) => {
    const hPtr = frame.inout(h);
    wasm.rnnForward(
      hPtr,
      frame.input(x),
      hPtr,
      0,
      frame.input(wIh),
      frame.input(wHh),
      frame.optionalInput(bIh),
      frame.optionalInput(bHh),
      1,
      batch,
      inputs,
      hidden,
      false,
      relu,
      frame.scratch(wasm.rnnWorkBytes(1, batch, inputs, hidden)),
    );
  });
}

function isRelu(nonlinearity: RnnNonlinearity["nonlinearity"] = "tanh"): boolean {
  if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
    throw new RangeError("nonlinearity", '"tanh" or "relu"', nonlinearity);
  }
  return nonlinearity === "relu";
}
