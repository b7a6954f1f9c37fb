import fc from "fast-check";
import { expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const binary = ["add", "sub", "mul", "div"] as const;
const plain = { add: core.add, sub: core.sub, mul: core.mul, div: core.div };
const exact = { add: reference.add, sub: reference.sub, mul: reference.mul, div: reference.div };
const into = { add: core.addInto, sub: core.subInto, mul: core.mulInto, div: core.divInto };

describeVariants("elementwise", (runtime) => {
  it.each(binary)("%s is the float64 result rounded once, at every length", (name) => {
    for (let n = 0; n <= 17; n++) {
      const [a, b] = [noise(n, 1, 5), noise(n, 2, 3)];
      expect(plain[name](a, b, { runtime })).toEqual(Float32Array.from(exact[name](a, b)));
    }
  });

  it.each(binary)("%s takes any float", (name) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.float(), fc.float()), { maxLength: 20 }), (pairs) => {
        const [a, b] = [0, 1].map((side) => Float32Array.from(pairs, (pair) => pair[side]!));
        expect(plain[name](a!, b!, { runtime })).toEqual(Float32Array.from(exact[name](a!, b!)));
      }),
    );
  });

  it("scales, shifts and adds products in up to two roundings", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 7, 16, 17, 1001]) {
      const [x, y, z] = [noise(n, 3), noise(n, 4), noise(n, 5)];
      expectClose(
        core.scale(x, { scale: 1.75, shift: -0.5, runtime }),
        reference.scale(x, { scale: 1.75, shift: -0.5 }),
        { relative: 2e-7, absolute: 2e-7 },
      );
      expect(core.scale(x, { scale: 3, runtime })).toEqual(x.map((x) => 3 * x));
      const sum = z.slice();
      core.addScaledInto(sum, x, { scale: -0.25, runtime });
      expectClose(sum, reference.addScaled(z, x, { scale: -0.25 }), { relative: 2e-7, absolute: 2e-7 });
      const products = z.slice();
      core.mulAddInto(products, x, y, { runtime });
      expectClose(products, reference.mulAdd(z, x, y), { relative: 2e-7, absolute: 2e-7 });
    }
  });

  it("fills with any float, and no further than the end", () => {
    for (const value of [0, -0, 1.5, Infinity, -Infinity, NaN]) {
      for (let n = 0; n <= 9; n++) {
        const resident = runtime.heap.from("f32", new Float32Array(12).fill(7));
        core.fillInto(resident.subarray(1, 1 + n), { value });
        const expected = new Float32Array(12).fill(7).fill(value, 1, 1 + n);
        expect(resident.toArray()).toEqual(expected);
        runtime.heap.free(resident);
      }
    }
    const out = new Float32Array(5);
    core.fillInto(out, { value: 2, runtime });
    expect(out).toEqual(Float32Array.of(2, 2, 2, 2, 2));
  });

  it("adds a row to every row", () => {
    for (const [rows, cols] of [
      [0, 3],
      [3, 0],
      [1, 1],
      [2, 3],
      [3, 4],
      [5, 7],
      [4, 33],
    ] as const) {
      const [x, row] = [noise(rows * cols, 6), noise(cols, 7)];
      const out = core.addRow(x, row, { rows, cols, runtime });
      expect(out).toEqual(Float32Array.from(reference.addRow(x, row)));
      core.addRowInto(x, x, row, { rows, cols, runtime });
      expect(x).toEqual(out);
    }
  });

  it("works in place and on resident arrays", () => {
    const [a, b] = [noise(11, 8), noise(11, 9)];
    const [residentA, residentB] = [runtime.heap.from("f32", a), runtime.heap.from("f32", b)];
    for (const name of binary) {
      residentA.set(a);
      const expected = plain[name](a, b, { runtime });
      into[name](residentA, residentA, residentB);
      expect(residentA.toArray()).toEqual(expected);
      const own = a.slice();
      into[name](own, own, b, { runtime });
      expect(own).toEqual(expected);
    }
    residentA.set(a);
    core.mulAddInto(residentA, residentA, residentB);
    const own = a.slice();
    core.mulAddInto(own, own, b, { runtime });
    expect(residentA.toArray()).toEqual(own);
    core.scaleInto(residentA, residentB, { scale: 2, shift: 1 });
    expect(residentA.toArray()).toEqual(core.scale(b, { scale: 2, shift: 1, runtime }));
    residentA.set(a);
    core.addScaledInto(residentA, residentB, { scale: 0.5 });
    own.set(a);
    core.addScaledInto(own, b, { scale: 0.5, runtime });
    expect(residentA.toArray()).toEqual(own);
    runtime.heap.free(residentA);
    runtime.heap.free(residentB);
  });

  it("takes views that are not aligned to a vector", () => {
    const [a, b] = [noise(20, 10), noise(20, 11)];
    const [residentA, residentB] = [runtime.heap.from("f32", a), runtime.heap.from("f32", b)];
    for (const start of [1, 2, 3]) {
      const sum = core.add(residentA.subarray(start, start + 9), residentB.subarray(start + 1, start + 10));
      expect(sum).toEqual(
        core.add(a.subarray(start, start + 9), b.subarray(start + 1, start + 10), { runtime }),
      );
    }
    runtime.heap.free(residentA);
    runtime.heap.free(residentB);
  });

  it("takes arrays for which Wasm memory has to grow", () => {
    const n = 3_000_001;
    const [a, b] = [noise(n, 14), noise(n, 15)];
    const sums = core.add(a, b, { runtime });
    for (const i of [0, 1, 1_500_000, n - 2, n - 1]) expect(sums[i]).toBe(Math.fround(a[i]! + b[i]!));
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, short] = [noise(4, 12), noise(3, 13)];
    const out = new Float32Array(4).fill(5);
    const wrong = new Int32Array(4) as unknown as Float32Array;
    for (const name of binary) {
      expect(() => into[name](out, x, short, { runtime })).toThrow(core.ShapeError);
      expect(() => into[name](out, short, x, { runtime })).toThrow(core.ShapeError);
      expect(() => into[name](out, wrong, x, { runtime })).toThrow(core.DTypeError);
      expect(() => into[name](wrong, x, x, { runtime })).toThrow(core.DTypeError);
    }
    expect(() => core.mulAddInto(out, x, short, { runtime })).toThrow(core.ShapeError);
    expect(() => core.addScaledInto(out, short, { scale: 1, runtime })).toThrow(core.ShapeError);
    expect(() => core.scaleInto(out, short, { scale: 1, runtime })).toThrow(core.ShapeError);
    for (const none of [undefined, "2", null] as never[]) {
      expect(() => core.addScaledInto(out, x, { scale: none, runtime })).toThrow(core.RangeError);
      expect(() => core.scaleInto(out, x, { scale: none, runtime })).toThrow(core.RangeError);
      expect(() => core.fillInto(out, { value: none, runtime })).toThrow(core.RangeError);
    }
    expect(() => core.scaleInto(out, x, { scale: 1, shift: "1" as never, runtime })).toThrow(core.RangeError);
    expect(() => core.fillInto(wrong, { value: 1, runtime })).toThrow(core.DTypeError);
    expect(() => core.addRowInto(out, x, short, { rows: 2, cols: 2, runtime })).toThrow(core.ShapeError);
    expect(() => core.addRowInto(out, short, x, { rows: 1, cols: 4, runtime })).toThrow(core.ShapeError);
    expect(() => core.addRowInto(out, x, x, { rows: -1, cols: 4, runtime })).toThrow(core.RangeError);
    expect(out).toEqual(new Float32Array(4).fill(5));
  });
});
