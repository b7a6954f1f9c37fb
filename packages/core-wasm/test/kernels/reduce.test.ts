import fc from "fast-check";
import { expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

describeVariants("reduce", (runtime) => {
  const lengths = [...Array(18).keys(), 31, 64, 1000, 100_003];

  it.each(lengths)("adds up %i elements in float64", (n) => {
    const [x, y] = [noise(n, 1, 100), noise(n, 2)];
    const size = { relative: 0, absolute: 1e-14 * (1 + reference.sum(x.map(Math.abs))) };
    expectClose([core.sum(x, { runtime })], [reference.sum(x)], size);
    expectClose([core.dot(x, y, { runtime })], [reference.dot(x, y)], size);
    expectClose([core.mean(x, { runtime })], [reference.mean(x)], size);
    expectClose([core.sumSquares(x, { runtime })], [reference.sumSquares(x)], {
      relative: 1e-13,
      absolute: 0,
    });
    expect(core.max(x, { runtime })).toBe(reference.max(x));
    expect(core.min(x, { runtime })).toBe(reference.min(x));
  });

  it("does not lose what float32 would", () => {
    const x = new Float32Array(10_001).fill(2 ** -24);
    x[0] = 1;
    expect(core.sum(x, { runtime })).toBe(1 + 10_000 * 2 ** -24);
    expect(core.sumSquares(Float32Array.of(1e30, 1), { runtime })).toBe(Math.fround(1e30) ** 2);
  });

  it("gives the identity for no elements", () => {
    const none = new Float32Array(0);
    expect(core.sum(none, { runtime })).toBe(0);
    expect(core.dot(none, none, { runtime })).toBe(0);
    expect(core.mean(none, { runtime })).toBeNaN();
    expect(core.max(none, { runtime })).toBe(-Infinity);
    expect(core.min(none, { runtime })).toBe(Infinity);
  });

  it("finds the extremes of any floats, NaN before all", () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 30 }), (x) => {
        expect(core.max(x, { runtime })).toBe(reference.max(x));
        expect(core.min(x, { runtime })).toBe(reference.min(x));
      }),
    );
    for (let at = 0; at < 13; at++) {
      const x = noise(13, 3);
      x[at] = NaN;
      expect([core.max(x, { runtime }), core.min(x, { runtime }), core.sum(x, { runtime })]).toEqual([
        NaN,
        NaN,
        NaN,
      ]);
    }
  });

  it("finds the first of the greatest in every row", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 19 }),
        fc.nat(4),
        fc.infiniteStream(fc.nat(3)),
        (cols, rows, values) => {
          const few = [0, 2, -Infinity, NaN];
          const x = Float32Array.from({ length: rows * cols }, () => few[values.next().value as number]!);
          const shape = { rows, cols };
          expect(core.argmaxRows(x, { ...shape, runtime })).toEqual(reference.argmaxRows(x, shape));
          const noNaN = x.map((x) => (Number.isNaN(x) ? 1 : x));
          expect(core.argmaxRows(noNaN, { ...shape, runtime })).toEqual(reference.argmaxRows(noNaN, shape));
        },
      ),
    );
  });

  it.each([
    [0, 3],
    [3, 0],
    [1, 1],
    [5, 7],
    [4, 8],
    [33, 17],
    [1000, 9],
  ] as const)("adds column sums to what is there, %i × %i", (rows, cols) => {
    const shape = { rows, cols };
    const [x, before] = [noise(rows * cols, 4), noise(cols, 5)];
    const sums = reference.sumRows(x, shape);
    expectClose(core.sumRows(x, { ...shape, runtime }), sums, { relative: 6e-8, absolute: 1e-12 });
    const out = before.slice();
    core.sumRowsInto(out, x, { ...shape, runtime });
    expectClose(
      out,
      sums.map((sum, c) => sum + before[c]!),
      { relative: 6e-8, absolute: 1e-12 },
    );
  });

  it("gives the same on resident arrays and unaligned views", () => {
    const x = noise(40, 6);
    const resident = runtime.heap.from("f32", x);
    for (const start of [0, 1, 2, 3]) {
      const [part, view] = [x.subarray(start, start + 35), resident.subarray(start, start + 35)];
      expect(core.sum(view)).toBe(core.sum(part, { runtime }));
      expect(core.sumSquares(view)).toBe(core.sumSquares(part, { runtime }));
      expect(core.dot(view, view)).toBe(core.dot(part, part, { runtime }));
      expect([core.max(view), core.min(view)]).toEqual([
        core.max(part, { runtime }),
        core.min(part, { runtime }),
      ]);
      const shape = { rows: 5, cols: 7 };
      expect(core.argmaxRows(view, shape)).toEqual(core.argmaxRows(part, { ...shape, runtime }));
      expect(core.sumRows(view, shape)).toEqual(core.sumRows(part, { ...shape, runtime }));
    }
    runtime.heap.free(resident);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const x = noise(6, 7);
    const wrong = new Float64Array(6) as unknown as Float32Array;
    for (const reduce of [core.sum, core.mean, core.sumSquares, core.max, core.min]) {
      expect(() => reduce(wrong, { runtime })).toThrow(core.DTypeError);
    }
    expect(() => core.dot(x, x.subarray(1), { runtime })).toThrow(core.ShapeError);
    expect(() => core.dot(x, wrong, { runtime })).toThrow(core.DTypeError);
    const indices = Int32Array.of(5, 5);
    expect(() => core.argmaxRowsInto(indices, x, { rows: 2, cols: 2, runtime })).toThrow(core.ShapeError);
    expect(() => core.argmaxRowsInto(indices.subarray(1), x, { rows: 2, cols: 3, runtime })).toThrow(
      core.ShapeError,
    );
    expect(() => core.argmaxRowsInto(indices, x, { rows: 2, cols: 0, runtime })).toThrow(core.RangeError);
    expect(() => core.argmaxRows(x, { rows: -1, cols: 3, runtime })).toThrow(core.RangeError);
    const out = new Float32Array(3).fill(5);
    expect(() => core.sumRowsInto(out, x, { rows: 3, cols: 3, runtime })).toThrow(core.ShapeError);
    expect(() => core.sumRowsInto(out, x, { rows: 3, cols: 2, runtime })).toThrow(core.ShapeError);
    expect(() => core.sumRows(x, { rows: 2, cols: 1.5, runtime })).toThrow(core.RangeError);
    expect([...indices, ...out].every((value) => value === 5)).toBe(true);
  });
});
