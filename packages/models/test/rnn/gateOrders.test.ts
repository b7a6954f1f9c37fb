import { RangeError, ShapeError, UnsupportedError } from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import {
  type Cell,
  type CellWeights,
  fromKeras,
  fromOnnx,
  fromPyTorch,
  fromTensorFlow,
} from "../../src/rnn/gateOrders.js";
import { noise } from "../variants.js";

const [I, H] = [3, 4];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const x = noise(I, 1);
const h = noise(H, 2);
const c = noise(H, 3);

/** Row-major a[rows, cols] · v, or vᵀ · a for `left`. */
function product(
  a: ArrayLike<number>,
  v: ArrayLike<number>,
  rows: number,
  cols: number,
  left = false,
): number[] {
  return Array.from({ length: left ? cols : rows }, (_, out) => {
    let sum = 0;
    for (let k = 0; k < v.length; k++) sum += v[k]! * (left ? a[k * cols + out]! : a[out * cols + k]!);
    return sum;
  });
}
const gate = (values: ArrayLike<number>, g: number) =>
  Array.from({ length: H }, (_, j) => values[g * H + j]!);
const plus = (...terms: ArrayLike<number>[]) =>
  Array.from(terms[0]!, (_, j) => terms.reduce((s, t) => s + t[j]!, 0));
const times = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, j) => value * b[j]!);

/** One step by PyTorch's equations from imported weights. */
function torchStep(
  cell: Cell,
  { weightIh, weightHh, biasIh, biasHh }: CellWeights,
  resetAfter = true,
): number[] {
  const rows = biasIh.length;
  const fromX = plus(product(weightIh, x, rows, I), biasIh);
  const fromH = plus(product(weightHh, h, rows, H), biasHh);
  const both = plus(fromX, fromH);
  if (cell === "rnn") return both.map(Math.tanh);
  if (cell === "lstm") {
    const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(both, k)) as [number[], number[], number[], number[]];
    const next = plus(times(f.map(sigmoid), c), times(i.map(sigmoid), g.map(Math.tanh)));
    return times(o.map(sigmoid), next.map(Math.tanh));
  }
  const [r, z] = [gate(both, 0).map(sigmoid), gate(both, 1).map(sigmoid)];
  const inner = resetAfter
    ? times(r, gate(fromH, 2))
    : plus(product(weightHh.subarray(2 * H * H), times(r, h), H, H), gate(biasHh, 2));
  const n = plus(gate(fromX, 2), inner).map(Math.tanh);
  return n.map((value, j) => (1 - z[j]!) * value + z[j]! * h[j]!);
}

/** Gates by name from the pre-activations of another library, whose order is `names`. */
const named = (values: ArrayLike<number>, names: string) =>
  Object.fromEntries([...names].map((name, g) => [name, gate(values, g)])) as Record<string, number[]>;

function lstmOf(gates: Record<string, number[]>, candidate: string, forgetBias = 0): number[] {
  const next = plus(
    times(
      gates.f!.map((value) => sigmoid(value + forgetBias)),
      c,
    ),
    times(gates.i!.map(sigmoid), gates[candidate]!.map(Math.tanh)),
  );
  return times(gates.o!.map(sigmoid), next.map(Math.tanh));
}

const mix = (z: number[], n: number[]) => n.map((value, j) => (1 - z[j]!) * value + z[j]! * h[j]!);

function expectClose(actual: number[], expected: number[]) {
  for (const [j, value] of expected.entries()) expect(actual[j]).toBeCloseTo(value, 6);
}

describe("fromKeras", () => {
  it("reads an LSTM's columns i, f, c, o", () => {
    const [kernel, recurrentKernel, bias] = [noise(I * 4 * H, 4), noise(H * 4 * H, 5), noise(4 * H, 6)];
    const all = plus(product(kernel, x, I, 4 * H, true), product(recurrentKernel, h, H, 4 * H, true), bias);
    const weights = fromKeras({ cell: "lstm", inputs: I, hidden: H, kernel, recurrentKernel, bias });
    expectClose(torchStep("lstm", weights), lstmOf(named(all, "ifco"), "c"));
  });

  it("reads a GRU's columns z, r, h with two biases (reset_after)", () => {
    const [kernel, recurrentKernel, bias] = [noise(I * 3 * H, 7), noise(H * 3 * H, 8), noise(6 * H, 9)];
    const fromX = named(plus(product(kernel, x, I, 3 * H, true), bias.subarray(0, 3 * H)), "zrh");
    const fromH = named(plus(product(recurrentKernel, h, H, 3 * H, true), bias.subarray(3 * H)), "zrh");
    const [z, r] = [plus(fromX.z!, fromH.z!).map(sigmoid), plus(fromX.r!, fromH.r!).map(sigmoid)];
    const n = plus(fromX.h!, times(r, fromH.h!)).map(Math.tanh);
    const weights = fromKeras({ cell: "gru", inputs: I, hidden: H, kernel, recurrentKernel, bias });
    expectClose(torchStep("gru", weights), mix(z, n));
  });

  it("reads a GRU's columns with one bias (no reset_after)", () => {
    const [kernel, recurrentKernel, bias] = [noise(I * 3 * H, 10), noise(H * 3 * H, 11), noise(3 * H, 12)];
    const fromX = named(plus(product(kernel, x, I, 3 * H, true), bias), "zrh");
    const fromH = named(product(recurrentKernel, h, H, 3 * H, true), "zrh");
    const [z, r] = [plus(fromX.z!, fromH.z!).map(sigmoid), plus(fromX.r!, fromH.r!).map(sigmoid)];
    const candidate = named(product(recurrentKernel, times(r, h), H, 3 * H, true), "zrh").h!;
    const n = plus(fromX.h!, candidate).map(Math.tanh);
    const weights = fromKeras({ cell: "gru", inputs: I, hidden: H, kernel, recurrentKernel, bias });
    expectClose(torchStep("gru", weights, false), mix(z, n));
  });

  it("reads a SimpleRNN, and zeros where there is no bias", () => {
    const [kernel, recurrentKernel] = [noise(I * H, 13), noise(H * H, 14)];
    const weights = fromKeras({ cell: "rnn", inputs: I, hidden: H, kernel, recurrentKernel });
    const all = plus(product(kernel, x, I, H, true), product(recurrentKernel, h, H, H, true));
    expectClose(torchStep("rnn", weights), all.map(Math.tanh));
    expect(weights.biasIh).toEqual(new Float32Array(H));
  });
});

describe("fromOnnx", () => {
  it("reads an LSTM's rows i, o, f, c, of either direction", () => {
    const [w, r, b] = [noise(2 * 4 * H * I, 15), noise(2 * 4 * H * H, 16), noise(2 * 8 * H, 17)];
    for (const direction of [0, 1] as const) {
      const weights = fromOnnx({ cell: "lstm", inputs: I, hidden: H, w, r, b, directions: 2, direction });
      const all = plus(
        product(w.subarray(direction * 4 * H * I), x, 4 * H, I),
        product(r.subarray(direction * 4 * H * H), h, 4 * H, H),
        b.subarray(direction * 8 * H, direction * 8 * H + 4 * H),
        b.subarray(direction * 8 * H + 4 * H),
      );
      expectClose(torchStep("lstm", weights), lstmOf(named(all, "iofc"), "c"));
    }
  });

  it("reads a GRU's rows z, r, h with linear_before_reset = 1 and 0", () => {
    const [w, r, b] = [noise(3 * H * I, 18), noise(3 * H * H, 19), noise(6 * H, 20)];
    const weights = fromOnnx({ cell: "gru", inputs: I, hidden: H, w, r, b });
    const fromX = named(plus(product(w, x, 3 * H, I), b.subarray(0, 3 * H)), "zrh");
    const fromH = named(plus(product(r, h, 3 * H, H), b.subarray(3 * H)), "zrh");
    const [z, reset] = [plus(fromX.z!, fromH.z!).map(sigmoid), plus(fromX.r!, fromH.r!).map(sigmoid)];
    const after = plus(fromX.h!, times(reset, fromH.h!)).map(Math.tanh);
    expectClose(torchStep("gru", weights), mix(z, after));
    const product0 = product(r.subarray(2 * H * H), times(reset, h), H, H);
    const before = plus(fromX.h!, product0, gate(b.subarray(3 * H), 2)).map(Math.tanh);
    expectClose(torchStep("gru", weights, false), mix(z, before));
  });

  it("refuses peepholes, unless all are zero", () => {
    const sizes = {
      cell: "lstm",
      inputs: I,
      hidden: H,
      w: noise(4 * H * I, 1),
      r: noise(4 * H * H, 2),
    } as const;
    expect(() => fromOnnx({ ...sizes, p: noise(3 * H, 3) })).toThrow(UnsupportedError);
    expect(fromOnnx({ ...sizes, p: new Float32Array(3 * H) }).biasHh).toEqual(new Float32Array(4 * H));
    expect(() => fromOnnx({ ...sizes, direction: 1 })).toThrow(RangeError);
  });
});

describe("fromTensorFlow", () => {
  it("reads an LSTM's columns i, j, f, o of the joint kernel, and the forget bias added at run time", () => {
    const [kernel, bias] = [noise((I + H) * 4 * H, 21), noise(4 * H, 22)];
    const all = plus(product(kernel, [...x, ...h], I + H, 4 * H, true), bias);
    for (const forgetBias of [1, 0]) {
      const weights = fromTensorFlow({ inputs: I, hidden: H, kernel, bias, forgetBias });
      expectClose(torchStep("lstm", weights), lstmOf(named(all, "ijfo"), "j", forgetBias));
    }
    expect(fromTensorFlow({ inputs: I, hidden: H, kernel, bias })).toEqual(
      fromTensorFlow({ inputs: I, hidden: H, kernel, bias, forgetBias: 1 }),
    );
  });
});

describe("fromPyTorch", () => {
  it("copies, and fills in zeros for no bias", () => {
    const [weightIh, weightHh] = [noise(3 * H * I, 23), noise(3 * H * H, 24)];
    const weights = fromPyTorch({ cell: "gru", inputs: I, hidden: H, weightIh, weightHh });
    expect(weights).toEqual({
      weightIh,
      weightHh,
      biasIh: new Float32Array(3 * H),
      biasHh: new Float32Array(3 * H),
    });
    expect(weights.weightIh).not.toBe(weightIh);
  });

  it("names the array that does not fit", () => {
    const [weightIh, weightHh] = [noise(3 * H * I, 25), noise(3 * H * H, 26)];
    const sizes = { cell: "gru", inputs: I, hidden: H } as const;
    expect(() => fromPyTorch({ ...sizes, weightIh: weightHh, weightHh })).toThrow(ShapeError);
    expect(() => fromPyTorch({ ...sizes, weightIh, weightHh, biasHh: [1] })).toThrow(
      "biasHh: expected 12 elements [12]",
    );
    expect(() => fromKeras({ ...sizes, kernel: [], recurrentKernel: [] })).toThrow(
      "kernel: expected 36 elements",
    );
    expect(() => fromOnnx({ ...sizes, w: weightIh, r: weightHh, b: [] })).toThrow(ShapeError);
    expect(() => fromTensorFlow({ inputs: I, hidden: H, kernel: [], bias: [] })).toThrow(ShapeError);
    expect(() => fromPyTorch({ ...sizes, cell: "qrnn" as Cell, weightIh, weightHh })).toThrow(RangeError);
    expect(() => fromPyTorch({ ...sizes, hidden: 0, weightIh, weightHh })).toThrow(RangeError);
  });
});
