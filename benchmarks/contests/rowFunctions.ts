import {
  activationInto,
  addInto,
  type KernelArray,
  layerNormInto,
  type Runtime,
  softmaxInto,
} from "@lanewise/core-wasm";
import { normalCdf } from "@lanewise/core-wasm/reference";
import type { Comparison } from "../harness.ts";
import type { Prepared, RowFunction } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { cols, rowFunctions, rowFunctionTitle, rows } from "./titles.ts";

const epsilon = 1e-5;

type Array32 = KernelArray<"f32">;

/** What is called for each function: arrays of the runtime stay, typed arrays are copied. */
function callOf(runtime: Runtime, kind: RowFunction): (out: Array32, x: Array32, y: Array32) => void {
  switch (kind) {
    case "softmax":
      return (out, x) => softmaxInto(out, x, { rows, cols, runtime });
    case "exp":
      return (out, x) => activationInto(out, x, { kind: "exp", runtime });
    case "gelu":
      return (out, x) => activationInto(out, x, { kind: "geluErf", runtime });
    case "add":
      return (out, x, y) => addInto(out, x, y, { runtime });
    case "layerNorm": {
      const [gamma, beta] = [runtime.heap.alloc("f32", cols), runtime.heap.alloc("f32", cols)];
      gamma.view.fill(1);
      return (out, x) => layerNormInto(out, x, { rows, cols, gamma, beta, eps: epsilon, runtime });
    }
  }
}

function ours(runtime: Runtime, kind: RowFunction, x: Float32Array, y: Float32Array): Prepared[] {
  const call = callOf(runtime, kind);
  const { heap } = runtime;
  const [out, xIn, yIn] = [heap.alloc("f32", x.length), heap.from("f32", x), heap.from("f32", y)];
  const copied = new Float32Array(x.length);
  return [
    {
      copies: false,
      run: () => call(out, xIn, yIn),
      output() {
        call(out, xIn, yIn);
        return out.view;
      },
      dispose() {
        for (const array of [out, xIn, yIn]) heap.free(array);
      },
    },
    {
      copies: true,
      run: () => call(copied, x, y),
      output() {
        call(copied, x, y);
        return copied;
      },
    },
  ];
}

/** An element in float64. */
function expected(kind: RowFunction, x: Float32Array, y: Float32Array, index: number): number {
  const value = x[index]!;
  const row = x.subarray(index - (index % cols), index - (index % cols) + cols);
  switch (kind) {
    case "exp":
      return Math.exp(value);
    case "add":
      return value + y[index]!;
    case "gelu":
      return value * normalCdf(value);
    case "softmax":
      return Math.exp(value) / row.reduce((sum, other) => sum + Math.exp(other), 0);
    case "layerNorm": {
      const mean = row.reduce((sum, other) => sum + other, 0) / cols;
      const variance = row.reduce((sum, other) => sum + (other - mean) ** 2, 0) / cols;
      return (value - mean) / Math.sqrt(variance + epsilon);
    }
  }
}

export async function* rowFunctionContest(setting: Setting): AsyncGenerator<Comparison> {
  const [x, y] = [values(rows * cols, 1, 4), values(rows * cols, 2)];
  for (const kind of rowFunctions) {
    yield await comparisonOf(
      {
        title: rowFunctionTitle(kind),
        work: { amount: x.length, unit: "elements" },
        tolerance: kind === "exp" ? 1e-4 : 1e-5,
        expected: (index) => expected(kind, x, y, index),
        ours: (runtime) => ours(runtime, kind, x, y),
        peer: (peer) => peer.rowFunction?.(kind, kind === "add" ? [x, y] : [x], rows, cols),
      },
      setting,
    );
  }
}
