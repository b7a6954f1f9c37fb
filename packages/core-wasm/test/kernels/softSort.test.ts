import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { softRank, softRankBackwardInto, softRankInto, softSort, softSortBackwardInto, softSortInto } = core;
// Beside 16 and its multiples, where runs end.
const shapes = [
  [1, 1],
  [3, 2],
  [4, 5],
  [3, 16],
  [2, 17],
  [2, 33],
  [7, 65],
  [1, 1000],
  [0, 4],
  [4, 0],
] as const;

const forms = [
  {
    name: "softSort",
    form: softSort,
    formInto: softSortInto,
    backwardInto: softSortBackwardInto,
    exact: reference.softSort,
    exactBackward: reference.softSortBackward,
  },
  {
    name: "softRank",
    form: softRank,
    formInto: softRankInto,
    backwardInto: softRankBackwardInto,
    exact: reference.softRank,
    exactBackward: reference.softRankBackward,
  },
] as const;

describe("the reference of soft sorting and ranks", () => {
  it.each(forms)("$name has the derivative that differences give", ({ exact, exactBackward }) => {
    const h = 1e-7;
    for (const temperature of [0.1, 0.9, 3, 30]) {
      const options = { rows: 2, cols: 6, temperature };
      const [x, dy] = [[...noise(12, 1, 2)], [...noise(12, 2)]];
      const loss = (x: number[]): number => reference.dot(exact(x, options), dy);
      const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
      expectClose(exactBackward(dy, x, options), slopes, { relative: 1e-5, absolute: 1e-6 });
    }
  });

  it("is the nearest point of the permutahedron: no mixture of permutations is nearer", () => {
    // For a projection p of z, (z − p) · (q − p) ≤ 0 for every corner q.
    const corners = permutations([1, 2, 3, 4]);
    for (let seed = 0; seed < 50; seed++) {
      const x = [...noise(4, seed, 2)];
      for (const temperature of [0.3, 1, 4]) {
        const options = { rows: 1, cols: 4, temperature };
        const rank = reference.softRank(x, options);
        const sorted = reference.softSort(x, options);
        for (const q of corners) {
          const z = x.map((x) => x / temperature);
          const ranked = q.reduce((sum, q, i) => sum + (z[i]! - rank[i]!) * (q - rank[i]!), 0);
          expect(ranked).toBeLessThanOrEqual(1e-9);
          const corner = q.map((q) => x[q - 1]!);
          const order = corner.reduce(
            (sum, v, i) => sum + ((i + 1) / temperature - sorted[i]!) * (v - sorted[i]!),
            0,
          );
          expect(order).toBeLessThanOrEqual(1e-9);
        }
      }
    }
  });
});

describeVariants("softSort and softRank", (runtime) => {
  for (const { name, form, backwardInto, exact, exactBackward } of forms) {
    it.each(shapes)(`${name} agrees with the reference, %i × %i`, (rows, cols) => {
      for (const temperature of [1e-3, 0.3, 1, 20, 1e4]) {
        for (const scale of [0.1, 3, 1e4]) {
          const options = { rows, cols, temperature };
          const x = noise(rows * cols, 3, scale);
          expectClose(form(x, { ...options, runtime }), exact(x, options), {
            relative: 2e-7,
            absolute: 2e-7 * scale + (1e-15 * scale) / temperature,
          });
        }
      }
    });

    it.each(shapes)(`${name} has the gradient of the reference, and adds it, %i × %i`, (rows, cols) => {
      for (const temperature of [0.05, 1, 20]) {
        const options = { rows, cols, temperature };
        const [x, dy, before] = [noise(rows * cols, 4, 2), noise(rows * cols, 5), noise(rows * cols, 6)];
        const expected = exactBackward(dy, x, options);
        const dx = new Float32Array(x.length);
        backwardInto(dx, dy, x, { ...options, runtime });
        const absolute = 2e-7 / Math.min(1, temperature);
        expectClose(dx, expected, { relative: 2e-7, absolute });
        const sums = before.slice();
        backwardInto(sums, dy, x, { ...options, runtime });
        expectClose(
          sums,
          expected.map((dx, i) => dx + before[i]!),
          { relative: 4e-7, absolute: 2 * absolute },
        );
      }
    });
  }

  it("is the sorted row and the ranks themselves, once τ is small enough", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(1e-2, 1, 1e4),
        (seed, cols, scale) => {
          const x = noise(cols, seed, scale);
          const sorted = x.toSorted();
          const gaps = Array.from(sorted.subarray(1), (value, i) => value - sorted[i]!);
          const [least, most] = [Math.min(...gaps, 1e9), Math.max(...gaps, 0)];
          const temperature = 1 / Math.max(most, 1e-9);
          expect(softSort(x, { rows: 1, cols, temperature: temperature * (1 - 1e-9), runtime })).toEqual(
            sorted,
          );
          if (least === 0) return;
          const ranks = Float32Array.from(x, (value) => 1 + sorted.indexOf(value));
          expect(softRank(x, { rows: 1, cols, temperature: least * (1 - 1e-9), runtime })).toEqual(ranks);
        },
      ),
    );
  });

  it("keeps the sum, the order, and equal ranks for equal elements", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0.1, 1, 10),
        (seed, cols, temperature) => {
          const x = noise(cols, seed, 5).map((x) => Math.round(4 * x) / 4);
          const options = { rows: 1, cols, temperature, runtime };
          const [sorted, ranks] = [softSort(x, options), softRank(x, options)];
          expect(reference.sum(sorted)).toBeCloseTo(reference.sum(x), 4);
          expect(reference.sum(ranks)).toBeCloseTo((cols * (cols + 1)) / 2, 3);
          for (let i = 1; i < cols; i++) expect(sorted[i]).toBeGreaterThanOrEqual(sorted[i - 1]!);
          for (let i = 0; i < cols; i++) {
            for (let j = 0; j < cols; j++) {
              if (x[i] === x[j]) expect(ranks[i]).toBe(ranks[j]);
              if (x[i]! > x[j]!) expect(ranks[i]).toBeGreaterThanOrEqual(ranks[j]!);
            }
          }
        },
      ),
    );
  });

  it("sorts ties, zeros of both signs, and rows that are sorted already, either way", () => {
    const options = { rows: 1, cols: 40, temperature: 1e-6, runtime };
    const up = Float32Array.from({ length: 40 }, (_, i) => i - 20);
    expect(softSort(up, options)).toEqual(up);
    expect(softSort(up.toReversed(), options)).toEqual(up);
    const ties = softRank(Float32Array.of(0, 2, -0, 2, 2), { rows: 1, cols: 5, temperature: 1e-3, runtime });
    expect([...ties]).toEqual([1.5, 4, 1.5, 4, 4]);
  });

  it("makes NaN of rows that are not finite, and of no other", () => {
    const x = Float32Array.of(3, 1, 2, 1, NaN, 3, 1, -Infinity, 0, Infinity, 0, 0);
    for (const { form } of forms) {
      const y = form(x, { rows: 4, cols: 3, temperature: 0.1, runtime });
      expect(y.subarray(3).every(Number.isNaN)).toBe(true);
      expect(y.subarray(0, 3).every(Number.isFinite)).toBe(true);
    }
  });

  it("takes resident arrays with the same bits", () => {
    const shape = { rows: 201, cols: 77, temperature: 2 };
    const [x, dy] = [noise(201 * 77, 14, 40), noise(201 * 77, 15)];
    for (const { form, formInto, backwardInto } of forms) {
      const y = form(x, { ...shape, runtime });
      const dx = new Float32Array(x.length);
      backwardInto(dx, dy, x, { ...shape, runtime });
      const { heap } = runtime;
      const arrays = [
        heap.from("f32", x),
        heap.from("f32", dy),
        heap.alloc("f32", x.length),
        heap.alloc("f32", x.length),
      ];
      const [rx, rdy, rdx, ry] = arrays;
      formInto(ry!, rx!, shape);
      backwardInto(rdx!, rdy!, rx!, shape);
      expect(ry!.toArray()).toEqual(y);
      expect(rdx!.toArray()).toEqual(dx);
      for (const array of arrays) heap.free(array);
    }
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 16), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    for (const { formInto, backwardInto } of forms) {
      expect(() => formInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
      expect(() => formInto(out, wrong, options)).toThrow(core.DTypeError);
      for (const change of [{ rows: 1.5 }, { temperature: 0 }, { temperature: -1 }]) {
        expect(() => formInto(out, x, { ...options, ...change })).toThrow(core.RangeError);
        expect(() => backwardInto(out, x, x, { ...options, ...change })).toThrow(core.RangeError);
      }
      expect(() => backwardInto(out, x.subarray(1), x, options)).toThrow(core.ShapeError);
      expect(() => backwardInto(wrong, x, x, options)).toThrow(core.DTypeError);
    }
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
