import { RandomStream, RangeError, ShapeError } from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import {
  Adaline,
  type AdalineEvent,
  type AdalineFitOptions,
  Perceptron,
} from "../../src/perceptron/index.js";

async function learn(
  adaline: Adaline,
  x: ArrayLike<number>,
  targets: ArrayLike<number>,
  options?: AdalineFitOptions,
): Promise<AdalineEvent[]> {
  const events: AdalineEvent[] = [];
  for await (const event of adaline.fit(x, targets, options)) events.push(event);
  return events;
}

describe("Adaline", () => {
  it("finds the least squares: y = 2 − 3 x₁ + ½ x₂ and noise, by the normal equations", async () => {
    const random = new RandomStream({ seed: 3 });
    const n = 200;
    const x = new Float64Array(2 * n);
    const noise = new Float64Array(n);
    random.normalInto(x);
    random.normalInto(noise, { std: 0.3 });
    const y = Float64Array.from(noise, (error, i) => 2 - 3 * x[2 * i]! + 0.5 * x[2 * i + 1]! + error);
    const adaline = new Adaline({ inputs: 2 });
    const events = await learn(adaline, x, y, { epochs: 2000, learningRate: 0.3, batch: n });
    const solution = leastSquares(x, y);
    const { weights, bias } = adaline.neuron;
    [...weights, bias].forEach((value, i) => expect(value).toBeCloseTo(solution[i]!, 10));
    expect(events).toHaveLength(2000);
    const errors = y.map((target, i) => (target - adaline.predict(x)[i]!) ** 2);
    expect(events.at(-1)!.meanSquaredError).toBeCloseTo(errors.reduce((a, b) => a + b) / n, 12);
    for (let i = 1; i < 20; i++)
      expect(events[i]!.meanSquaredError).toBeLessThan(events[i - 1]!.meanSquaredError);
  });

  it("takes the rule's step, a sample at a time or several at once", async () => {
    const online = new Adaline({ inputs: 1 });
    await learn(online, [1, 2], [1, 0], { epochs: 1, learningRate: 0.5 });
    // After the first: w = b = ½. For the second the sum is 1.5: w = ½ − 1.5, b = ½ − 0.75.
    expect([online.neuron.weights[0], online.neuron.bias]).toEqual([-1, -0.25]);
    const batch = new Adaline({ inputs: 1 });
    await learn(batch, [1, 2], [1, 0], { epochs: 1, learningRate: 0.5, batch: 2 });
    expect([batch.neuron.weights[0], batch.neuron.bias]).toEqual([0.25, 0.25]);
  });

  it("is no perceptron: a far sample of the right class pulls its line over one that a perceptron gets right", async () => {
    const x = [-1, -0.5, 0.5, 100];
    const labels = [-1, -1, 1, 1];
    const adaline = new Adaline({ inputs: 1 });
    await learn(adaline, x, labels, { epochs: 20_000, learningRate: 3e-4, batch: 4 });
    const perceptron = new Perceptron({ inputs: 1 });
    for await (const _ of perceptron.fit(x, labels));
    expect([...perceptron.neuron.predict(x)]).toEqual([0, 0, 1, 1]);
    expect([...adaline.neuron.predict(x)]).not.toEqual([0, 0, 1, 1]);
  });

  it("ends at the tolerance", async () => {
    const events = await learn(new Adaline({ inputs: 1 }), [0, 1, 2], [0, 1, 2], {
      epochs: 10_000,
      learningRate: 0.1,
      tolerance: 1e-9,
    });
    expect(events.length).toBeLessThan(10_000);
    expect(events.map(({ converged }) => converged).indexOf(true)).toBe(events.length - 1);
  });

  it("shuffles by its seed", async () => {
    const x = Float64Array.from({ length: 30 }, (_, i) => (i % 7) / 7);
    const run = async (seed?: number): Promise<number> => {
      const adaline = new Adaline({ inputs: 1 });
      await learn(adaline, x, x, { epochs: 3, learningRate: 0.3, seed });
      return adaline.neuron.weights[0]!;
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
    expect(await run(1)).not.toBe(await run());
  });

  it("refuses what makes no sense, and says so when the rate is too high", async () => {
    const adaline = new Adaline({ inputs: 1 });
    await expect(adaline.fit([1], [NaN]).next()).rejects.toThrow(RangeError);
    await expect(adaline.fit([1, 2], [1]).next()).rejects.toThrow(ShapeError);
    await expect(adaline.fit([1], [1], { batch: 0 }).next()).rejects.toThrow(RangeError);
    await expect(adaline.fit([1], [1], { tolerance: -1 }).next()).rejects.toThrow(RangeError);
    expect(() => adaline.predict([])).not.toThrow();
    expect(() => new Adaline({ inputs: 2 }).predict([1])).toThrow(ShapeError);
    await expect(learn(adaline, [100, 200], [1, 2], { epochs: 1000, learningRate: 1 })).rejects.toThrow(
      new RangeError("learningRate", "a rate at which the weights stay finite", 1),
    );
    expect(Number.isFinite(adaline.neuron.weights[0]!)).toBe(true);
  });
});

/** The solution of the normal equations for two inputs and a constant, by Cramer's rule. */
function leastSquares(x: Float64Array, y: Float64Array): number[] {
  const rows = Array.from(y, (target, i) => [x[2 * i]!, x[2 * i + 1]!, 1, target]);
  const sums = [0, 1, 2].map((i) =>
    [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const determinant = (columns: number[]): number => {
    const m = (i: number, j: number): number => sums[i]![columns[j]!]!;
    return (
      m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) -
      m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) +
      m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0))
    );
  };
  const whole = determinant([0, 1, 2]);
  return [0, 1, 2].map((k) => determinant([0, 1, 2].map((j) => (j === k ? 3 : j))) / whole);
}
