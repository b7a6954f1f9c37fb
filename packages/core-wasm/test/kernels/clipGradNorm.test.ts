import fc from "fast-check";
import { expect, it } from "vitest";
import { clipGradNorm, DTypeError, RangeError } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import { describeVariants, expectClose, noise } from "../variants.js";

describeVariants("clipGradNorm", (runtime) => {
  it("clips as PyTorch does", () => {
    const grad = Float32Array.from({ length: 5 }, (_, i) => 4 * Math.sin(1.7 * i + 0.9 * 15 + 0.3));
    const norm = clipGradNorm([grad], { maxNorm: 1, runtime });
    expectClose([norm], [golden.clip.norm], { relative: 1e-7, absolute: 0 });
    expectClose(grad, golden.clip.grad, { relative: 2e-7, absolute: 0 });
  });

  it("agrees with the reference over any number of arrays", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(37), { maxLength: 6 }),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (lengths, maxNorm) => {
          const grads = lengths.map((length, i) => noise(length, i, 3));
          const expected = reference.clipGradNorm(grads, { maxNorm });
          expectClose([clipGradNorm(grads, { maxNorm, runtime })], [expected.norm], {
            relative: 1e-12,
            absolute: 0,
          });
          for (const [i, grad] of grads.entries())
            expectClose(grad, expected.grads[i]!, { relative: 2e-7, absolute: 0 });
        },
      ),
    );
  });

  it("leaves what is short enough as it is, to the bit", () => {
    const grad = noise(21, 1);
    expect(clipGradNorm([grad], { maxNorm: 100, runtime })).toBeLessThan(100);
    expect(grad).toEqual(noise(21, 1));
    expect(clipGradNorm([], { maxNorm: 1, runtime })).toBe(0);
  });

  it("reports a norm that is no number, and touches nothing", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const at of [0, 9, 10]) {
        const grads = [noise(11, 1), noise(11, 2)];
        grads[1]![at] = bad;
        const before = grads.map((grad) => grad.slice());
        expect(clipGradNorm(grads, { maxNorm: 0.1, runtime })).toBe(Number.isNaN(bad) ? NaN : Infinity);
        expect(grads).toEqual(before);
      }
    }
  });

  it("does not overflow where float32 would", () => {
    const grad = new Float32Array(8).fill(3e38);
    expectClose([clipGradNorm([grad], { maxNorm: 1, runtime })], [Math.fround(3e38) * Math.sqrt(8)], {
      relative: 1e-12,
    });
    expectClose(grad, new Float32Array(8).fill(1 / Math.sqrt(8)));
  });

  it("takes resident and copied arrays together", () => {
    const [resident, copied] = [runtime.heap.from("f32", noise(13, 1)), noise(6, 2)];
    const expected = reference.clipGradNorm([noise(13, 1), noise(6, 2)], { maxNorm: 0.5 });
    clipGradNorm([copied, resident], { maxNorm: 0.5 });
    expectClose(resident.view, expected.grads[0]!);
    expectClose(copied, expected.grads[1]!);
    runtime.heap.free(resident);
  });

  it("throws before it writes", () => {
    const grad = noise(3, 1);
    for (const maxNorm of [0, -1, NaN, Infinity]) {
      expect(() => clipGradNorm([grad], { maxNorm, runtime })).toThrow(RangeError);
    }
    expect(() => clipGradNorm([grad, new Float64Array(2) as never], { maxNorm: 0.1, runtime })).toThrow(
      DTypeError,
    );
    expect(() => clipGradNorm([grad, new Float64Array(2) as never], { maxNorm: 0.1, runtime })).toThrow(
      /grads\[1\]/,
    );
    expect(grad).toEqual(noise(3, 1));
  });
});
