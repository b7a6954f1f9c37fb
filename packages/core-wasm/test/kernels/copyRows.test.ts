import fc from "fast-check";
import { expect, it } from "vitest";
import { copyRowsInto, DTypeError, RangeError, ShapeError } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, noise } from "../variants.js";

/** A block, the strides around it and the offsets before it. */
const blocks = fc
  .record({
    rows: fc.nat(5),
    cols: fc.nat(19),
    outGap: fc.nat(3),
    xStride: fc.nat(25),
    outOffset: fc.nat(5),
    xOffset: fc.nat(5),
    accumulate: fc.boolean(),
  })
  .map(({ outGap, ...block }) => Object.assign(block, { outStride: block.cols + outGap }));

describeVariants("copyRows", (runtime) => {
  it("copies or adds the block, and leaves the rest", () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const { rows, cols, outStride, xStride, outOffset, xOffset } = block;
        const out = noise(outOffset + rows * outStride + cols, 1);
        const x = noise(xOffset + rows * xStride + cols, 2);
        const expected = Float32Array.from(reference.copyRows(out, x, block));
        const [resident, residentX] = [runtime.heap.from("f32", out), runtime.heap.from("f32", x)];
        copyRowsInto(out, x, { ...block, runtime });
        expect(out).toEqual(expected);
        copyRowsInto(resident, residentX, block);
        expect(resident.toArray()).toEqual(expected);
        runtime.heap.free(resident);
        runtime.heap.free(residentX);
      }),
    );
  });

  it("concatenates and slices columns", () => {
    const [a, b] = [noise(6, 3), noise(9, 4)];
    const both = new Float32Array(15);
    copyRowsInto(both, a, { rows: 3, cols: 2, outStride: 5, runtime });
    copyRowsInto(both, b, { rows: 3, cols: 3, outStride: 5, outOffset: 2, runtime });
    expect([...both.subarray(0, 5)]).toEqual([...a.subarray(0, 2), ...b.subarray(0, 3)]);
    const sliced = new Float32Array(9);
    copyRowsInto(sliced, both, { rows: 3, cols: 3, xStride: 5, xOffset: 2, runtime });
    expect(sliced).toEqual(b);
  });

  it("takes blocks that end where the arrays end", () => {
    const [out, x] = [new Float32Array(8), noise(8, 5)];
    copyRowsInto(out, x, { rows: 2, cols: 3, outStride: 5, xStride: 5, runtime });
    expect([...out]).toEqual([...x.subarray(0, 3), 0, 0, ...x.subarray(5, 8)]);
    copyRowsInto(new Float32Array(0), new Float32Array(0), { rows: 4, cols: 0, outOffset: 9, runtime });
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 6), new Float32Array(6).fill(5)];
    const wrong = new Int32Array(6) as unknown as Float32Array;
    const block = { rows: 2, cols: 3, runtime };
    expect(() => copyRowsInto(out.subarray(1), x, block)).toThrow(ShapeError);
    expect(() => copyRowsInto(out, x.subarray(1), block)).toThrow(ShapeError);
    expect(() => copyRowsInto(out, x, { ...block, outStride: 4 })).toThrow(ShapeError);
    expect(() => copyRowsInto(out, x, { ...block, xOffset: 1 })).toThrow(ShapeError);
    expect(() => copyRowsInto(out, x, { ...block, outStride: 2 })).toThrow(RangeError);
    expect(() => copyRowsInto(out, x, { ...block, xStride: -3 })).toThrow(RangeError);
    expect(() => copyRowsInto(out, x, { ...block, outOffset: 0.5 })).toThrow(RangeError);
    expect(() => copyRowsInto(out, wrong, block)).toThrow(DTypeError);
    expect(() => copyRowsInto(wrong, x, block)).toThrow(DTypeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
