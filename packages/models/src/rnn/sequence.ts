import {
  gruBackwardInto,
  gruForwardInto,
  lstmBackwardInto,
  lstmForwardInto,
  rnnBackwardInto,
  rnnForwardInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { type Tape, Tensor } from "../tensor/index.js";
import { kernelWeights, type LayerWeights } from "./cellKernels.js";
import type { Cell } from "./gateOrders.js";

type Floats = WasmArray<"f32">;

/** Where a sequence begins: zeros for what is left out. */
export interface InitialState {
  /** f32[B, H] */
  readonly h: Tensor | undefined;
  /** f32[B, H]; LSTMs only */
  readonly c: Tensor | undefined;
}

export interface SequenceOptions {
  readonly cell: Cell;
  /** Of an RNN. */
  readonly nonlinearity: "tanh" | "relu";
  /** Of a GRU. */
  readonly resetAfter: boolean;
  /** Read from the last step to the first. */
  readonly reverse: boolean;
  /** u8[T, B]: 0 where a step copies the state. */
  readonly mask: WasmArray<"u8"> | undefined;
}

export interface SequenceRun {
  /** h at every step: f32[T, B, H] */
  readonly output: Tensor;
  /** h after the last step: f32[B, H] */
  readonly h: Tensor;
  /** c after the last step: f32[B, H]; LSTMs only */
  readonly c: Tensor | undefined;
}

/** Where the gradients of a sequence go. */
interface Gradients {
  dx: Floats | undefined;
  dh0: Floats | undefined;
  dwIh: Floats | undefined;
  dwHh: Floats | undefined;
  dbIh: Floats | undefined;
  dbHh: Floats | undefined;
}

/** The gradients that come in, of `output`, `h` and `c`. */
interface Above {
  dhs: Floats | undefined;
  dhT: Floats | undefined;
  dcT: Floats | undefined;
}

/**
 * A layer in one direction over a whole sequence: one call of a fused kernel forward, one backward.
 *
 * @param x f32[T, B, I]; with T = 0 the final state is the initial one
 */
export function recurrentSequence(
  tape: Tape,
  x: Tensor,
  from: InitialState,
  weights: LayerWeights,
  options: SequenceOptions,
): SequenceRun {
  const { cell, nonlinearity, resetAfter, reverse, mask } = options;
  const [steps, batch, inputs] = x.shape as [number, number, number];
  const hidden = weights.weightHh.shape[1]!;
  if (steps === 0) return emptyRun(tape, cell, from, [batch, hidden]);
  const sizes = { steps, batch, inputs, hidden, reverse };
  const given = { x: x.array, h0: from.h?.array, mask, ...kernelWeights(weights) };
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const wanted = [x, from.h, from.c, weightIh, weightHh, biasIh, biasHh];
  const keeps = tape.tracks(...wanted);
  const saved = (width: number): Floats | undefined =>
    keeps ? tape.scratch(width * steps * batch * hidden) : undefined;
  const output = tape.empty([steps, batch, hidden]);
  const hs = output.array;
  const last = (all: Tensor): Tensor => {
    const at = (reverse ? 0 : steps - 1) * batch * hidden;
    return new Tensor(all.array.subarray(at, at + batch * hidden), [batch, hidden]);
  };
  let c: Tensor | undefined;
  let backward: (gradients: Gradients, above: Above) => void;
  if (cell === "lstm") {
    const all = tape.empty([steps, batch, hidden]);
    const [cs, gates] = [all.array, saved(4)];
    const start = { ...given, c0: from.c?.array };
    c = last(all);
    lstmForwardInto({ hs, cs, gates }, start, sizes);
    backward = (gradients, above) =>
      lstmBackwardInto(
        { ...gradients, dc0: tape.gradOf(from.c) },
        { ...start, ...above, hs, cs, gates: gates! },
        sizes,
      );
  } else if (cell === "gru") {
    const [gates, inner] = [saved(3), saved(1)];
    const form = { ...sizes, resetAfter };
    gruForwardInto({ hs, gates, inner }, given, form);
    backward = (gradients, { dhs, dhT }) =>
      gruBackwardInto(gradients, { ...given, dhs, dhT, hs, gates: gates!, inner: inner! }, form);
  } else {
    const form = { ...sizes, nonlinearity };
    rnnForwardInto({ hs }, given, form);
    backward = (gradients, { dhs, dhT }) => rnnBackwardInto(gradients, { ...given, dhs, dhT, hs }, form);
  }
  const h = last(output);
  tape.recordAll(c ? [output, h, c] : [output, h], wanted, ([dhs, dhT, dcT]) =>
    backward(
      {
        dx: tape.gradOf(x),
        dh0: tape.gradOf(from.h),
        dwIh: tape.gradOf(weightIh),
        dwHh: tape.gradOf(weightHh),
        dbIh: tape.gradOf(biasIh),
        dbHh: tape.gradOf(biasHh),
      },
      { dhs, dhT, dcT },
    ),
  );
  return { output, h, c };
}

function emptyRun(tape: Tape, cell: Cell, from: InitialState, shape: readonly [number, number]): SequenceRun {
  const zeros = (): Tensor => tape.input(new Float32Array(shape[0] * shape[1]), shape);
  return {
    output: tape.empty([0, ...shape]),
    h: from.h ?? zeros(),
    c: cell === "lstm" ? (from.c ?? zeros()) : undefined,
  };
}
