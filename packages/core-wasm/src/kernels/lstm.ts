import { checkArray, checkCounts, checkFlags } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import {
  arePacked,
  checkGradients,
  checkPackedStep,
  checkSequence,
  checkState,
  checkSteps,
  isStateless,
  type PackedRecurrentWeights,
  type RecurrentWeights,
  type SequenceGradients,
  type SequenceInputs,
  type SequenceOptions,
  type StateGradients,
  type StepOptions,
} from "../sequences.js";

const gateCount = 4;

export interface LstmInputs extends SequenceInputs {
  /** f32[B, H], the cell before the first step. Left out: zeros */
  c0?: KernelArray<"f32"> | undefined;
}

/** What a sequence gives. */
export interface LstmOutputs {
  /** f32[T, B, H], the state after each step. */
  hs: KernelArray<"f32">;
  /** f32[T, B, H], the cell after each step. For the backward pass; may be left out. */
  cs?: KernelArray<"f32"> | undefined;
  /** f32[T, B, 4·H], the gates after their activations: i, f, g, o. For the backward pass; may be left out. */
  gates?: KernelArray<"f32"> | undefined;
}

/** What the backward pass needs of the forward pass: all of it. */
export type LstmSaved<A extends KernelArray<"f32"> = KernelArray<"f32">> = Record<"hs" | "cs" | "gates", A>;

export interface LstmGradients extends SequenceGradients {
  /** f32[B, H] */
  dc0?: KernelArray<"f32"> | undefined;
}

/** What `lstmForwardInto` took and gave, and the gradients of the states. */
export interface LstmBackwardInputs extends LstmInputs, LstmSaved, StateGradients {
  /** f32[B, H], of the final cell. Left out: zeros */
  dcT?: KernelArray<"f32"> | undefined;
}

/**
 * A sequence through a long short-term memory, in one call:
 *
 *     i, f, o = σ(W x + b + W' h + b'),  g = tanh(W x + b + W' h + b')      rows of W and W' in the order i, f, g, o
 *     c' = f ⊙ c + i ⊙ g
 *     h' = o ⊙ tanh(c')
 *
 * The final state is the state of the step that comes last: hs[T − 1], or hs[0] in `reverse`; the same for the cell.
 * Outputs may not overlap inputs. The weights of the state are packed once a call, and the product with x is one product
 * for all steps. Rows of a batch do not influence each other; their bits differ between batches of 1 to 3 and more, as
 * `matmul` says. The tests hold outputs and gradients to 1e-4 of PyTorch's float64 results.
 *
 * Ref: Hochreiter and Schmidhuber 1997; PyTorch's `nn.LSTM`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function lstmForwardInto(
  { hs, cs, gates }: LstmOutputs,
  { c0, ...inputs }: LstmInputs,
  { reverse = false, runtime, ...sizes }: SequenceOptions,
): void {
  checkFlags({ reverse });
  checkSequence(inputs, sizes, gateCount);
  const { steps, batch, hidden } = sizes;
  checkState("c0", c0, batch, hidden);
  checkSteps("hs", hs, sizes);
  if (cs !== undefined) checkSteps("cs", cs, sizes);
  if (gates !== undefined) checkSteps("gates", gates, sizes, gateCount);
  const { x, h0, mask, wIh, wHh, bIh, bHh } = inputs;
  const stateBytes = steps * batch * hidden * 4;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, hs, cs, gates, x, wIh, wHh).call((wasm, frame) =>
    wasm.lstmForward(
      frame.output(hs),
      cs === undefined ? frame.scratch(stateBytes) : frame.output(cs),
      gates === undefined ? frame.scratch(gateCount * stateBytes) : frame.output(gates),
      frame.input(x),
      frame.optionalInput(h0),
      frame.optionalInput(c0),
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
      frame.scratch(wasm.lstmWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/** `lstmForwardInto` with new arrays for all that it gives. */
export function lstmForward(
  inputs: LstmInputs,
  options: SequenceOptions,
): LstmSaved<Float32Array<ArrayBuffer>> {
  const { steps, batch, hidden } = options;
  checkCounts({ steps, batch, hidden });
  const size = steps * batch * hidden;
  const hs = newArray(Float32Array, size);
  const cs = newArray(Float32Array, size);
  const gates = newArray(Float32Array, gateCount * size);
  lstmForwardInto({ hs, cs, gates }, inputs, options);
  return { hs, cs, gates };
}

/**
 * The gradients of a sequence, back through time in one call. Adds to every array in `gradients`.
 *
 * `gates` is used up: it comes out as f32[T, B, 4·H], the gradient with respect to the sums before the activations (0 in
 * masked rows). No gradient array may overlap another array.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function lstmBackwardInto(
  { dc0, ...gradients }: LstmGradients,
  { c0, hs, cs, gates, dhs, dhT, dcT, ...inputs }: LstmBackwardInputs,
  { reverse = false, runtime, ...sizes }: SequenceOptions,
): void {
  checkFlags({ reverse });
  checkSequence(inputs, sizes, gateCount);
  checkGradients(gradients, sizes, gateCount);
  const { steps, batch, hidden } = sizes;
  for (const [name, state] of Object.entries({ c0, dc0, dhT, dcT })) checkState(name, state, batch, hidden);
  for (const [name, array] of Object.entries({ hs, cs })) checkSteps(name, array, sizes);
  if (dhs !== undefined) checkSteps("dhs", dhs, sizes);
  checkSteps("gates", gates, sizes, gateCount);
  const { dx, dh0, dwIh, dwHh, dbIh, dbHh } = gradients;
  const { x, h0, mask, wIh, wHh } = inputs;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, gates, hs, cs, x, wIh, wHh, dhs, dwIh, dwHh).call((wasm, frame) =>
    wasm.lstmBackward(
      frame.optionalInout(dx),
      frame.optionalInout(dh0),
      frame.optionalInout(dc0),
      frame.optionalInout(dwIh),
      frame.optionalInout(dwHh),
      frame.optionalInout(dbIh),
      frame.optionalInout(dbHh),
      frame.inout(gates),
      frame.optionalInput(dhs),
      frame.optionalInput(dhT),
      frame.optionalInput(dcT),
      frame.input(x),
      frame.optionalInput(h0),
      frame.optionalInput(c0),
      frame.optionalInput(mask),
      frame.input(hs),
      frame.input(cs),
      frame.input(wIh),
      frame.input(wHh),
      steps,
      batch,
      sizes.inputs,
      hidden,
      reverse,
      frame.scratch(wasm.lstmWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/**
 * One step in place, for inference: h, c ← LSTM(x, h, c), with nothing kept for a backward pass. The same bits as a
 * sequence of one step; with packed weights, which are faster, those of a batch of 4 or more for any batch.
 *
 * @param h f32[B, H], read and written
 * @param c f32[B, H], read and written
 * @param x f32[B, I]
 * @throws RangeError, DTypeError, ShapeError; DisposedError for disposed weights
 */
export function lstmStepInto(
  h: KernelArray<"f32">,
  c: KernelArray<"f32">,
  x: KernelArray<"f32">,
  weights: RecurrentWeights | PackedRecurrentWeights,
  { runtime, ...sizes }: StepOptions,
): void {
  const { batch, inputs, hidden } = sizes;
  const packed = arePacked(weights);
  if (packed) checkPackedStep(x, weights, sizes, gateCount);
  else checkSequence({ x, ...weights }, { ...sizes, steps: 1 }, gateCount);
  checkArray("h", h, "f32", batch * hidden, "batch × hidden");
  checkArray("c", c, "f32", batch * hidden, "batch × hidden");
  const { bIh, bHh } = weights;
  const target = packed
    ? weights.wIh.runtimeFor(runtime)
    : runtimeFor(runtime, h, c, x, weights.wIh, weights.wHh);
  if (isStateless(sizes)) return;
  target.call((wasm, frame) => {
    const hPtr = frame.inout(h);
    const cPtr = frame.inout(c);
    const xPtr = frame.input(x);
    const bIhPtr = frame.optionalInput(bIh);
    const bHhPtr = frame.optionalInput(bHh);
    const gatesPtr = frame.scratch(gateCount * batch * hidden * 4);
    const workPtr = frame.scratch(wasm.lstmWorkBytes(1, batch, inputs, hidden));
    if (packed) {
      const [wIhPtr, wHhPtr] = [weights.wIh.ptr, weights.wHh.ptr];
      // prettier-ignore
      wasm.lstmStepPacked(
        hPtr, cPtr, gatesPtr, xPtr, wIhPtr, wHhPtr, bIhPtr, bHhPtr, batch, inputs, hidden, workPtr,
      );
    } else {
      const [wIhPtr, wHhPtr] = [frame.input(weights.wIh), frame.input(weights.wHh)];
      // prettier-ignore
      wasm.lstmForward(
        hPtr, cPtr, gatesPtr, xPtr, hPtr, cPtr, 0, wIhPtr, wHhPtr, bIhPtr, bHhPtr, 1, batch, inputs, hidden, false, workPtr,
      );
    }
  });
}
