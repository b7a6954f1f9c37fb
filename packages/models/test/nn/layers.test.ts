import { DisposedError, RandomStream, RangeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { collectParameters, disposeParameters, Dropout, Embedding, Linear } from "../../src/nn/index.js";
import { assertGradients, sum } from "../../src/tensor/index.js";
import { onTape } from "../onTape.js";
import { describeVariants, noise, noisy } from "../variants.js";

const init = (seed = 1): RandomStream => new RandomStream({ seed });

describeVariants("Linear", (runtime) => {
  it("starts uniform in ±1/√inputs", () => {
    const layer = new Linear(runtime, { inputs: 64, outputs: 50 }, init());
    expect([...layer.parameters()].map(([name, { shape }]) => [name, shape])).toEqual([
      ["weight", [50, 64]],
      ["bias", [50]],
    ]);
    for (const [name, parameter] of layer.parameters()) {
      const values = parameter.toArray();
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
      const variance = values.reduce((all, value) => all + value ** 2, 0) / values.length;
      expect(variance * 3 * 64).toBeGreaterThan(name === "bias" ? 0.6 : 0.95);
      expect(variance * 3 * 64).toBeLessThan(name === "bias" ? 1.4 : 1.05);
    }
    disposeParameters(layer.parameters());
  });

  it("draws the same from the same stream, and goes on with it", () => {
    const [first, again, stream] = [init(), init(), init()];
    const layers = [first, again, stream, stream].map(
      (s) => new Linear(runtime, { inputs: 3, outputs: 2 }, s),
    );
    const weights = layers.map(({ weight }) => [...weight.toArray()]);
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
    expect(weights[3]).not.toEqual(weights[0]);
    for (const layer of layers) disposeParameters(layer.parameters());
  });

  it("has the gradients of its parameters", () => {
    const layer = new Linear(runtime, { inputs: 4, outputs: 3 }, init());
    const { weight, bias } = layer;
    const inputs = { x: noisy([2, 5, 4], 1), weight, bias: bias! };
    assertGradients((tape, { x }) => layer.forward(tape, x), inputs, {
      reference: ({ x, weight, bias }) =>
        Float64Array.from({ length: 30 }, (_, i) => {
          const [row, output] = [Math.floor(i / 3), i % 3];
          return (
            bias[output]! +
            [0, 1, 2, 3].reduce((all, k) => all + x[4 * row + k]! * weight[4 * output + k]!, 0)
          );
        }),
    });
    disposeParameters(layer.parameters());
  });

  it("does without a bias, and refuses sizes of nothing", () => {
    const layer = new Linear(runtime, { inputs: 4, outputs: 3, bias: false }, init());
    expect([...layer.parameters().keys()]).toEqual(["weight"]);
    onTape(runtime, (tape) => {
      expect([...layer.forward(tape, tape.input([0, 0, 0, 0], [4])).toArray()]).toEqual([0, 0, 0]);
    });
    disposeParameters(layer.parameters());
    const { bytesInUse } = runtime.heap;
    expect(() => new Linear(runtime, { inputs: 0, outputs: 3 }, init())).toThrow(RangeError);
    expect(() => new Linear(runtime, { inputs: 1, outputs: 1.5 }, init())).toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(bytesInUse);
  });
});

describeVariants("Embedding", (runtime) => {
  it("starts standard normal, and has the gradient of its table", () => {
    const layer = new Embedding(runtime, { vocabulary: 50, dim: 40 }, init());
    const values = layer.weight.toArray();
    const mean = values.reduce((all, value) => all + value, 0) / 2000;
    const variance = values.reduce((all, value) => all + (value - mean) ** 2, 0) / 2000;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(2000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000));
    const ids = [3, 7, 3];
    assertGradients(
      (tape) => layer.forward(tape, ids),
      { weight: layer.weight },
      {
        reference: ({ weight }) => ids.flatMap((id) => [...weight.subarray(40 * id, 40 * id + 40)]),
        samples: 500,
      },
    );
    onTape(runtime, (tape) => expect(layer.forward(tape, ids, { shape: [1, 3] }).shape).toEqual([1, 3, 40]));
    expect([...layer.parameters().keys()]).toEqual(["weight"]);
    disposeParameters(layer.parameters());
    disposeParameters(layer.parameters());
    expect(() => layer.weight.toArray()).toThrow(DisposedError);
    expect(() => new Embedding(runtime, { vocabulary: 0, dim: 1 }, init())).toThrow(RangeError);
    expect(() => new Embedding(runtime, { vocabulary: 1, dim: 0 }, init())).toThrow(RangeError);
  });
});

describeVariants("Dropout", (runtime) => {
  it("drops while the tape records, and not inside noGrad", () => {
    const layer = new Dropout({ p: 0.5, stream: init() });
    onTape(runtime, (tape) => {
      const x = tape.input(noise(64, 1), [64], { requiresGrad: true });
      const y = layer.forward(tape, x);
      tape.backward(sum(tape, y));
      const dropped = [...y.toArray()].map((value) => value === 0);
      expect(dropped).toContain(true);
      expect([...x.grad!.toArray()]).toEqual(dropped.map((zero) => (zero ? 0 : 2)));
      const { offset } = layer.stream;
      expect(tape.noGrad(() => layer.forward(tape, x))).toBe(x);
      expect(layer.stream.offset).toBe(offset);
    });
    expect(layer.parameters().size).toBe(0);
    expect(() => new Dropout({ p: 2, stream: init() })).toThrow(RangeError);
  });
});

describeVariants("collectParameters", (runtime) => {
  it("names parameters by their way to them", () => {
    const head = new Linear(runtime, { inputs: 1, outputs: 1 }, init());
    const embedding = new Embedding(runtime, { vocabulary: 2, dim: 1 }, init());
    const all = collectParameters({ embedding, head });
    expect([...all.keys()]).toEqual(["embedding.weight", "head.weight", "head.bias"]);
    expect(all.get("head.bias")).toBe(head.bias);
    disposeParameters(all);
  });
});
