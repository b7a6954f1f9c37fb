import {
  gruForwardInto,
  gruStepInto,
  lstmForwardInto,
  lstmStepInto,
  rnnForwardInto,
  rnnStepInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";
import type { Cell } from "./gateOrders.js";

type Floats = WasmArray<"f32">;

/** T, B, I, H */
export interface SequenceSizes {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
}

/** The parameters of one layer in one direction. */
export interface LayerWeights {
  /** f32[G·H, I] */
  readonly weightIh: Parameter;
  /** f32[G·H, H] */
  readonly weightHh: Parameter;
  /** f32[G·H] */
  readonly biasIh: Parameter | undefined;
  /** f32[G·H] */
  readonly biasHh: Parameter | undefined;
}

/** A layer's weights by the kernels' names. */
export function kernelWeights({ weightIh, weightHh, biasIh, biasHh }: LayerWeights): {
  wIh: Floats;
  wHh: Floats;
  bIh: Floats | undefined;
  bHh: Floats | undefined;
} {
  return { wIh: weightIh.array, wHh: weightHh.array, bIh: biasIh?.array, bHh: biasHh?.array };
}

/** What a sequence reads. */
export interface SequenceReads {
  /** f32[T, B, I] */
  readonly x: Floats;
  /** f32[B, H] */
  readonly h0: Floats;
  /** f32[B, H]; LSTMs only */
  readonly c0: Floats | undefined;
  readonly weights: LayerWeights;
}

/** A sequence forward, nothing kept for a backward. `hs`, and `cs` for an LSTM: f32[T, B, H] */
export function readSequence(
  cell: Cell,
  { hs, cs }: { hs: Floats; cs: Floats | undefined },
  { x, h0, c0, weights }: SequenceReads,
  sizes: SequenceSizes,
): void {
  const inputs = { x, h0, ...kernelWeights(weights) };
  if (cell === "lstm") lstmForwardInto({ hs, cs }, { ...inputs, c0 }, sizes);
  else if (cell === "gru") gruForwardInto({ hs }, inputs, sizes);
  else rnnForwardInto({ hs }, inputs, sizes);
}

/** One step in place: h (and c) ← cell(x, h, c). */
export function readStep(cell: Cell, { x, h0, c0, weights }: SequenceReads, sizes: SequenceSizes): void {
  const own = kernelWeights(weights);
  if (cell === "lstm") lstmStepInto(h0, c0!, x, own, sizes);
  else if (cell === "gru") gruStepInto(h0, x, own, sizes);
  else rnnStepInto(h0, x, own, sizes);
}
