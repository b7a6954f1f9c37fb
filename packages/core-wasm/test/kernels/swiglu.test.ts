import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { swiglu, swigluBackwardInto, swigluFused, swigluFusedBackwardInto, swigluFusedInto, swigluInto } =
  core;

const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [4, 5],
  [2, 17],
  [7, 65],
  [0, 4],
  [4, 0],
] as const;

/** Rows of gate and up, one behind the other. */
function fuse(gate: Float32Array, up: Float32Array, rows: number, cols: number): Float32Array {
  const both = new Float32Array(2 * rows * cols);
  for (let r = 0; r < rows; r++) {
    both.set(gate.subarray(r * cols, (r + 1) * cols), 2 * r * cols);
    both.set(up.subarray(r * cols, (r + 1) * cols), (2 * r + 1) * cols);
  }
  return both;
}

describe("the reference of swiglu", () => {
  it("has the derivatives that differences give", () => {
    const [gate, up, dy] = [1, 2, 3].map((seed) => [...noise(20, seed, 3)]);
    const loss = (gate: number[], up: number[]): number => reference.dot(reference.swiglu(gate, up), dy!);
    const slopes = (at: number[], loss: (at: number[]) => number): number[] =>
      at.map((v, i) => (loss(at.with(i, v + 1e-6)) - loss(at.with(i, v - 1e-6))) / 2e-6);
    const { dgate, dup } = reference.swigluBackward(dy!, gate!, up!);
    const bound = { relative: 1e-7, absolute: 1e-7 };
    expectClose(
      dgate,
      slopes(gate!, (gate) => loss(gate, up!)),
      bound,
    );
    expectClose(
      dup,
      slopes(up!, (up) => loss(gate!, up)),
      bound,
    );
  });
});

describeVariants("swiglu", (runtime) => {
  it.each(shapes)("agrees with the reference, %i × %i, in two arrays and in one", (rows, cols) => {
    const [gate, up] = [noise(rows * cols, 4, 30), noise(rows * cols, 5, 3)];
    const y = swiglu(gate, up, { runtime });
    expectClose(y, reference.swiglu(gate, up), { relative: 5e-7, absolute: 0 });
    expect(swigluFused(fuse(gate, up, rows, cols), { rows, cols, runtime })).toEqual(y);
  });

  it.each(shapes)("has the gradients of the reference, and adds them, %i × %i", (rows, cols) => {
    const [gate, up, dy] = [noise(rows * cols, 6, 12), noise(rows * cols, 7), noise(rows * cols, 8)];
    const expected = reference.swigluBackward(dy, gate, up);
    const [dgate, dup] = [new Float32Array(rows * cols), new Float32Array(rows * cols)];
    swigluBackwardInto(dgate, dup, dy, gate, up, { runtime });
    expectClose(dgate, expected.dgate, { relative: 1e-6, absolute: 6e-7 });
    expectClose(dup, expected.dup, { relative: 1e-6, absolute: 1e-40 });

    const before = [noise(rows * cols, 9), noise(rows * cols, 10)];
    const sums = before.map((array) => array.slice());
    swigluBackwardInto(sums[0]!, sums[1]!, dy, gate, up, { runtime });
    expectClose(
      sums[0]!,
      expected.dgate.map((d, i) => d + before[0]![i]!),
    );
    expectClose(
      sums[1]!,
      expected.dup.map((d, i) => d + before[1]![i]!),
    );
    const fused = fuse(before[0]!, before[1]!, rows, cols);
    swigluFusedBackwardInto(fused, dy, fuse(gate, up, rows, cols), { rows, cols, runtime });
    expect(fused).toEqual(fuse(sums[0]!, sums[1]!, rows, cols));
  });

  it("is silu times up, to the bit, wherever an element stands", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 40 }), (seed, n) => {
        const [gate, up] = [noise(n, seed, 9), noise(n, seed + 1)];
        const silu = core.silu(gate, { runtime });
        expect(swiglu(gate, up, { runtime })).toEqual(core.mul(silu, up, { runtime }));
      }),
    );
  });

  it("has the limits of silu, and lets NaN through", () => {
    const i = Infinity;
    const y = swiglu(Float32Array.of(-i, i, NaN, 1, 0), Float32Array.of(3, 3, 3, NaN, 3), { runtime });
    expect([...y].map((y) => y + 0)).toEqual([0, i, NaN, NaN, 0]);
    const [dgate, dup] = [new Float32Array(2), new Float32Array(2)];
    const ones = Float32Array.of(1, 1);
    swigluBackwardInto(dgate, dup, ones, Float32Array.of(-i, i), ones, { runtime });
    expect([...dgate].map((d) => d + 0)).toEqual([0, 1]);
    expect(dup[0]! + 0).toBe(0);
  });

  it("works in place on resident arrays, and in pieces, with the same bits", () => {
    const n = 300_002;
    const shape = { rows: 2, cols: n / 2 };
    const [gate, up, dy] = [noise(n, 11, 4), noise(n, 12), noise(n, 13)];
    const y = swiglu(gate, up, { runtime });
    const [dgate, dup] = [new Float32Array(n), new Float32Array(n)];
    swigluBackwardInto(dgate, dup, dy, gate, up, { runtime });
    const { heap } = runtime;
    const [rgate, rup, rdy] = [gate, up, dy].map((array) => heap.from("f32", array));
    const [rdgate, rdup] = [heap.alloc("f32", n), heap.alloc("f32", n)];
    swigluBackwardInto(rdgate, rdup, rdy!, rgate!, rup!);
    expect(rdgate.toArray()).toEqual(dgate);
    expect(rdup.toArray()).toEqual(dup);
    swigluInto(rgate!, rgate!, rup!);
    expect(rgate!.toArray()).toEqual(y);
    const fused = heap.from("f32", fuse(gate, up, shape.rows, shape.cols));
    swigluFusedInto(rup!, fused, shape);
    expect(rup!.toArray()).toEqual(y);
    for (const array of [rgate, rup, rdy, rdgate, rdup, fused]) heap.free(array!);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 14), new Float32Array(6).fill(5)];
    const wrong = new Float64Array(6) as unknown as Float32Array;
    const part = x.subarray(1);
    expect(() => swigluInto(out, part, x, { runtime })).toThrow(core.ShapeError);
    expect(() => swigluInto(out, x, part, { runtime })).toThrow(core.ShapeError);
    expect(() => swigluInto(wrong, x, x, { runtime })).toThrow(core.DTypeError);
    for (const at of [1, 2, 3, 4]) {
      const arrays = [out, out, x, x, x].with(at, at === 1 ? out.subarray(1) : part) as never;
      expect(() => (swigluBackwardInto as (...a: Float32Array[]) => void)(...(arrays as []))).toThrow(
        core.ShapeError,
      );
    }
    const shape = { rows: 1, cols: 3, runtime };
    const half = new Float32Array(3).fill(5);
    expect(() => swigluFusedInto(out, x, shape)).toThrow(core.ShapeError);
    expect(() => swigluFusedInto(half, part, shape)).toThrow(core.ShapeError);
    expect(() => swigluFusedInto(half, x, { ...shape, cols: -1 })).toThrow(core.RangeError);
    expect(() => swigluFused(part, shape)).toThrow(core.ShapeError);
    expect(() => swigluFusedBackwardInto(half, half, x, shape)).toThrow(core.ShapeError);
    expect(() => swigluFusedBackwardInto(out, x, x, shape)).toThrow(core.ShapeError);
    expect(() => swigluFusedBackwardInto(out, half, half, shape)).toThrow(core.ShapeError);
    expect([...out, ...half].every((value) => value === 5)).toBe(true);
  });
});
