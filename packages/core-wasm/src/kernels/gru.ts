import { checkArray, checkCounts, checkFlags } from "../runtime/checks.js";
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

const gateCount = 3;

/** Which of the two usual forms of the candidate. */
export interface GruReset {
  /**
   * true: n = tanh(W x + b + r ⊙ (W' h + b')), as PyTorch and cuDNN have it. false: n = tanh(W x + b + W' (r ⊙ h) + b'), as
   * the paper has it and Keras with `reset_after=False`. Default: true
   */
  resetAfter?: boolean | undefined;
}

export type GruInputs = SequenceInputs;

/** What a sequence gives. */
export interface GruOutputs {
  /** f32[T, B, H], the state after each step. */
  hs: KernelArray<"f32">;
  /** f32[T, B, 3·H], the gates after their activations: r, z, n. For the backward pass; may be left out. */
  gates?: KernelArray<"f32"> | undefined;
  /** f32[T, B, H]: W' h + b' of the candidate, or r ⊙ h without `resetAfter`. For the backward pass; may be left out. */
  inner?: KernelArray<"f32"> | undefined;
}

/** What the backward pass needs of the forward pass: all of it. */
export type GruSaved<A extends KernelArray<"f32"> = KernelArray<"f32">> = Record<"hs" | "gates" | "inner", A>;

export type GruGradients = SequenceGradients;

/** What `gruForwardInto` took and gave, and the gradients of the states. */
export interface GruBackwardInputs extends GruInputs, GruSaved, StateGradients {}

/**
 * A sequence through a gated recurrent unit, in one call:
 *
 *     r, z = σ(W x + b + W' h + b')          rows of W and W' in the order r, z, n
 *     n    = tanh(W x + b + r ⊙ (W' h + b'))  or the other form, see `resetAfter`
 *     h'   = (1 − z) ⊙ n + z ⊙ h
 *
 * The final state is hs[T − 1], or hs[0] in `reverse`. Outputs may not overlap inputs. Packing, batches and bits are as in
 * `lstmForwardInto`. The tests hold outputs and gradients to 1e-4 of PyTorch's float64 results.
 *
 * Ref: Cho et al. 2014, arXiv:1406.1078; PyTorch's `nn.GRU`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function gruForwardInto(
  { hs, gates, inner }: GruOutputs,
  inputs: GruInputs,
  { reverse = false, resetAfter = true, runtime, ...sizes }: SequenceOptions & GruReset,
): void {
  checkFlags({ reverse, resetAfter });
  checkSequence(inputs, sizes, gateCount);
  const { steps, batch, hidden } = sizes;
  checkSteps("hs", hs, sizes);
  if (gates !== undefined) checkSteps("gates", gates, sizes, gateCount);
  if (inner !== undefined) checkSteps("inner", inner, sizes);
  const { x, h0, mask, wIh, wHh, bIh, bHh } = inputs;
  const stateBytes = steps * batch * hidden * 4;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, hs, gates, inner, x, wIh, wHh).call((wasm, frame) =>
    wasm.gruForward(
      frame.output(hs),
      gates === undefined ? frame.scratch(gateCount * stateBytes) : frame.output(gates),
      inner === undefined ? frame.scratch(stateBytes) : frame.output(inner),
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
      resetAfter,
      frame.scratch(wasm.gruWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/** `gruForwardInto` with new arrays for all that it gives. */
export function gruForward(
  inputs: GruInputs,
  options: SequenceOptions & GruReset,
): GruSaved<Float32Array<ArrayBuffer>> {
  const { steps, batch, hidden } = options;
  checkCounts({ steps, batch, hidden });
  const size = steps * batch * hidden;
  const hs = newArray(Float32Array, size);
  const gates = newArray(Float32Array, gateCount * size);
  const inner = newArray(Float32Array, size);
  gruForwardInto({ hs, gates, inner }, inputs, options);
  return { hs, gates, inner };
}

/**
 * The gradients of a sequence, back through time in one call. Adds to every array in `gradients`; none of them may overlap
 * another array.
 *
 * `gates` and `inner` are used up: `gates` comes out as f32[T, B, 3·H], the gradient with respect to the sums before the
 * activations (0 in masked rows), and `inner` with `resetAfter` as the gradient of W' h + b' of the candidate.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function gruBackwardInto(
  gradients: GruGradients,
  { hs, gates, inner, dhs, dhT, ...inputs }: GruBackwardInputs,
  { reverse = false, resetAfter = true, runtime, ...sizes }: SequenceOptions & GruReset,
): void {
  checkFlags({ reverse, resetAfter });
  checkSequence(inputs, sizes, gateCount);
  checkGradients(gradients, sizes, gateCount);
  const { steps, batch, hidden } = sizes;
  checkState("dhT", dhT, batch, hidden);
  for (const [name, array] of Object.entries({ hs, inner })) checkSteps(name, array, sizes);
  if (dhs !== undefined) checkSteps("dhs", dhs, sizes);
  checkSteps("gates", gates, sizes, gateCount);
  const { dx, dh0, dwIh, dwHh, dbIh, dbHh } = gradients;
  const { x, h0, mask, wIh, wHh } = inputs;
  if (isStateless(sizes)) return;
  runtimeFor(runtime, gates, inner, hs, x, wIh, wHh, dhs, dwIh, dwHh).call((wasm, frame) =>
    wasm.gruBackward(
      frame.optionalInout(dx),
      frame.optionalInout(dh0),
      frame.optionalInout(dwIh),
      frame.optionalInout(dwHh),
      frame.optionalInout(dbIh),
      frame.optionalInout(dbHh),
      frame.inout(gates),
      frame.inout(inner),
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
      resetAfter,
      frame.scratch(wasm.gruWorkBytes(steps, batch, sizes.inputs, hidden)),
    ),
  );
}

/**
 * One step in place, for inference: h ← GRU(x, h), with nothing kept for a backward pass. The same bits as a sequence of one
 * step.
 *
 * @param h f32[B, H], read and written
 * @param x f32[B, I]
 * @throws RangeError, DTypeError, ShapeError
 */
export function gruStepInto(
  h: KernelArray<"f32">,
  x: KernelArray<"f32">,
  weights: RecurrentWeights,
  { batch, inputs, hidden, resetAfter = true, runtime }: StepOptions & GruReset,
): void {
  checkFlags({ resetAfter });
  checkSequence({ x, ...weights }, { steps: 1, batch, inputs, hidden }, gateCount);
  checkArray("h", h, "f32", batch * hidden, "batch × hidden");
  const { wIh, wHh, bIh, bHh } = weights;
  if (isStateless({ batch, inputs, hidden })) return;
  runtimeFor(runtime, h, x, wIh, wHh).call((wasm, frame) => {
    const hPtr = frame.inout(h);
    wasm.gruForward(
      hPtr,
      frame.scratch(gateCount * batch * hidden * 4),
      frame.scratch(batch * hidden * 4),
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
      resetAfter,
      frame.scratch(wasm.gruWorkBytes(1, batch, inputs, hidden)),
    );
  });
}
