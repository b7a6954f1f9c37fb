import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { softTopK, softTopKBackwardInto, softTopKInto } = core;
const cases = [
  [1, 1, 1],
  [3, 2, 1],
  [2, 3, 2],
  [4, 5, 0],
  [4, 5, 5],
  [7, 65, 9],
  [2, 500, 499],
  [0, 4, 2],
] as const;

describe("the reference of soft top-k", () => {
  it("has the derivative that differences give", () => {
    const h = 1e-6;
    for (const [k, temperature] of [
      [1, 0.5],
      [2, 1],
      [4, 0.1],
    ] as const) {
      const options = { rows: 2, cols: 5, k, temperature };
      const [x, dy] = [[...noise(10, 1, 1)], [...noise(10, 2)]];
      const loss = (x: number[]): number => reference.dot(reference.softTopK(x, options), dy);
      const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
      expectClose(reference.softTopKBackward(dy, x, options), slopes, { relative: 1e-6, absolute: 1e-7 });
    }
  });

  it("is one or nothing where gaps are beyond all reason, with no slope", () => {
    const x = [1.882276041523782e23, 0.0006726260762661695];
    const options = { rows: 1, cols: 2, k: 1, temperature: 0.1 };
    expect([...reference.softTopK(x, options)]).toEqual([1, 0]);
    expect([...reference.softTopKBackward([1, 2], x, options)]).toEqual([0, 0]);
  });

  it("of two elements is the logistic function of half their difference", () => {
    const [p, q] = reference.softTopK([1.3, 0], { rows: 1, cols: 2, k: 1, temperature: 0.5 });
    expect(p).toBeCloseTo(reference.sigmoid(1.3), 12);
    expect(p! + q!).toBeCloseTo(1, 14);
  });
});

describeVariants("softTopK", (runtime) => {
  it.each(cases)("agrees with the reference, %i × %i, k = %i", (rows, cols, k) => {
    for (const temperature of [1e-3, 0.3, 1, 20]) {
      for (const scale of [0.1, 3, 1e4]) {
        const options = { rows, cols, k, temperature };
        const x = noise(rows * cols, 3, scale);
        expectClose(softTopK(x, { ...options, runtime }), reference.softTopK(x, options), {
          relative: 1e-7,
          absolute: 1e-7,
        });
      }
    }
  });

  it.each(cases)("has the gradient of the reference, and adds it, %i × %i, k = %i", (rows, cols, k) => {
    for (const temperature of [0.05, 1]) {
      const options = { rows, cols, k, temperature };
      const [x, dy, before] = [noise(rows * cols, 4, 2), noise(rows * cols, 5), noise(rows * cols, 6)];
      const expected = reference.softTopKBackward(dy, x, options);
      const dx = new Float32Array(x.length);
      softTopKBackwardInto(dx, dy, x, { ...options, runtime });
      expectClose(dx, expected, { relative: 4e-7, absolute: 4e-7 / temperature });
      const sums = before.slice();
      softTopKBackwardInto(sums, dy, x, { ...options, runtime });
      expectClose(
        sums,
        expected.map((dx, i) => dx + before[i]!),
        { relative: 6e-7, absolute: 6e-7 / temperature },
      );
    }
  });

  it("has what makes a top-k: Σ = k, 0 ≤ p ≤ 1, order, permutations, a finite gradient", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(20),
        fc.constantFrom(1e-3, 1, 1e4),
        fc.constantFrom(1e-3, 0.1, 1, 100),
        (seed, cols, atMost, scale, temperature) => {
          const k = Math.min(atMost, cols);
          // Whole numbers now and then, for ties.
          const x = noise(cols, seed, scale).map((x) => (seed % 3 === 0 ? Math.round(x) : x));
          const options = { rows: 1, cols, k, temperature, runtime };
          const p = softTopK(x, options);
          expect(Math.abs(reference.sum(p) - k)).toBeLessThanOrEqual(6e-8 * cols);
          expect(p.every((p) => p >= 0 && p <= 1)).toBe(true);
          for (let i = 0; i < cols; i++) {
            for (let j = 0; j < cols; j++) if (x[i]! >= x[j]!) expect(p[i]).toBeGreaterThanOrEqual(p[j]!);
          }
          const order = Array.from({ length: cols }, (_, i) => (i + (seed % cols)) % cols);
          const permuted = softTopK(
            Float32Array.from(order, (i) => x[i]!),
            options,
          );
          expectClose(
            permuted,
            order.map((i) => p[i]!),
            { relative: 2e-7, absolute: 1e-7 },
          );
          const dx = new Float32Array(cols);
          softTopKBackwardInto(dx, noise(cols, seed + 1), x, options);
          expect(dx.every((dx) => Math.abs(dx) <= 0.5 / temperature + 1e-6)).toBe(true);
        },
      ),
    );
  });

  it("becomes the k greatest as τ → 0, and shares among ties at the edge", () => {
    const x = Float32Array.of(3, -1, 7, 0, 2, 7.5);
    for (const temperature of [1e-2, 1e-6, 1e-100]) {
      const options = { rows: 1, cols: 6, temperature, runtime };
      expectClose(softTopK(x, { ...options, k: 3 }), [1, 0, 1, 0, 0, 1], { relative: 0, absolute: 1e-21 });
      const ties = softTopK(Float32Array.of(5, 5, 5, 9, 0, 0), { ...options, k: 2 });
      expectClose(ties, [1 / 3, 1 / 3, 1 / 3, 1, 0, 0], { relative: 1e-7, absolute: 1e-100 });
    }
  });

  it("keeps what is small beside 1: the tails are right to their own size", () => {
    const x = Float32Array.of(40, 0, -1);
    const p = softTopK(x, { rows: 1, cols: 3, k: 1, runtime });
    const exact = reference.softTopK(x, { rows: 1, cols: 3, k: 1 });
    expectClose(p, exact, { relative: 1e-6, absolute: 0 });
    expect(p[1]).toBeGreaterThan(1e-10);
    expect(p[1]! / p[2]!).toBeCloseTo(Math.E, 5);
  });

  it("makes NaN of rows that are not finite, and of no other", () => {
    const x = Float32Array.of(1, 2, 3, 1, NaN, 3, 1, -Infinity, 0, Infinity, 0, 0);
    const y = softTopK(x, { rows: 4, cols: 3, k: 2, runtime });
    expect(y.subarray(3).every(Number.isNaN)).toBe(true);
    expect(reference.sum(y.subarray(0, 3))).toBeCloseTo(2, 6);
  });

  it("works in place on resident arrays, and in pieces, with the same bits", () => {
    const shape = { rows: 301, cols: 399, k: 20, temperature: 0.2 };
    const [x, dy, dx] = [noise(301 * 399, 14, 4), noise(301 * 399, 15), new Float32Array(301 * 399)];
    const y = softTopK(x, { ...shape, runtime });
    softTopKBackwardInto(dx, dy, x, { ...shape, runtime });
    const { heap } = runtime;
    const arrays = [heap.from("f32", x), heap.from("f32", dy), heap.alloc("f32", x.length)];
    const [rx, rdy, rdx] = arrays;
    softTopKBackwardInto(rdx!, rdy!, rx!, shape);
    softTopKInto(rx!, rx!, shape);
    expect(rx!.toArray()).toEqual(y);
    expect(rdx!.toArray()).toEqual(dx);
    for (const array of arrays) heap.free(array);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 16), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, k: 1, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => softTopKInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => softTopKInto(out, wrong, options)).toThrow(core.DTypeError);
    for (const change of [{ k: 4 }, { k: -1 }, { k: 1.5 }, { temperature: 0 }, { temperature: Infinity }]) {
      expect(() => softTopKInto(out, x, { ...options, ...change })).toThrow(core.RangeError);
      expect(() => softTopKBackwardInto(out, x, x, { ...options, ...change })).toThrow(core.RangeError);
    }
    expect(() => softTopKBackwardInto(out, x.subarray(1), x, options)).toThrow(core.ShapeError);
    expect(() => softTopKBackwardInto(wrong, x, x, options)).toThrow(core.DTypeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
