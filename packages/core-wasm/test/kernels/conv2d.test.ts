import fc from "fast-check";
import { expect, it } from "vitest";
import {
  conv2d,
  conv2dBackwardInto,
  conv2dInto,
  conv2dOutputSize,
  matmul,
  OutOfMemoryError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { anySizes, makeArrays, type Operation, pairOf, testConvolution } from "../convolutions.js";
import { expectThrows } from "../runtime/errors.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const operation: Operation = {
  name: "conv2d",
  forward: conv2d,
  forwardInto: conv2dInto,
  backwardInto: conv2dBackwardInto,
  outputSize: conv2dOutputSize,
  reference: { forward: reference.conv2d, backward: reference.conv2dBackward },
};

describeVariants("conv2d", (runtime) => {
  testConvolution(operation, runtime);

  it("is a product of matrices for a 1×1 kernel", () => {
    const sizes = { batch: 1, inChannels: 5, outChannels: 9, height: 4, width: 7, kernelSize: 1 };
    const { x, weight } = makeArrays(operation, sizes, 1);
    expect(conv2d({ x, weight }, { ...sizes, runtime })).toEqual(
      matmul(weight, x, { m: 9, n: 28, k: 5, runtime }),
    );
  });

  it("shifts x with a kernel of a single 1", () => {
    const sizes = { batch: 1, inChannels: 1, outChannels: 9, height: 5, width: 6, kernelSize: 3, padding: 1 };
    const x = noise(30, 2);
    // The o-th kernel has its 1 at tap o.
    const weight = Float32Array.from({ length: 81 }, (_, at) => (Math.floor(at / 9) === at % 9 ? 1 : 0));
    const out = conv2d({ x, weight }, { ...sizes, runtime });
    for (let o = 0; o < 9; o++) {
      const [down, right] = [Math.floor(o / 3) - 1, (o % 3) - 1];
      for (let i = 0; i < 5; i++) {
        for (let j = 0; j < 6; j++) {
          const inside = i + down >= 0 && i + down < 5 && j + right >= 0 && j + right < 6;
          expect(out[o * 30 + i * 6 + j]).toBe(inside ? x[(i + down) * 6 + j + right] : 0);
        }
      }
    }
  });

  it("moves with x", () => {
    const sizes = { batch: 1, inChannels: 3, outChannels: 5, height: 12, width: 13, kernelSize: 3 };
    const { x, weight } = makeArrays(operation, sizes, 3);
    const shift = 2 * 13 + 1;
    const moved = Float32Array.from(x, (_, at) => x[at - shift] ?? 0);
    const [before, after] = [x, moved].map((x) => conv2d({ x, weight }, { ...sizes, runtime }));
    // Rows 2 and on of the moved result are the rows from 0 on, one to the right: 10 rows of 11.
    for (let o = 0; o < 5; o++) {
      for (let i = 2; i < 10; i++) {
        const row = (o * 10 + i) * 11;
        expect(after!.subarray(row + 1, row + 11)).toEqual(before!.subarray(row - 22, row - 12));
      }
    }
  });

  it("takes every stride-th place of the result without a stride", () => {
    fc.assert(
      fc.property(anySizes(operation), fc.nat(1000), (sizes, seed) => {
        const dense = { ...sizes, stride: 1 };
        const pointwise = pairOf(sizes.kernelSize).every((size) => size === 1);
        fc.pre(!pointwise); // products with few rows or columns have chains of their own
        const { x, weight, bias } = makeArrays(operation, sizes, seed);
        const out = conv2d({ x, weight, bias }, { ...sizes, runtime });
        const all = conv2d({ x, weight, bias }, { ...dense, runtime });
        const [[height, width], [allHeight, allWidth]] = [conv2dOutputSize(sizes), conv2dOutputSize(dense)];
        const [down, right] = pairOf(sizes.stride ?? 1);
        out.forEach((value, at) => {
          const [plane, i, j] = [
            Math.floor(at / (height * width)),
            Math.floor(at / width) % height,
            at % width,
          ];
          expect(value).toBe(all[(plane * allHeight + i * down) * allWidth + j * right]);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("is a convolution of each group of channels by itself", () => {
    const sizes = {
      batch: 1,
      inChannels: 6,
      outChannels: 12,
      height: 7,
      width: 9,
      kernelSize: 3,
      padding: 1,
    };
    const groups = 3;
    const { x, weight, bias } = makeArrays(operation, { ...sizes, groups }, 5);
    const out = conv2d({ x, weight, bias }, { ...sizes, groups, runtime });
    const part = (array: Float32Array, group: number): Float32Array =>
      array.subarray((group * array.length) / groups, ((group + 1) * array.length) / groups);
    for (let group = 0; group < groups; group++) {
      const inputs = { x: part(x, group), weight: part(weight, group), bias: part(bias, group) };
      expect(conv2d(inputs, { ...sizes, inChannels: 2, outChannels: 4, runtime })).toEqual(part(out, group));
    }
  });

  it("is, dilated, a convolution with zeros between the elements of the kernel", () => {
    const sizes = { batch: 2, inChannels: 3, outChannels: 4, height: 9, width: 10, padding: 2 };
    const dilated = { ...sizes, kernelSize: 3, dilation: 2 };
    const { x, weight } = makeArrays(operation, dilated, 6);
    const spread = Float32Array.from({ length: 12 * 25 }, (_, at) => {
      const [kernel, u, v] = [Math.floor(at / 25), Math.floor(at / 5) % 5, at % 5];
      return u % 2 === 0 && v % 2 === 0 ? weight[kernel * 9 + (u / 2) * 3 + v / 2]! : 0;
    });
    expectClose(
      conv2d({ x, weight }, { ...dilated, runtime }),
      conv2d({ x, weight: spread }, { ...sizes, kernelSize: 5, runtime }),
    );
  });

  it("counts the window and the padding in its size", () => {
    const sizes = { batch: 1, inChannels: 1, outChannels: 1, height: 3, width: 5 };
    expect(conv2dOutputSize({ ...sizes, kernelSize: [4, 3], padding: [1, 0], stride: [1, 2] })).toEqual([
      2, 2,
    ]);
    expect(() => conv2dOutputSize({ ...sizes, kernelSize: 4 })).toThrow(
      "kernelSize: expected a window within the padded height of 3, got 4",
    );
    expect(() => conv2dOutputSize({ ...sizes, kernelSize: [1, 3], dilation: 3 })).toThrow(
      "padded width of 5, got 7",
    );
  });

  it("says that working memory is short, where its size would wrap round in 32 bits", () => {
    const sizes = { batch: 1, inChannels: 1, outChannels: 1, height: 1, width: 1, kernelSize: 2 };
    const far = { ...sizes, dilation: 99_999, padding: 50_000, stride: 99_999 };
    const arrays = makeArrays(operation, far, 13);
    expectThrows(() => conv2d(arrays, { ...far, runtime }), OutOfMemoryError, "memory");
  });
});
