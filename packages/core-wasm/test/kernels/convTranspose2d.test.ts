import fc from "fast-check";
import { expect, it } from "vitest";
import {
  conv2d,
  convTranspose2d,
  convTranspose2dBackwardInto,
  convTranspose2dInto,
  convTranspose2dOutputSize,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { anySizes, makeArrays, type Operation, testConvolution } from "../convolutions.js";
import { describeVariants, noise } from "../variants.js";

const operation: Operation = {
  name: "convTranspose2d",
  forward: convTranspose2d,
  forwardInto: convTranspose2dInto,
  backwardInto: convTranspose2dBackwardInto,
  outputSize: convTranspose2dOutputSize,
  reference: { forward: reference.convTranspose2d, backward: reference.convTranspose2dBackward },
};

/** Whole numbers from −3 to 3: sums of their products are exact. */
function whole(length: number, seed: number): Float32Array<ArrayBuffer> {
  return noise(length, seed, 3.49).map(Math.round);
}

describeVariants("convTranspose2d", (runtime) => {
  testConvolution(operation, runtime);

  it("is the transpose of a convolution: ⟨conv2d(x), y⟩ = ⟨x, convTranspose2d(y)⟩", () => {
    fc.assert(
      fc.property(anySizes(operation), fc.nat(1000), (sizes, seed) => {
        const { x: y, weight, dy: x } = makeArrays(operation, sizes, seed, whole);
        const [height, width] = convTranspose2dOutputSize(sizes);
        const { inChannels, outChannels, outputPadding: _, ...common } = sizes;
        const turned = { ...common, inChannels: outChannels, outChannels: inChannels, height, width };
        // Where the output padding reaches the next window, the convolution has a row or a column more.
        const result = conv2d({ x, weight }, { ...turned, runtime });
        fc.pre(result.length === y.length);
        const transposed = convTranspose2d({ x: y, weight }, { ...sizes, runtime });
        expect(reference.dot(result, y)).toBe(reference.dot(x, transposed));
      }),
    );
  });

  it("repeats every element with a kernel of ones as large as the stride", () => {
    const sizes = { batch: 1, inChannels: 1, outChannels: 1, height: 3, width: 7, kernelSize: 2, stride: 2 };
    const x = noise(21, 1);
    const out = convTranspose2d({ x, weight: new Float32Array(4).fill(1) }, { ...sizes, runtime });
    out.forEach((value, at) => expect(value).toBe(x[Math.floor(at / 28) * 7 + ((at % 14) >> 1)]));
  });

  it("has the bias alone where no window reaches", () => {
    const sizes = { batch: 1, inChannels: 4, outChannels: 5, height: 3, width: 3, kernelSize: 1, stride: 3 };
    const { x, weight, bias } = makeArrays(operation, sizes, 2);
    const out = convTranspose2d({ x, weight, bias }, { ...sizes, outputPadding: 2, runtime });
    const between = [...out.keys()].filter((at) => Math.floor(at / 9) % 3 !== 0 || at % 3 !== 0);
    expect(between.length).toBe(5 * 72);
    for (const at of between) expect(out[at]).toBe(bias[Math.floor(at / 81)]);
  });

  it("counts the output padding in its size", () => {
    const sizes = { batch: 1, inChannels: 1, outChannels: 1, height: 7, width: 7, kernelSize: 3, padding: 1 };
    expect(convTranspose2dOutputSize({ ...sizes, stride: 2, outputPadding: [0, 1] })).toEqual([13, 14]);
    expect(() => convTranspose2dOutputSize({ ...sizes, stride: 2, outputPadding: 2 })).toThrow(
      "outputPadding: expected less than the stride or the dilation, got 2",
    );
    expect(() => convTranspose2dOutputSize({ ...sizes, padding: 5 })).toThrow("padding");
  });
});
