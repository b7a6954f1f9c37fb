import fc from "fast-check";
import { expect, it } from "vitest";
import { DTypeError, RangeError, ShapeError, transpose, transposeInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, noise } from "../variants.js";

describeVariants("transpose", (runtime) => {
  it("moves every element, at every shape", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (rows, cols) => {
        const x = noise(rows * cols, 1);
        const out = transpose(x, { rows, cols, runtime });
        expect(out).toEqual(Float32Array.from(reference.transpose(x, { rows, cols })));
        expect(transpose(out, { rows: cols, cols: rows, runtime })).toEqual(x);
      }),
    );
  });

  it("moves NaN and −0 as they are", () => {
    const x = Float32Array.of(NaN, -0, Infinity, 1, 2, 3);
    expect(transpose(x, { rows: 3, cols: 2, runtime })).toEqual(Float32Array.of(NaN, Infinity, 2, -0, 1, 3));
  });

  it("gives the same on resident arrays and unaligned views, and writes nothing else", () => {
    const [x, shape] = [noise(5 * 19, 2), { rows: 5, cols: 19 }];
    const [resident, out] = [runtime.heap.alloc("f32", 100), runtime.heap.alloc("f32", 100)];
    for (const start of [0, 1, 2, 3]) {
      const end = start + 95;
      resident.view.set(x, start);
      out.view.fill(7);
      transposeInto(out.subarray(start, end), resident.subarray(start, end), shape);
      expect(out.view.subarray(start, end)).toEqual(transpose(x, { ...shape, runtime }));
      expect([...out.view.subarray(0, start), ...out.view.subarray(end)].every((value) => value === 7)).toBe(
        true,
      );
    }
    runtime.heap.free(resident);
    runtime.heap.free(out);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 3), new Float32Array(6).fill(5)];
    const wrong = new Int32Array(6) as unknown as Float32Array;
    expect(() => transposeInto(out, x, { rows: 2, cols: 2, runtime })).toThrow(ShapeError);
    expect(() => transposeInto(out, x.subarray(1), { rows: 2, cols: 3, runtime })).toThrow(ShapeError);
    expect(() => transposeInto(out, wrong, { rows: 2, cols: 3, runtime })).toThrow(DTypeError);
    expect(() => transposeInto(wrong, x, { rows: 2, cols: 3, runtime })).toThrow(DTypeError);
    expect(() => transposeInto(out, x, { rows: NaN, cols: 3, runtime })).toThrow(RangeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
