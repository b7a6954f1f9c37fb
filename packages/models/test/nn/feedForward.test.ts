import { RandomStream, RangeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { disposeParameters, FeedForward, type HiddenActivation } from "../../src/nn/index.js";
import { activation, assertGradients, linear, relu, type Tensor } from "../../src/tensor/index.js";
import { onTape } from "../onTape.js";
import { describeVariants, noise, noisy } from "../variants.js";

const init = (seed = 1): RandomStream => new RandomStream({ seed });

const exact: Partial<Record<HiddenActivation, (x: number) => number>> = {
  identity: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
};

/** The same network in float64, from its weights in order. */
function plainly(
  x: Float64Array,
  weights: readonly Float64Array[],
  widths: readonly number[],
  f: (x: number) => number,
) {
  let h = x;
  for (let layer = 0; layer < widths.length - 1; layer++) {
    const [n, m] = [widths[layer]!, widths[layer + 1]!];
    const [w, b] = [weights[2 * layer]!, weights[2 * layer + 1]!];
    const out = new Float64Array((h.length / n) * m);
    for (let i = 0; i < out.length; i++) {
      const [row, j] = [Math.floor(i / m), i % m];
      let sum = b[j]!;
      for (let p = 0; p < n; p++) sum += h[row * n + p]! * w[j * n + p]!;
      out[i] = layer < widths.length - 2 ? f(sum) : sum;
    }
    h = out;
  }
  return h;
}

describeVariants("FeedForward", (runtime) => {
  for (const [name, f] of Object.entries(exact)) {
    it(`has the values and the gradients of its float64 reference: ${name}`, () => {
      const widths = [3, 6, 5, 2];
      const network = new FeedForward(
        runtime,
        {
          inputs: 3,
          hidden: [6, 5],
          outputs: 2,
          activation: name as HiddenActivation,
          alpha: 0.2,
          initializer: "heNormal",
        },
        init(11),
      );
      const parameters = network.parameters();
      [...parameters.values()].forEach(({ shape, array }, i) => {
        if (shape.length === 1) array.set(noise(array.length, i, 0.3));
      });
      const inputs = { x: noisy([7, 3], 1), ...Object.fromEntries(parameters) };
      assertGradients((tape, { x }) => network.forward(tape, x), inputs, {
        reference: ({ x, ...weights }) => plainly(x, Object.values(weights), widths, f),
      });
      disposeParameters(parameters);
    });
  }

  it("names its parameters as a PyTorch ModuleList does", () => {
    const network = new FeedForward(runtime, { inputs: 3, hidden: [4], outputs: 2 }, init());
    expect([...network.parameters()].map(([name, { shape }]) => [name, shape])).toEqual([
      ["layers.0.weight", [4, 3]],
      ["layers.0.bias", [4]],
      ["layers.1.weight", [2, 4]],
      ["layers.1.bias", [2]],
    ]);
    disposeParameters(network.parameters());
  });

  it("drops in hidden layers alone, and only with a stream, and while the tape records", () => {
    const network = new FeedForward(
      runtime,
      { inputs: 40, hidden: [400, 300], outputs: 200, activation: "identity", dropout: 0.25 },
      init(),
    );
    onTape(runtime, (tape) => {
      const x = tape.input(noise(40, 5), [1, 40]);
      const zeros = (layers: Tensor[]): number[] =>
        layers.map((layer) => layer.toArray().filter((value) => value === 0).length / layer.size);
      expect(zeros(network.forwardLayers(tape, x))).toEqual([0, 0, 0]);
      const random = new RandomStream({ seed: 4, runtime });
      expect(zeros(tape.noGrad(() => network.forwardLayers(tape, x, { random })))).toEqual([0, 0, 0]);
      expect(random.offset).toBe(0);
      const [first, second, last] = zeros(network.forwardLayers(tape, x, { random }));
      expect(first).toBeGreaterThan(0.18);
      expect(first).toBeLessThan(0.32);
      expect(second).toBeGreaterThan(0.18);
      expect(second).toBeLessThan(0.32);
      expect(last).toBe(0);
    });
    disposeParameters(network.parameters());
  });

  it("refuses widths and probabilities that are none", () => {
    for (const options of [
      { hidden: [0] },
      { hidden: [1.5] },
      { outputs: 0 },
      { inputs: -1 },
      { dropout: 1.1 },
    ]) {
      expect(() => new FeedForward(runtime, { inputs: 2, outputs: 2, ...options }, init())).toThrow(
        RangeError,
      );
    }
  });
});

describeVariants("linear with an activation", (runtime) => {
  it("gives the bits of the operations one after the other, forward and backward", () => {
    const [rows, inputs, outputs] = [9, 17, 13];
    const bits = (fused: boolean, kind: "relu" | "tanh"): number[][] =>
      onTape(runtime, (tape) => {
        const [x, w, b] = [
          tape.input(noise(rows * inputs, 1), [rows, inputs], { requiresGrad: true }),
          tape.input(noise(outputs * inputs, 2), [outputs, inputs], { requiresGrad: true }),
          tape.input(noise(outputs, 3), [outputs], { requiresGrad: true }),
        ];
        const sums = fused ? undefined : linear(tape, x, w, b);
        const y = sums
          ? kind === "relu"
            ? relu(tape, sums)
            : activation(tape, sums, kind)
          : linear(tape, x, w, b, { activation: kind });
        const out = [...y.toArray()];
        tape.backward(y, noise(rows * outputs, 4));
        return [out, ...[x, w, b].map(({ grad }) => [...grad!.toArray()])];
      });
    for (const kind of ["relu", "tanh"] as const) expect(bits(true, kind)).toEqual(bits(false, kind));
    expect(bits(true, "relu")[0]!.some((value) => value === 0)).toBe(true);
  });

  it("refuses an activation that is none", () => {
    onTape(runtime, (tape) => {
      const [x, w] = [tape.empty([2, 3]), tape.empty([4, 3])];
      expect(() => linear(tape, x, w, undefined, { activation: "step" as "relu" })).toThrow(RangeError);
    });
  });
});
