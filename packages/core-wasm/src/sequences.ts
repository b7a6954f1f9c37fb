import { checkArray, checkCounts, type KernelOptions } from "./runtime/checks.js";
import { PackedMatrix } from "./packedMatrix.js";
import { DTypeError, RangeError } from "./runtime/errors.js";
import type { KernelArray } from "./runtime/frame.js";

/** The sizes of a sequence for a recurrent layer: T = steps, B = batch, I = inputs, H = hidden. */
export interface SequenceOptions extends KernelOptions {
  steps: number;
  batch: number;
  inputs: number;
  hidden: number;
  /** Runs from the last step to the first, as the second direction of a bidirectional layer does. Default: false */
  reverse?: boolean | undefined;
}

/** The sizes of a single step. */
export type StepOptions = Omit<SequenceOptions, "steps" | "reverse">;

/** A layer's weights as PyTorch lays them out, with the G gate rows of H each one below the other. */
export interface RecurrentWeights {
  /** f32[G·H, I], `weight_ih` */
  wIh: KernelArray<"f32">;
  /** f32[G·H, H], `weight_hh` */
  wHh: KernelArray<"f32">;
  /** f32[G·H], `bias_ih`. Left out: zeros */
  bIh?: KernelArray<"f32"> | undefined;
  /** f32[G·H], `bias_hh`. Left out: zeros */
  bHh?: KernelArray<"f32"> | undefined;
}

/** A layer's weights, packed once for many steps: `packMatrix(wIh, { k: inputs, n: G·H, transposeB: true })`. */
export interface PackedRecurrentWeights {
  /** Packed [I, G·H] */
  wIh: PackedMatrix;
  /** Packed [H, G·H] */
  wHh: PackedMatrix;
  /** f32[G·H], `bias_ih`. Left out: zeros */
  bIh?: KernelArray<"f32"> | undefined;
  /** f32[G·H], `bias_hh`. Left out: zeros */
  bHh?: KernelArray<"f32"> | undefined;
}

/** What a sequence starts from, beside the weights. */
export interface SequenceInputs extends RecurrentWeights {
  /** f32[T, B, I]. Finite in masked rows too. */
  x: KernelArray<"f32">;
  /** f32[B, H], the state before the first step. Left out: zeros */
  h0?: KernelArray<"f32"> | undefined;
  /** u8[T, B]. Where it is 0, the step copies the row's state and hands its gradient straight through. Left out: ones */
  mask?: KernelArray<"u8"> | undefined;
}

/** Gradients to add to; those that are left out are not computed. */
export interface SequenceGradients {
  /** f32[T, B, I] */
  dx?: KernelArray<"f32"> | undefined;
  /** f32[B, H] */
  dh0?: KernelArray<"f32"> | undefined;
  /** f32[G·H, I] */
  dwIh?: KernelArray<"f32"> | undefined;
  /** f32[G·H, H] */
  dwHh?: KernelArray<"f32"> | undefined;
  /** f32[G·H] */
  dbIh?: KernelArray<"f32"> | undefined;
  /** f32[G·H] */
  dbHh?: KernelArray<"f32"> | undefined;
}

/** The gradients that come in from above. */
export interface StateGradients {
  /** f32[T, B, H], of the states of all steps. Left out: zeros */
  dhs?: KernelArray<"f32"> | undefined;
  /** f32[B, H], of the final state, on top of `dhs`. Left out: zeros */
  dhT?: KernelArray<"f32"> | undefined;
}

type Sizes = Omit<SequenceOptions, "reverse" | "runtime">;

/** @throws RangeError, DTypeError, ShapeError */
export function checkSequence(
  { x, h0, mask, ...weights }: SequenceInputs,
  { steps, batch, inputs, hidden }: Sizes,
  gates: number,
): void {
  checkCounts({ steps, batch, inputs, hidden });
  checkArray("x", x, "f32", steps * batch * inputs, "steps × batch × inputs");
  checkState("h0", h0, batch, hidden);
  if (mask !== undefined) checkArray("mask", mask, "u8", steps * batch, "steps × batch");
  for (const name of ["wIh", "wHh"] as const) {
    if (weights[name] === undefined)
      throw new DTypeError(name, 'Float32Array or WasmArray<"f32">', undefined);
  }
  checkWeights("", weights, inputs, hidden, gates);
}

/** Whether the weights are packed: both, or neither. @throws DTypeError where one is and the other is not */
export function arePacked(
  weights: RecurrentWeights | PackedRecurrentWeights,
): weights is PackedRecurrentWeights {
  const [first, second] = [weights.wIh instanceof PackedMatrix, weights.wHh instanceof PackedMatrix];
  if (first !== second) {
    const expected = first ? "a PackedMatrix, as wIh is" : "an array, as wIh is";
    throw new DTypeError("wHh", expected, weights.wHh);
  }
  return first;
}

/** @throws RangeError, DTypeError, ShapeError, DisposedError */
export function checkPackedStep(
  x: KernelArray<"f32">,
  { wIh, wHh, bIh, bHh }: PackedRecurrentWeights,
  { batch, inputs, hidden }: StepOptions,
  gates: number,
): void {
  checkCounts({ batch, inputs, hidden });
  checkArray("x", x, "f32", batch * inputs, "batch × inputs");
  wIh.check("wIh", inputs, gates * hidden);
  wHh.check("wHh", hidden, gates * hidden);
  if (wIh.runtime !== wHh.runtime) throw new RangeError("wHh", "of the runtime of wIh", "another runtime's");
  checkWeights("", { wIh: undefined, wHh: undefined, bIh, bHh }, inputs, hidden, gates);
}

/** Whether there is no state at all: then there is nothing to read or write, for any number of steps. */
export function isStateless({ batch, hidden }: StepOptions): boolean {
  return batch === 0 || hidden === 0;
}

/** An optional f32[B, H]. @throws DTypeError, ShapeError */
export function checkState(
  name: string,
  state: KernelArray<"f32"> | undefined,
  batch: number,
  hidden: number,
): void {
  if (state !== undefined) checkArray(name, state, "f32", batch * hidden, "batch × hidden");
}

/** An f32[T, B, width · H]. @throws DTypeError, ShapeError */
export function checkSteps(
  name: string,
  array: KernelArray<"f32">,
  { steps, batch, hidden }: Sizes,
  width = 1,
): void {
  const formula = width === 1 ? "steps × batch × hidden" : `steps × batch × ${width} × hidden`;
  checkArray(name, array, "f32", steps * batch * width * hidden, formula);
}

/** @throws DTypeError, ShapeError */
export function checkGradients(
  { dx, dh0, dwIh, dwHh, dbIh, dbHh }: SequenceGradients,
  { steps, batch, inputs, hidden }: Sizes,
  gates: number,
): void {
  if (dx !== undefined) checkArray("dx", dx, "f32", steps * batch * inputs, "steps × batch × inputs");
  checkState("dh0", dh0, batch, hidden);
  checkWeights("d", { wIh: dwIh, wHh: dwHh, bIh: dbIh, bHh: dbHh }, inputs, hidden, gates);
}

function checkWeights(
  prefix: string,
  weights: { [Name in keyof RecurrentWeights]: RecurrentWeights[Name] | undefined },
  inputs: number,
  hidden: number,
  gates: number,
): void {
  const rows = gates * hidden;
  const rowsFormula = gates === 1 ? "hidden" : `${gates} × hidden`;
  const { wIh, wHh, bIh, bHh } = weights;
  if (wIh !== undefined) checkArray(`${prefix}wIh`, wIh, "f32", rows * inputs, `${rowsFormula} × inputs`);
  if (wHh !== undefined) checkArray(`${prefix}wHh`, wHh, "f32", rows * hidden, `${rowsFormula} × hidden`);
  if (bIh !== undefined) checkArray(`${prefix}bIh`, bIh, "f32", rows, rowsFormula);
  if (bHh !== undefined) checkArray(`${prefix}bHh`, bHh, "f32", rows, rowsFormula);
}
