import { RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { crossEntropy, type CrossEntropyOptions, type Reduction } from "../../src/losses/index.js";
import { assertGradients, mul } from "../../src/tensor/index.js";
import { onTape } from "../onTape.js";
import { describeVariants, expectClose, noise, noisy } from "../variants.js";

const [rows, classes] = [6, 5];
const targets = [0, 3, -100, 4, 3, 1];
const classWeights = [0.5, 2, 1, 3, 0];

/** Σ over the classes of what is asked for times −log p, times the weight of the row's class, in float64. */
function reference(
  z: Float64Array,
  { labelSmoothing = 0, classWeights = [1, 1, 1, 1, 1], reduction = "mean" }: CrossEntropyOptions,
): Float64Array | number {
  const weights = targets.map((target) => (target === -100 ? 0 : classWeights[target]!));
  const losses = Float64Array.from(targets, (target, r) => {
    const row = z.subarray(r * classes, (r + 1) * classes);
    const greatest = Math.max(...row);
    const lse = greatest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - greatest), 0));
    return row.reduce((sum, value, c) => {
      const asked = (c === target ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      return weights[r] === 0 ? 0 : sum + weights[r]! * asked * (lse - value);
    }, 0);
  });
  if (reduction === "none") return losses;
  const total = losses.reduce((sum, loss) => sum + loss, 0);
  return reduction === "sum" ? total : total / weights.reduce((sum, weight) => sum + weight, 0);
}

describeVariants("crossEntropy with weights and smoothing", (runtime) => {
  for (const reduction of ["mean", "sum", "none"] satisfies Reduction[]) {
    for (const options of [
      { classWeights },
      { labelSmoothing: 0.3 },
      { classWeights, labelSmoothing: 0.3 },
    ]) {
      it(`has the gradients of its reference: ${reduction}, ${Object.keys(options).join(", ")}`, () => {
        assertGradients(
          (tape, { z }) => crossEntropy(tape, z, targets, { ...options, reduction }),
          { z: noisy([rows, classes], 2, 4) },
          { reference: ({ z }) => reference(z, { ...options, reduction }), runtime },
        );
      });
    }
  }

  it("passes a gradient on that is not 1", () => {
    const options = { classWeights, labelSmoothing: 0.1 };
    assertGradients(
      (tape, { z }) => {
        const loss = crossEntropy(tape, z, targets, options);
        return mul(tape, loss, loss);
      },
      { z: noisy([rows, classes], 3, 2) },
      { reference: ({ z }) => (reference(z, options) as number) ** 2, runtime },
    );
  });

  it("is the plain loss for equal weights and no smoothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 9 }), (seed, scale) => {
        const all = onTape(runtime, (tape) => {
          const z = tape.input(noise(rows * classes, seed, scale), [rows, classes]);
          const weights = Array.from({ length: classes }, () => 1);
          return [
            crossEntropy(tape, z, targets),
            crossEntropy(tape, z, targets, { classWeights: weights }),
          ].map((loss) => loss.item());
        });
        expectClose([all[1]!], [all[0]!], { relative: 1e-6, absolute: 1e-7 });
      }),
      { numRuns: 50 },
    );
  });

  it("is 0 where nothing counts", () => {
    onTape(runtime, (tape) => {
      const z = tape.input(noise(2 * classes, 1), [2, classes], { requiresGrad: true });
      const loss = crossEntropy(tape, z, [4, -100], { classWeights });
      expect(loss.item()).toBe(0);
      tape.backward(loss);
      expect(z.grad!.toArray().every((g) => g === 0)).toBe(true);
    });
  });

  it("refuses weights and smoothing that are none", () => {
    onTape(runtime, (tape) => {
      const z = tape.empty([rows, classes]);
      for (const options of [
        { classWeights: [1, 1] },
        { classWeights: [1, 1, 1, 1, -1] },
        { classWeights: [1, 1, 1, 1, NaN] },
        { labelSmoothing: -0.1 },
        { labelSmoothing: 1.5 },
        { labelSmoothing: NaN },
      ]) {
        expect(() => crossEntropy(tape, z, targets, options), Object.keys(options)[0]).toThrow(RangeError);
      }
    });
  });
});
