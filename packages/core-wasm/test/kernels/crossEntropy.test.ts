import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import { describeVariants, expectClose, noise } from "../variants.js";

const { crossEntropy, crossEntropyBackwardInto, crossEntropyInto, crossEntropyWithGradInto } = core;

const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [4, 5],
  [3, 16],
  [2, 17],
  [7, 65],
  [1, 1000],
  [0, 4],
  [0, 0],
] as const;

/** Targets spread over the classes, every third row ignored. */
function targetsFor(rows: number, cols: number, ignoreIndex = -100): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: rows }, (_, r) => (r % 3 === 2 ? ignoreIndex : (7 * r + 1) % cols));
}

/** The logits that PyTorch was given. */
const torchLogits = Float64Array.from({ length: 20 }, (_, i) => 3 * Math.sin(1.7 * i + 0.9 * 7 + 0.3));
const torchTargets = Int32Array.of(1, 4, -100, 0);
const torchShape = { rows: 4, cols: 5 };

describe("the reference of cross-entropy", () => {
  it("agrees with PyTorch, and so does its gradient", () => {
    const loss = reference.crossEntropy(torchLogits, torchTargets, torchShape);
    expectClose([loss], [golden.ce.loss], { relative: 1e-12, absolute: 0 });
    const scales = new Float64Array(4).fill(1 / 3);
    const dlogits = reference.crossEntropyBackward(torchLogits, torchTargets, { ...torchShape, scales });
    expectClose(dlogits, golden.ce.dlogits, { relative: 1e-12, absolute: 1e-15 });
  });
});

describeVariants("crossEntropy", (runtime) => {
  it("agrees with PyTorch, and so does its gradient", () => {
    const logits = Float32Array.from(torchLogits);
    const options = { ...torchShape, runtime };
    expectClose([crossEntropy(logits, torchTargets, options)], [golden.ce.loss], {
      relative: 1e-6,
      absolute: 0,
    });
    const dlogits = new Float32Array(20);
    const loss = crossEntropyWithGradInto(dlogits, logits, torchTargets, options);
    expectClose([loss], [golden.ce.loss], { relative: 1e-6, absolute: 0 });
    expectClose(dlogits, golden.ce.dlogits, { relative: 1e-6, absolute: 1e-15 });
  });

  it.each(shapes)("agrees with the reference, %i × %i", (rows, cols) => {
    const shape = { rows, cols };
    const logits = noise(rows * cols, 1, 8);
    const targets = targetsFor(rows, cols);
    const losses = new Float32Array(rows).fill(9);
    crossEntropyInto(losses, logits, targets, { ...shape, runtime });
    expectClose(losses, reference.crossEntropyLosses(logits, targets, shape));
    for (const reduction of ["mean", "sum"] as const) {
      const expected = reference.crossEntropy(logits, targets, { ...shape, reduction });
      expectClose([crossEntropy(logits, targets, { ...shape, reduction, runtime })], [expected]);
      const dlogits = noise(rows * cols, 2);
      const counted = targets.filter((target) => target !== -100).length;
      const scales = new Float64Array(rows).fill(0.5 / (reduction === "mean" ? counted : 1));
      const gradient = reference.crossEntropyBackward(logits, targets, { ...shape, scales });
      const sums = dlogits.map((before, i) => before + gradient[i]!);
      const loss = crossEntropyWithGradInto(dlogits, logits, targets, {
        ...shape,
        reduction,
        scale: 0.5,
        runtime,
      });
      expectClose([loss], [expected]);
      expectClose(dlogits, sums, { relative: 2e-7, absolute: 2e-7 });
    }
  });

  it("scales every row's gradient by its own factor", () => {
    const shape = { rows: 5, cols: 6 };
    const [logits, rowScales] = [noise(30, 3, 4), noise(5, 4, 2)];
    const targets = targetsFor(5, 6);
    for (const options of [{}, { rowScales }, { scale: -3 }, { rowScales, scale: 2 }]) {
      const scales = rowScales.map((factor) => (options.scale ?? 1) * (options.rowScales ? factor : 1));
      const dlogits = new Float32Array(30);
      crossEntropyBackwardInto(dlogits, logits, targets, { ...shape, ...options, runtime });
      const expected = reference.crossEntropyBackward(logits, targets, { ...shape, scales });
      expectClose(dlogits, expected, { relative: 1e-6, absolute: 1e-12 });
    }
  });

  it("has a gradient that adds up to 0 in every row", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 40 }), (seed, cols) => {
        const dlogits = new Float32Array(3 * cols);
        const logits = noise(3 * cols, seed, 10);
        const targets = Int32Array.of(seed % cols, 0, cols - 1);
        crossEntropyBackwardInto(dlogits, logits, targets, { rows: 3, cols, runtime });
        for (let r = 0; r < 3; r++) {
          expect(Math.abs(reference.sum(dlogits.subarray(r * cols, (r + 1) * cols)))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it("keeps the loss and the gradient of a row that is nearly certain", () => {
    for (const gap of [10, 20, 30]) {
      const dlogits = new Float32Array(2);
      const [logits, target] = [Float32Array.of(gap, 0), Int32Array.of(0)];
      const loss = crossEntropyWithGradInto(dlogits, logits, target, { rows: 1, cols: 2, runtime });
      const other = Math.exp(-gap) / (1 + Math.exp(-gap));
      expectClose([loss, ...dlogits], [Math.log1p(Math.exp(-gap)), -other, other], {
        relative: 4e-7,
        absolute: 1e-16,
      });
    }
  });

  it("ignores a row whatever is in it, and counts only the others", () => {
    const logits = Float32Array.of(1, 2, NaN, Infinity, 3, 4);
    const targets = Int32Array.of(0, 1, 1);
    const options = { rows: 3, cols: 2, runtime };
    const withIgnored = { ...options, ignoreIndex: -1 };
    targets[1] = -1;
    const dlogits = new Float32Array(6).fill(1);
    const loss = crossEntropyWithGradInto(dlogits, logits, targets, withIgnored);
    const expected = (Math.log1p(Math.E) + Math.log1p(Math.exp(-1))) / 2;
    expectClose([loss, crossEntropy(logits, targets, withIgnored)], [expected, expected]);
    expect([...dlogits.subarray(2, 4)]).toEqual([1, 1]);
    targets.fill(-1);
    expect(crossEntropy(logits, targets, withIgnored)).toBe(0);
    expect(crossEntropyWithGradInto(dlogits.fill(1), logits, targets, withIgnored)).toBe(0);
    expect(dlogits).toEqual(new Float32Array(6).fill(1));
  });

  it("gives ∞ for a target that the logits rule out, and NaN for a NaN", () => {
    const options = { rows: 1, cols: 3, runtime };
    expect(crossEntropy(Float32Array.of(1, -Infinity, 2), Int32Array.of(1), options)).toBe(Infinity);
    expect(crossEntropy(Float32Array.of(1, NaN, 2), Int32Array.of(0), options)).toBeNaN();
    expect(crossEntropy(new Float32Array(3).fill(-Infinity), Int32Array.of(0), options)).toBeNaN();
  });

  it("works on resident arrays, with the bits of the copying form", () => {
    const shape = { rows: 4, cols: 9 };
    const [logits, targets] = [noise(36, 5, 3), targetsFor(4, 9)];
    const [residentLogits, residentTargets] = [
      runtime.heap.from("f32", logits),
      runtime.heap.from("i32", targets),
    ];
    const [residentGrad, dlogits] = [runtime.heap.alloc("f32", 36), new Float32Array(36)];
    const loss = crossEntropyWithGradInto(residentGrad, residentLogits, residentTargets, shape);
    expect(loss).toBe(crossEntropyWithGradInto(dlogits, logits, targets, { ...shape, runtime }));
    expect(residentGrad.toArray()).toEqual(dlogits);
    expect(crossEntropy(residentLogits, residentTargets, shape)).toBe(loss);
    for (const array of [residentLogits, residentTargets, residentGrad]) runtime.heap.free(array);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const logits = noise(6, 6);
    const out = new Float32Array(6).fill(5);
    const losses = new Float32Array(2).fill(5);
    const good = Int32Array.of(0, 2);
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    for (const bad of [Int32Array.of(0, 3), Int32Array.of(0, -1)]) {
      expect(() => crossEntropyInto(losses, logits, bad, options)).toThrow(/targets\[1\]/);
      expect(() => crossEntropy(logits, bad, options)).toThrow(core.RangeError);
      expect(() => crossEntropyBackwardInto(out, logits, bad, options)).toThrow(core.RangeError);
      expect(() => crossEntropyWithGradInto(out, logits, bad, options)).toThrow(core.RangeError);
    }
    expect(() => crossEntropyInto(losses.subarray(1), logits, good, options)).toThrow(core.ShapeError);
    expect(() => crossEntropyInto(losses, logits.subarray(1), good, options)).toThrow(core.ShapeError);
    expect(() => crossEntropyInto(losses, wrong, good, options)).toThrow(core.DTypeError);
    expect(() => crossEntropy(logits, good.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => crossEntropy(logits, good, { ...options, ignoreIndex: 0.5 })).toThrow(core.RangeError);
    expect(() => crossEntropy(logits, good, { ...options, reduction: "none" as "sum" })).toThrow(
      core.RangeError,
    );
    expect(() => crossEntropyWithGradInto(out.subarray(1), logits, good, options)).toThrow(core.ShapeError);
    for (const withGradient of [crossEntropyBackwardInto, crossEntropyWithGradInto]) {
      expect(() => withGradient(out, logits, good, { ...options, scale: "1" as never })).toThrow(
        core.RangeError,
      );
    }
    const rowScales = new Float32Array(3);
    expect(() => crossEntropyBackwardInto(out, logits, good, { ...options, rowScales })).toThrow(
      core.ShapeError,
    );
    expect([...out, ...losses].every((value) => value === 5)).toBe(true);
  });
});
