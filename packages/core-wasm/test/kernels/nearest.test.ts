import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { nearest, nearestProductsInto, nearestScores, nearestScoresInto, nearestTop } = core;

const shapes = [
  [1, 1, 1],
  [2, 3, 1],
  [3, 4, 2],
  [5, 7, 3],
  [4, 16, 4],
  [7, 17, 5],
  [9, 100, 8],
  [33, 21, 9],
  [130, 15, 1],
  [64, 300, 2],
  [0, 4, 2],
  [4, 0, 2],
  [4, 3, 0],
] as const;

/** Whole numbers from −127 to 127. */
function bytes(length: number, seed: number): Int8Array {
  return Int8Array.from(noise(length, seed, 127.4), Math.round);
}

/** How far a score may be off: sums of float32 products here, a rounded query there. */
function bounds(
  vectors: ArrayLike<number>,
  query: Float32Array,
  { rows, cols, queries, weights }: { rows: number; cols: number; queries: number; weights: Float32Array },
): Float64Array {
  const most = Math.min(32_767, Math.floor((2 ** 31 - 1) / (128 * Math.max(cols, 1))));
  return Float64Array.from({ length: queries * rows }, (_, i) => {
    const [q, r] = [Math.floor(i / rows), i % rows];
    const row = Array.from({ length: cols }, (_, c) => Math.abs(vectors[r * cols + c]!));
    const x = query.subarray(q * cols, (q + 1) * cols).map(Math.abs);
    const size = reference.dot(row, x) * Math.abs(weights[r]!);
    const rounding = (0.5001 * Math.max(0, ...x) * reference.sum(row) * Math.abs(weights[r]!)) / most;
    const bytes = vectors instanceof Int8Array ? rounding : 0;
    return (1e-6 + 1e-7 * Math.sqrt(cols)) * size + bytes + 1e-30;
  });
}

describe("the reference of nearest", () => {
  it("finds what one sees", () => {
    const vectors = [1, 0, 0, 1, 0.6, 0.8, -1, 0];
    const shape = { rows: 4, cols: 2 };
    expect([...reference.nearestScores(vectors, [1, 0], shape)]).toEqual([1, 0, 0.6, -1]);
    const { indices, scores } = reference.nearest(vectors, [1, 0], { ...shape, k: 3 });
    expect([[...indices], [...scores]]).toEqual([
      [0, 2, 1],
      [1, Math.fround(0.6), 0],
    ]);
    const products = reference.nearestProducts([1, 0.5, 0, 1, 0, -1], {
      rows: 2,
      positives: 2,
      negatives: 1,
    });
    expectClose(products, [0.5 / 0.501, 0.75 / 0.001], { relative: 1e-14, absolute: 0 });
  });
});

describeVariants("nearest", (runtime) => {
  it.each(shapes)(
    "scores %i × %i floats and bytes as the reference does, %i queries",
    (rows, cols, queries) => {
      const [query, weights] = [noise(queries * cols, 2), noise(rows, 3, 2)];
      const shape = { rows, cols, queries, weights };
      for (const vectors of [noise(rows * cols, 1, 3), bytes(rows * cols, 1)]) {
        const scores = nearestScores(vectors, query, { ...shape, runtime });
        const exact = reference.nearestScores(vectors, query, shape);
        const bound = bounds(vectors, query, shape);
        expect(scores.length).toBe(exact.length);
        scores.forEach((score, i) => expect(Math.abs(score - exact[i]!)).toBeLessThanOrEqual(bound[i]!));
        const plain = nearestScores(vectors, query, { rows, cols, queries, runtime });
        const ones = { ...shape, weights: new Float32Array(rows).fill(1) };
        expect(plain).toEqual(nearestScores(vectors, query, { ...ones, runtime }));
      }
    },
  );

  it("gives a row and a query the same bits in whatever company", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, rows, cols, queries) => {
          const [query, weights] = [noise(queries * cols, seed), noise(rows, seed + 1)];
          for (const vectors of [noise(rows * cols, seed + 2), bytes(rows * cols, seed + 2)]) {
            const all = nearestScores(vectors, query, { rows, cols, queries, weights, runtime });
            for (let q = 0; q < queries; q++) {
              const one = query.subarray(q * cols, (q + 1) * cols);
              for (let r = 0; r < rows; r++) {
                const row = vectors.subarray(r * cols, (r + 1) * cols);
                const single = { rows: 1, cols, weights: weights.subarray(r, r + 1), runtime };
                expect(nearestScores(row, one, single)[0]).toBe(all[q * rows + r]);
              }
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keeps the sums of bytes within 31 bits", () => {
    for (const cols of [511, 512, 4096, 65_536]) {
      const vectors = new Int8Array(cols).fill(-128);
      const query = new Float32Array(cols).fill(-0.25);
      expectClose(nearestScores(vectors, query, { rows: 1, cols, runtime }), [32 * cols], {
        relative: 1e-6,
        absolute: 0,
      });
    }
  });

  it("finds the greatest of any scores, the earlier of equals first, NaN and −∞ never", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, -0, 1, 2, -3, 0.5, 7, NaN, -Infinity, Infinity), { maxLength: 90 }),
        fc.nat(100),
        fc.constantFrom(undefined, -Infinity, 0, 0.5, 1, 8, Infinity),
        (values, k, threshold) => {
          const scores = Float32Array.from(values);
          const wanted = reference.nearestTop(scores, { k, threshold });
          expect(nearestTop(scores, { k, threshold, runtime })).toEqual(wanted);
        },
      ),
    );
    const many = noise(20_000, 5).map((x) => Math.round(500 * x));
    for (const k of [1, 10, 777, 20_000, 30_000]) {
      expect(nearestTop(many, { k, runtime })).toEqual(reference.nearestTop(many, { k }));
    }
    expect(nearestTop(many, { k: 0, runtime }).indices).toEqual(new Int32Array(0));
  });

  it("rounds no score up to the threshold", () => {
    const score = Math.fround(0.7);
    const above = 0.7 > score ? 0.7 : score + 1e-9;
    const scores = Float32Array.of(score, 1);
    expect([...nearestTop(scores, { k: 2, threshold: above, runtime }).indices]).toEqual([1]);
    expect([...nearestTop(scores, { k: 2, threshold: score, runtime }).indices]).toEqual([1, 0]);
  });

  it("searches as the reference does, resident as copied", () => {
    const [rows, cols] = [500, 20];
    const weights = noise(rows, 9).map((x) => 1 + Math.abs(x));
    const query = noise(cols, 8);
    for (const vectors of [bytes(rows * cols, 7), noise(rows * cols, 7)]) {
      const options = { rows, cols, k: 12, weights, runtime };
      const found = nearest(vectors, query, options);
      const scores = nearestScores(vectors, query, { rows, cols, weights, runtime });
      expect(found).toEqual(reference.nearestTop(scores, { k: 12 }));
      const { heap } = runtime;
      const resident = vectors instanceof Int8Array ? heap.from("i8", vectors) : heap.from("f32", vectors);
      const [residentWeights, residentQuery] = [heap.from("f32", weights), heap.from("f32", query)];
      expect(nearest(resident, residentQuery, { ...options, weights: residentWeights })).toEqual(found);
      const out = heap.alloc("f32", rows);
      nearestScoresInto(out, resident, residentQuery, { rows, cols, weights: residentWeights });
      expect(out.toArray()).toEqual(scores);
      expect(nearestTop(out, { k: 12 })).toEqual(found);
      for (const array of [resident, residentWeights, residentQuery, out]) heap.free(array);
    }
  });

  it("reads unaligned views, and only the row's own tail", () => {
    for (const cols of [1, 3, 5, 6, 13, 19]) {
      const floats = noise(1 + 3 * cols + 4, 11);
      const inBytes = bytes(1 + 3 * cols + 20, 11);
      const query = noise(cols, 12);
      for (const vectors of [floats, inBytes]) {
        const begin = vectors.subarray(1, 1 + 3 * cols);
        const before = nearestScores(begin, query, { rows: 3, cols, runtime });
        const copy = vectors.slice(1, 1 + 3 * cols);
        expect(nearestScores(copy, query, { rows: 3, cols, runtime })).toEqual(before);
      }
    }
  });

  it("gives NaN for what holds a NaN or an infinity, and never finds it", () => {
    const query = Float32Array.of(1, 1);
    const vectors = Float32Array.of(1, NaN, 1, 2, Infinity, -Infinity);
    const found = nearest(vectors, query, { rows: 3, cols: 2, k: 3, runtime });
    expect(found).toEqual({ indices: Int32Array.of(1), scores: Float32Array.of(3) });
    for (const bad of [NaN, Infinity]) {
      for (const at of [0, 1]) {
        const broken = Float32Array.of(1, 1);
        broken[at] = bad;
        const scores = nearestScores(Int8Array.of(1, 2), broken, { rows: 1, cols: 2, runtime });
        expect(scores).toEqual(Float32Array.of(NaN));
      }
    }
    expect(
      nearest(Int8Array.of(1, 2), new Float32Array(2), { rows: 1, cols: 2, k: 1, runtime }).scores,
    ).toEqual(Float32Array.of(0));
  });

  it("multiplies and divides cosines as 3CosMul does", () => {
    for (const [positives, negatives] of [
      [1, 0],
      [2, 1],
      [3, 2],
      [0, 1],
    ] as const) {
      const rows = 37;
      const scores = noise((positives + negatives) * rows, 4);
      scores[0] = -1.0000001;
      for (const epsilon of [undefined, 1e-6]) {
        const wanted = reference.nearestProducts(scores, { rows, positives, negatives, epsilon });
        const out = new Float32Array(rows);
        nearestProductsInto(out, scores, { rows, positives, negatives, epsilon, runtime });
        expectClose(out, wanted, { relative: 1e-6 * (positives + negatives + 1), absolute: 1e-7 });
      }
    }
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [vectors, query, out] = [noise(6, 1), noise(3, 2), new Float32Array(2).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => nearestScoresInto(out, wrong, query, options)).toThrow(core.DTypeError);
    expect(() => nearestScoresInto(out, vectors, wrong, options)).toThrow(core.DTypeError);
    expect(() => nearestScoresInto(out, vectors, query, { ...options, rows: 1 })).toThrow(core.ShapeError);
    expect(() => nearestScoresInto(out, vectors, query, { ...options, queries: 2 })).toThrow(core.ShapeError);
    expect(() => nearestScoresInto(out, vectors, query, { ...options, weights: query })).toThrow(
      core.ShapeError,
    );
    expect(() => nearestScores(vectors, query, { ...options, rows: -1 })).toThrow(core.RangeError);
    expect(() => nearestScores(vectors, query, { ...options, rows: 0, cols: 65_537 })).toThrow(
      core.RangeError,
    );
    expect(() => nearest(vectors, query, { ...options, k: -1 })).toThrow(core.RangeError);
    expect(() => nearest(vectors, query, { ...options, k: 1, threshold: NaN })).toThrow(core.RangeError);
    expect(() => nearestTop(wrong, { k: 1, runtime })).toThrow(core.DTypeError);
    const products = { rows: 2, positives: 1, negatives: 1, runtime };
    expect(() => nearestProductsInto(out, query, products)).toThrow(core.ShapeError);
    expect(() => nearestProductsInto(out, noise(4, 1), { ...products, epsilon: -1 })).toThrow(
      core.RangeError,
    );
    expect(out).toEqual(new Float32Array(2).fill(5));
  });
});
