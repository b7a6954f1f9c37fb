import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { entmax, entmaxBackwardInto, entmaxInto } = core;
const alphas = [1, 1.01, 1.2, 1.5, 1.7, 2];
const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [4, 5],
  [7, 65],
  [1, 1000],
  [0, 4],
  [4, 0],
] as const;

describe("the reference of entmax", () => {
  it.each(alphas)("has the derivative that differences give: alpha %d", (alpha) => {
    const options = { rows: 2, cols: 5, alpha, temperature: 0.7 };
    const [x, dy] = [[...noise(10, 1, 1)], [...noise(10, 2)]];
    const loss = (x: number[]): number => reference.dot(reference.entmax(x, options), dy);
    const h = 1e-6;
    const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
    const y = reference.entmax(x, options);
    expectClose(reference.entmaxBackward(dy, y, options), slopes, { relative: 1e-6, absolute: 1e-7 });
  });

  it("has the values that are known", () => {
    const of = (alpha: number, ...x: number[]): Float64Array =>
      reference.entmax(x, { rows: 1, cols: x.length, alpha });
    expectClose(of(2, 0.5, 0.2, -1), [0.65, 0.35, 0], { absolute: 1e-12 });
    // Two elements under 1.5-entmax: √p − √q = x/2 with p + q = 1.
    const [p, q] = of(1.5, 0.6, 0);
    expect(Math.sqrt(p!) - Math.sqrt(q!)).toBeCloseTo(0.3, 12);
    expect(p! + q!).toBeCloseTo(1, 12);
    expectClose(of(1, 1, 2, 3), reference.softmax([1, 2, 3], { rows: 1, cols: 3 }), { absolute: 1e-14 });
  });

  it("sorting and bisection find the same threshold", () => {
    const x = [...noise(40, 3, 2)];
    for (const alpha of [1.5, 2]) {
      const [exact, near] = [alpha, alpha - 1e-9].map((alpha) =>
        reference.entmax(x, { rows: 4, cols: 10, alpha }),
      );
      expectClose(near!, exact!, { absolute: 1e-7 });
    }
  });
});

describeVariants("entmax", (runtime) => {
  for (const alpha of alphas) {
    it.each(shapes)(`agrees with the reference: alpha ${alpha}, %i × %i`, (rows, cols) => {
      for (const temperature of [1e-3, 0.3, 1, 20]) {
        for (const scale of [0.1, 3, 1e4]) {
          const options = { rows, cols, alpha, temperature };
          const x = noise(rows * cols, 3, scale);
          expectClose(entmax(x, { ...options, runtime }), reference.entmax(x, options), {
            relative: 1e-6,
            absolute: 1e-7,
          });
        }
      }
    });

    it.each(shapes)(
      `has the gradient of the reference, and adds it: alpha ${alpha}, %i × %i`,
      (rows, cols) => {
        const options = { rows, cols, alpha, temperature: 0.8 };
        const [x, dy, before] = [noise(rows * cols, 4, 2), noise(rows * cols, 5), noise(rows * cols, 6)];
        const y = entmax(x, { ...options, runtime });
        const expected = reference.entmaxBackward(dy, y, options);
        const dx = new Float32Array(x.length);
        entmaxBackwardInto(dx, dy, y, { ...options, runtime });
        expectClose(dx, expected, { relative: 4e-7, absolute: 4e-7 });
        const sums = before.slice();
        entmaxBackwardInto(sums, dy, y, { ...options, runtime });
        expectClose(
          sums,
          expected.map((dx, i) => dx + before[i]!),
          { relative: 6e-7, absolute: 6e-7 },
        );
      },
    );
  }

  it("adds up to 1, does not change when a row is shifted, and keeps the order", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(...alphas),
        fc.integer({ min: -500, max: 500 }),
        (seed, cols, alpha, shift) => {
          // Multiples of 1/64 below 2^10 are shifted without rounding, so the results agree to the bit.
          const x = noise(cols, seed, 3).map((x) => Math.round(64 * x) / 64);
          const options = { rows: 1, cols, alpha, runtime };
          const y = entmax(x, options);
          expect(
            entmax(
              x.map((x) => x + shift),
              options,
            ),
          ).toEqual(y);
          expect(reference.sum(y)).toBeCloseTo(1, 5);
          for (let i = 0; i < cols; i++) {
            for (let j = 0; j < cols; j++) if (x[i]! >= x[j]!) expect(y[i]).toBeGreaterThanOrEqual(y[j]!);
          }
        },
      ),
    );
  });

  it("is one-hot exactly once the greatest is ahead by τ / (α − 1), and only then", () => {
    for (const alpha of [1.5, 2]) {
      for (const temperature of [0.01, 1, 50]) {
        const gap = temperature / (alpha - 1);
        const options = { rows: 1, cols: 3, alpha, temperature, runtime };
        expect([...entmax(Float32Array.of(0, 1.0001 * gap, -1), options)]).toEqual([0, 1, 0]);
        const before = entmax(Float32Array.of(0, 0.999 * gap, -2 * gap), options);
        expect(before[0]).toBeGreaterThan(0);
        expect(before[2]).toBe(0);
      }
    }
  });

  it("takes masks of −∞, shares among ties, and makes NaN of a row that has no answer", () => {
    const [n, i] = [NaN, Infinity];
    for (const alpha of alphas) {
      const x = Float32Array.of(1, -i, 1, -i, -i, -i, 1, n, 0, i, 0, 0);
      const y = entmax(x, { rows: 4, cols: 3, alpha, runtime });
      expectClose(y, [0.5, 0, 0.5, ...Array<number>(9).fill(n)], { relative: 2e-7, absolute: 0 });
    }
  });

  it("works in place on resident arrays, and in pieces, with the same bits", () => {
    const shape = { rows: 301, cols: 999, alpha: 1.5 };
    const [x, dy, dx] = [noise(301 * 999, 14, 4), noise(301 * 999, 15), new Float32Array(301 * 999)];
    const y = entmax(x, { ...shape, runtime });
    entmaxBackwardInto(dx, dy, y, { ...shape, runtime });
    const { heap } = runtime;
    const arrays = [heap.from("f32", x), heap.from("f32", dy), heap.alloc("f32", x.length)];
    const [rx, rdy, rdx] = arrays;
    entmaxInto(rx!, rx!, shape);
    entmaxBackwardInto(rdx!, rdy!, rx!, shape);
    expect(rx!.toArray()).toEqual(y);
    expect(rdx!.toArray()).toEqual(dx);
    for (const array of arrays) heap.free(array);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 16), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => entmaxInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => entmaxInto(out, wrong, options)).toThrow(core.DTypeError);
    for (const change of [
      { alpha: 0.9 },
      { alpha: 1.001 },
      { alpha: 2.1 },
      { alpha: NaN },
      { temperature: 0 },
    ]) {
      expect(() => entmaxInto(out, x, { ...options, ...change })).toThrow(core.RangeError);
      expect(() => entmaxBackwardInto(out, x, x, { ...options, ...change })).toThrow(core.RangeError);
    }
    expect(() => entmaxBackwardInto(out, x.subarray(1), x, options)).toThrow(core.ShapeError);
    expect(() => entmaxBackwardInto(wrong, x, x, options)).toThrow(core.DTypeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
