import {
  defaultRuntime,
  type KernelArray,
  matmulInto,
  type SequenceGradients,
  type SequenceInputs,
  type SequenceOptions,
  type StepOptions,
  type WasmArray,
} from "@lanewise/core-wasm";
import type { Comparison } from "./harness.ts";

/** The sizes of every comparison here. */
export const inputs = 64;
export const hidden = 128;

/** f32 arrays that a sequence writes and its backward reads; a cell uses those it has. */
type Saved = Record<"hs" | "cs" | "gates" | "inner", WasmArray<"f32">>;

/** A layer's weights for the contenders of one step, with one bias. */
export interface Weights<A extends KernelArray<"f32">> {
  wIh: A;
  wHh: A;
  bIh: A;
}

/** A recurrent cell, so that one set of comparisons fits all. */
export interface Cell {
  name: string;
  /** How many blocks of H rows the weights have. */
  gates: number;
  /** What a step carries: [h], or [h, c]. */
  states: number;
  /** One step of a batch in plain JavaScript, in place. */
  plainStep: (states: Float32Array[], x: Float32Array, weights: Weights<Float32Array>) => void;
  step: (
    states: KernelArray<"f32">[],
    x: KernelArray<"f32">,
    weights: Weights<KernelArray<"f32">>,
    sizes: StepOptions,
  ) => void;
  forward: (saved: Saved, given: SequenceInputs, sizes: SequenceOptions) => void;
  backward: (
    gradients: SequenceGradients,
    given: SequenceInputs & Saved & { dhs: WasmArray<"f32"> },
    sizes: SequenceOptions,
  ) => void;
}

export function recurrentComparisons(cell: Cell): Comparison[] {
  return [oneStep(cell, 1), oneStep(cell, 32), sequence(cell, 64, 32)];
}

/** Row `row` of a matrix of `width` columns times the values from `from` on, in the obvious way. */
export function project(
  weights: Float32Array,
  row: number,
  values: Float32Array,
  from: number,
  width: number,
): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += weights[row * width + i]! * values[from + i]!;
  return sum;
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function values(length: number, seed: number): Float32Array<ArrayBuffer> {
  const scale = 1 / Math.sqrt(hidden);
  return Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + seed));
}

function resident(array: Float32Array): WasmArray<"f32"> {
  return defaultRuntime().heap.from("f32", array);
}

/** Floating-point operations of the products; the cells themselves are small beside them. */
function work({ gates }: Cell, rows: number): number {
  return 2 * rows * gates * hidden * (inputs + hidden);
}

function weightsOf({ gates }: Cell): Weights<Float32Array> {
  const rows = gates * hidden;
  return { wIh: values(rows * inputs, 1), wHh: values(rows * hidden, 2), bIh: values(rows, 3) };
}

function residentWeights({ wIh, wHh, bIh }: Weights<Float32Array>): Weights<WasmArray<"f32">> {
  return { wIh: resident(wIh), wHh: resident(wHh), bIh: resident(bIh) };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    const close = Math.abs(actual[i]! - expected[i]!) <= 1e-5;
    if (!close) throw new Error(`state ${i}: ${actual[i]} for ${expected[i]}`);
  }
}

function oneStep(cell: Cell, batch: number): Comparison {
  const sizes = { batch, inputs, hidden };
  const plain = weightsOf(cell);
  const weights = residentWeights(plain);
  const x = values(batch * inputs, 4);
  const xWasm = resident(x);
  const start = (): Float32Array[] =>
    Array.from({ length: cell.states }, (_, i) => values(batch * hidden, 5 + i));
  const states = start().map(resident);
  const copied = start();
  const looped = start();
  const contenders = [
    { name: "lanewise, resident", run: () => cell.step(states, xWasm, weights, sizes) },
    { name: "lanewise, with copies", run: () => cell.step(copied, x, plain, sizes) },
    { name: "JavaScript, loops", run: () => cell.plainStep(looped, x, plain) },
  ];
  return {
    title: `${cell.name}, one step, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(cell, batch), unit: "flop" },
    contenders,
    verify() {
      for (const { run } of contenders) run();
      for (const [i, expected] of looped.entries()) {
        expectClose(states[i]!.view, expected);
        expectClose(copied[i]!, expected);
      }
    },
  };
}

/** Forward and backward of a training sequence, beside the bare products it cannot do without. */
function sequence(cell: Cell, steps: number, batch: number): Comparison {
  const sizes = { steps, batch, inputs, hidden };
  const rows = steps * batch;
  const width = cell.gates * hidden;
  const plain = weightsOf(cell);
  const x = values(rows * inputs, 4);
  const given = { x: resident(x), ...residentWeights(plain) };
  const zeros = (length: number): WasmArray<"f32"> => defaultRuntime().heap.alloc("f32", length);
  const saved = {
    hs: zeros(rows * hidden),
    cs: zeros(rows * hidden),
    gates: zeros(rows * width),
    inner: zeros(rows * hidden),
  };
  const dhs = resident(values(rows * hidden, 6));
  const gradients = {
    dx: zeros(rows * inputs),
    dwIh: zeros(width * inputs),
    dwHh: zeros(width * hidden),
    dbIh: zeros(width),
  };
  const products = zeros(rows * width);
  const forward = (): void => cell.forward(saved, given, sizes);
  const shape = { m: rows, n: width, transposeB: true };
  return {
    title: `${cell.name}, sequence, T=${steps}, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(cell, rows), unit: "flop forward" },
    contenders: [
      { name: "forward", run: forward },
      {
        name: "the same products alone",
        run() {
          matmulInto(products, given.x, given.wIh, { ...shape, k: inputs });
          matmulInto(products, saved.hs, given.wHh, { ...shape, k: hidden, accumulate: true });
        },
      },
      {
        name: "forward and backward (3 × the flops)",
        run() {
          forward();
          cell.backward(gradients, { ...given, ...saved, dhs }, sizes);
        },
      },
    ],
    verify() {
      forward();
      const states = Array.from({ length: cell.states }, () => new Float32Array(batch * hidden));
      const stepLength = batch * inputs;
      for (let t = 0; t < steps; t++) {
        cell.plainStep(states, x.subarray(t * stepLength, (t + 1) * stepLength), plain);
      }
      expectClose(saved.hs.view.subarray((steps - 1) * batch * hidden), states[0]!);
    },
  };
}
