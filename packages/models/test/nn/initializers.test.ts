import { RandomStream, RangeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { disposeParameters, type Initializer, initializers, Linear } from "../../src/nn/index.js";
import { describeVariants } from "../variants.js";

const [inputs, outputs] = [120, 80];

/** The variance that each should have, and how many standard deviations the largest may be out. */
const wanted: Record<Initializer, [variance: number, bound: number]> = {
  xavierUniform: [2 / (inputs + outputs), Math.sqrt(3)],
  xavierNormal: [2 / (inputs + outputs), 6],
  heUniform: [2 / inputs, Math.sqrt(3)],
  heNormal: [2 / inputs, 6],
  lecunUniform: [1 / inputs, Math.sqrt(3)],
  lecunNormal: [1 / inputs, 6],
  zeros: [0, 0],
};

describeVariants("initialisers", (runtime) => {
  for (const initializer of initializers) {
    it(`${initializer} has its variance and its bounds, and leaves biases at 0`, () => {
      const layer = new Linear(runtime, { inputs, outputs, initializer }, new RandomStream({ seed: 3 }));
      const weights = layer.weight.toArray();
      const [variance, bound] = wanted[initializer];
      const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
      const second = weights.reduce((sum, w) => sum + w ** 2, 0) / weights.length;
      // 9,600 draws: a standard error of the variance of 1.5 % (normal) at most, of the mean of 1 % of the deviation.
      expect(Math.abs(mean)).toBeLessThanOrEqual(0.05 * Math.sqrt(variance));
      expect(second).toBeGreaterThanOrEqual(0.94 * variance);
      expect(second).toBeLessThanOrEqual(1.06 * variance);
      const largest = weights.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
      expect(largest).toBeLessThanOrEqual(bound * Math.sqrt(variance) * (1 + 1e-6));
      if (initializer.endsWith("Normal")) expect(largest).toBeGreaterThan(3 * Math.sqrt(variance));
      expect(layer.bias!.toArray().every((b) => b === 0)).toBe(true);
      disposeParameters(layer.parameters());
    });
  }

  it("refuses names that are none", () => {
    const stream = new RandomStream({ seed: 1 });
    for (const initializer of ["He", "__proto__"] as string[] as Initializer[]) {
      expect(() => new Linear(runtime, { inputs: 2, outputs: 2, initializer }, stream)).toThrow(RangeError);
    }
  });
});
