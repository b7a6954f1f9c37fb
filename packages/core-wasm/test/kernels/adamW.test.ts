import fc from "fast-check";
import { expect, it } from "vitest";
import { type AdamWOptions, adamWStepInto, DTypeError, RangeError, ShapeError } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import { describeVariants, expectClose, noise } from "../variants.js";

/** The golden file's deterministic numbers. */
function det(n: number, seed: number, scale: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => scale * Math.sin(1.7 * i + 0.9 * seed + 0.3));
}

describeVariants("adamW", (runtime) => {
  /** Ten steps on Σ (p − target)². */
  function descend(options: Partial<AdamWOptions>): number[][] {
    const [param, target] = [det(6, 8, 1), det(6, 9, 1)];
    const [m, v] = [new Float32Array(6), new Float32Array(6)];
    return Array.from({ length: 10 }, (_, step) => {
      const grad = param.map((p, i) => 2 * (p - target[i]!));
      const rates = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, weightDecay: 0.1 };
      adamWStepInto(param, grad, m, v, { step: step + 1, ...rates, ...options, runtime });
      return Array.from(param);
    });
  }

  it("walks as PyTorch's AdamW and Adam do", () => {
    expectClose(descend({}).flat(), golden.adamw.trace.flat(), { relative: 2e-6, absolute: 5e-7 });
    expectClose(descend({ decoupled: false }).flat(), golden.adam.trace.flat(), {
      relative: 2e-6,
      absolute: 5e-7,
    });
  });

  it("agrees with the reference, tails and all", () => {
    const beta1 = fc.double({ min: 0, max: 0.99, noNaN: true });
    // Not near 0, where m / √v divides by a gradient that may be all rounding.
    const beta2 = fc.double({ min: 0.5, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 10_000 }),
        beta1,
        beta2,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1e-6, 0.5),
        fc.nat(1000),
        (n, step, beta1, beta2, decoupled, biasCorrection, eps, seed) => {
          const options = {
            step,
            learningRate: 0.01,
            beta1,
            beta2,
            eps,
            weightDecay: 0.1,
            decoupled,
            biasCorrection,
          };
          const [param, grad, m] = [noise(n, seed), noise(n, seed + 1), noise(n, seed + 2, 0.1)];
          const v = noise(n, seed + 3).map((x) => x * x + 0.01);
          const expected = reference.adamWStep(param, grad, m, v, options);
          adamWStepInto(param, grad, m, v, { ...options, runtime });
          expectClose(m, expected.m, { absolute: 1e-7 });
          expectClose(v, expected.v, { absolute: 1e-7 });
          // Bias correction makes changes of up to 1 here, of quotients whose parts are rounded a few times.
          expectClose(param, expected.param, { absolute: 3e-6 });
        },
      ),
    );
  });

  it("moves by the learning rate against the gradient's sign in step 1", () => {
    const n = 19;
    const [param, grad] = [noise(n, 1), noise(n, 2)];
    const before = param.slice();
    adamWStepInto(param, grad, new Float32Array(n), new Float32Array(n), {
      step: 1,
      learningRate: 0.25,
      runtime,
    });
    expectClose(
      param,
      before.map((p, i) => p - 0.25 * Math.sign(grad[i]!)),
      { absolute: 1e-5 },
    );
  });

  it("does not depend on where an element stands: a tail gets the bits of a vector", () => {
    const [n, step] = [11, { step: 3, learningRate: 0.1, weightDecay: 0.1, runtime }];
    const arrays = [noise(n, 1), noise(n, 2), noise(n, 3), noise(n, 4).map(Math.abs)] as const;
    const shifted = arrays.map((array) => array.slice(3));
    adamWStepInto(...(arrays as [Float32Array, Float32Array, Float32Array, Float32Array]), step);
    adamWStepInto(...(shifted as [Float32Array, Float32Array, Float32Array, Float32Array]), step);
    for (const [i, array] of arrays.entries()) expect(shifted[i]).toEqual(array.slice(3));
  });

  it("is BERT's optimiser without bias correction", () => {
    const [param, grad] = [Float32Array.of(1), Float32Array.of(0.5)];
    const options = {
      step: 7,
      learningRate: 0.1,
      eps: 1e-6,
      weightDecay: 0.01,
      biasCorrection: false,
      runtime,
    };
    adamWStepInto(param, grad, Float32Array.of(0), Float32Array.of(0), options);
    const update = (0.1 * 0.5) / (Math.sqrt(0.001 * 0.25) + 1e-6) + 0.01 * 1;
    expectClose(param, [1 - 0.1 * update]);
  });

  it("gives resident arrays the same bits, and leaves the gradient", () => {
    const n = 37;
    const arrays = [noise(n, 1), noise(n, 2), noise(n, 3), noise(n, 4).map(Math.abs)] as const;
    const resident = arrays.map((array) => runtime.heap.from("f32", array));
    const [p, g, m, v] = resident;
    const options = { step: 2, learningRate: 0.1 };
    adamWStepInto(p!, g!, m!, v!, options);
    adamWStepInto(arrays[0], arrays[1], arrays[2], arrays[3], { ...options, runtime });
    for (const [i, array] of arrays.entries()) expect(resident[i]!.toArray()).toEqual(array);
    expect(arrays[1]).toEqual(noise(n, 2));
    for (const array of resident) runtime.heap.free(array);
  });

  it("keeps to the reference after a million steps", () => {
    const options = { step: 1_000_000, learningRate: 0.1, beta2: 0.9999999 };
    const [param, one] = [Float32Array.of(1), Float32Array.of(1)];
    const expected = reference.adamWStep([1], [1], [1], [1], options);
    adamWStepInto(param, one, Float32Array.of(1), Float32Array.of(1), { ...options, runtime });
    expectClose(param, expected.param);
  });

  it("throws before it writes", () => {
    const [p, g, m, v] = [noise(3, 1), noise(3, 2), noise(3, 3), noise(3, 4)];
    const before = p.slice();
    const step = (options: Partial<AdamWOptions>) => (): void =>
      adamWStepInto(p, g, m, v, { step: 1, learningRate: 0.1, ...options, runtime });
    expect(step({ step: 0 })).toThrow(RangeError);
    expect(step({ step: 1.5 })).toThrow(RangeError);
    expect(step({ learningRate: -1 })).toThrow(RangeError);
    expect(step({ learningRate: NaN })).toThrow(/learningRate/);
    expect(step({ beta1: 1 })).toThrow(/beta1/);
    expect(step({ beta2: -0.1 })).toThrow(/beta2/);
    expect(step({ eps: -1 })).toThrow(/eps/);
    expect(step({ weightDecay: Infinity })).toThrow(/weightDecay/);
    const options = { step: 1, learningRate: 0.1, runtime };
    expect(() => adamWStepInto(p, noise(4, 1), m, v, options)).toThrow(ShapeError);
    expect(() => adamWStepInto(p, g, noise(2, 1), v, options)).toThrow(ShapeError);
    expect(() => adamWStepInto(p, g, m, new Float64Array(3) as never, options)).toThrow(DTypeError);
    expect(p).toEqual(before);
  });
});
