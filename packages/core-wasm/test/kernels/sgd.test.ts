import fc from "fast-check";
import { expect, it } from "vitest";
import { DTypeError, RangeError, type SgdOptions, sgdStepInto, ShapeError } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

describeVariants("sgd", (runtime) => {
  it("agrees with the reference in every form", () => {
    const share = fc.double({ min: 0, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.nat(1000),
        share,
        share,
        fc.boolean(),
        fc.option(fc.constantFrom(1, 2), { nil: undefined }),
        (n, seed, momentum, dampening, nesterov, step) => {
          const form = nesterov && momentum > 0 ? { nesterov: true } : { dampening };
          const options = { learningRate: 0.1, momentum, weightDecay: 0.01, ...form, ...(step && { step }) };
          const [param, grad, buffer] = [noise(n, seed), noise(n, seed + 1), noise(n, seed + 2)];
          const expected = reference.sgdStep(param, grad, buffer, options);
          sgdStepInto(param, grad, buffer, { ...options, runtime });
          expectClose(param, expected.param);
          expectClose(buffer, expected.buffer!);
        },
      ),
    );
  });

  it("walks as worked out by hand", () => {
    // g = 2p on p²: with η 0.25, μ 0.5: b = 2, p = 0.5; b = 1 + 1 = 2, p = 0; b = 1, p = −0.25.
    const [param, buffer] = [Float32Array.of(1), Float32Array.of(0)];
    const path = [1, 2, 3].map((step) => {
      const options = { learningRate: 0.25, momentum: 0.5, step, runtime };
      sgdStepInto(param, Float32Array.of(2 * param[0]!), buffer, options);
      return param[0];
    });
    expect(path).toEqual([0.5, 0, -0.25]);
    // Nesterov: b = 2, p = 1 − 0.25 (2 + 1) = 0.25; g = 0.5, b = 1.5, p = 0.25 − 0.25 (0.5 + 0.75) = −0.0625.
    param[0] = 1;
    buffer[0] = 0;
    const nesterov = [1, 2].map(() => {
      const options = { learningRate: 0.25, momentum: 0.5, nesterov: true, runtime };
      sgdStepInto(param, Float32Array.of(2 * param[0]!), buffer, options);
      return param[0];
    });
    expect(nesterov).toEqual([0.25, -0.0625]);
  });

  it("starts the buffer in step 1, whatever it held", () => {
    const [param, buffer] = [noise(7, 1), new Float32Array(7).fill(NaN)];
    sgdStepInto(param, noise(7, 2), buffer, {
      learningRate: 0.1,
      momentum: 0.9,
      dampening: 0.5,
      step: 1,
      runtime,
    });
    expect(buffer).toEqual(noise(7, 2));
  });

  it("needs no buffer without momentum, and touches none", () => {
    const [a, b, buffer] = [noise(9, 1), noise(9, 1), noise(9, 3)];
    sgdStepInto(a, noise(9, 2), undefined, { learningRate: 0.1, runtime });
    sgdStepInto(b, noise(9, 2), buffer, { learningRate: 0.1, step: 1, runtime });
    expect(a).toEqual(b);
    expect(buffer).toEqual(noise(9, 3));
  });

  it("gives resident arrays the same bits, and a tail those of a vector", () => {
    const [param, grad, buffer] = [noise(14, 1), noise(14, 2), noise(14, 3)];
    const resident = [param, grad, buffer].map((array) => runtime.heap.from("f32", array));
    const options = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 };
    sgdStepInto(resident[0]!, resident[1]!, resident[2], options);
    const [p, g, b] = [param.slice(3), grad.slice(3), buffer.slice(3)];
    sgdStepInto(p, g, b, { ...options, runtime });
    sgdStepInto(param, grad, buffer, { ...options, runtime });
    expect(resident[0]!.toArray()).toEqual(param);
    expect(resident[2]!.toArray()).toEqual(buffer);
    expect([p, b]).toEqual([param.slice(3), buffer.slice(3)]);
    for (const array of resident) runtime.heap.free(array);
  });

  it("throws before it writes", () => {
    const [param, grad, buffer] = [noise(3, 1), noise(3, 2), noise(3, 3)];
    const step = (options: Partial<SgdOptions>) => (): void =>
      sgdStepInto(param, grad, buffer, { learningRate: 0.1, ...options, runtime });
    expect(step({ learningRate: NaN })).toThrow(RangeError);
    expect(step({ momentum: -1 })).toThrow(/momentum/);
    expect(step({ momentum: 0.9, dampening: 2 })).toThrow(/dampening/);
    expect(step({ weightDecay: -1 })).toThrow(/weightDecay/);
    expect(step({ momentum: 0.9, step: 0 })).toThrow(/step/);
    expect(step({ nesterov: true })).toThrow(/nesterov/);
    expect(step({ nesterov: true, momentum: 0.9, dampening: 0.1 })).toThrow(/nesterov/);
    const options = { learningRate: 0.1, momentum: 0.9, runtime };
    expect(() => sgdStepInto(param, grad, undefined, options)).toThrow(/buffer/);
    expect(() => sgdStepInto(param, noise(4, 1), buffer, options)).toThrow(ShapeError);
    expect(() => sgdStepInto(param, grad, noise(2, 1), options)).toThrow(ShapeError);
    expect(() => sgdStepInto(param, new Float64Array(3) as never, buffer, options)).toThrow(DTypeError);
    expect(param).toEqual(noise(3, 1));
  });
});
