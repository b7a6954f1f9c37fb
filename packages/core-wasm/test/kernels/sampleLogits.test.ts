import fc from "fast-check";
import { expect, it } from "vitest";
import {
  DTypeError,
  RandomStream,
  RangeError,
  sampleLogits,
  sampleLogitsBlocks,
  sampleLogitsInto,
  type SampleLogitsOptions,
  type SamplingFilters,
  ShapeError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { chiSquare, chiSquareBound } from "../statistics.js";
import { describeVariants, noise } from "../variants.js";

describeVariants("sampleLogits", (runtime) => {
  /** How often each column came in `rows` draws from the same logits, and how often it should. */
  function frequencies(
    logits: number[],
    filters: SamplingFilters,
    rows = 60_000,
  ): { counts: number[]; expected: number[] } {
    const cols = logits.length;
    const repeated = Float32Array.from({ length: rows * cols }, (_, i) => logits[i % cols]!);
    const drawn = sampleLogits(repeated, { rows, cols, ...filters, seed: 77, runtime });
    const counts = Array<number>(cols).fill(0);
    for (const column of drawn) counts[column]!++;
    const defined = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
    const exact = reference.samplingProbabilities(Float32Array.from(logits), defined);
    return { counts, expected: Array.from(exact, (p) => p * rows) };
  }

  const forms: [name: string, filters: SamplingFilters][] = [
    ["the softmax", {}],
    ["a low temperature", { temperature: 0.4 }],
    ["a high temperature", { temperature: 3 }],
    ["top-k", { topK: 4 }],
    ["top-p", { topP: 0.8 }],
    ["min-p", { minP: 0.2 }],
    ["top-k, then top-p among what is left", { topK: 5, topP: 0.7, temperature: 1.5 }],
    ["all of them", { temperature: 2, topK: 8, topP: 0.9, minP: 0.3 }],
  ];
  const logits = [0.3, -1, 2.1, 0, 1.4, -Infinity, 1.4, -3, 0.9, 2.05, -0.5];
  for (const [name, filters] of forms) {
    it(`draws as often as it should: ${name}`, () => {
      const { counts, expected } = frequencies(logits, filters);
      const possible = expected.flatMap((e, i) => (e > 0 ? [i] : []));
      for (const [i, e] of expected.entries()) if (e === 0) expect(counts[i], `column ${i}`).toBe(0);
      const [c, e] = [possible.map((i) => counts[i]!), possible.map((i) => expected[i]!)];
      expect(possible.length).toBeGreaterThan(1);
      expect(chiSquare(c, e)).toBeLessThan(chiSquareBound(possible.length - 1));
    });
  }

  it("draws what the reference draws, from what the reference keeps", () => {
    const filters = fc.record({
      temperature: fc.constantFrom(0, 0.1, 1, 1.7),
      topK: fc.nat(12),
      topP: fc.constantFrom(0, 0.3, 0.5, 0.9, 1),
      minP: fc.constantFrom(0, 0.05, 0.5, 1),
    });
    // Few different values, so that there are ties.
    const row = fc.array(fc.constantFrom(-2.5, -1, -0, 0, 0.5, 1, 3, -Infinity), {
      minLength: 1,
      maxLength: 23,
    });
    fc.assert(
      fc.property(
        row,
        filters,
        fc.nat(2 ** 40),
        fc.integer({ min: 1, max: 3 }),
        (first, options, seed, rows) => {
          fc.pre(first.some((x) => x > -Infinity));
          const cols = first.length;
          const values = Float32Array.from(
            { length: rows * cols },
            (_, i) => first[(i * (1 + Math.floor(i / cols))) % cols]!,
          );
          fc.pre(
            Array.from({ length: rows }, (_, r) =>
              Math.max(...values.subarray(r * cols, (r + 1) * cols)),
            ).every((x) => x > -Infinity),
          );
          const sizes = { rows, cols, ...options, seed, stream: 5, offset: 9 };
          expect(sampleLogits(values, { ...sizes, runtime })).toEqual(reference.sampleLogits(values, sizes));
        },
      ),
    );
  });

  it("draws what the reference draws from many columns", () => {
    const [rows, cols] = [3, 1500];
    const values = noise(rows * cols, 4, 8);
    for (const filters of [{}, { topK: 40 }, { topP: 0.95 }, { topK: 700, topP: 0.99 }, { minP: 0.01 }]) {
      for (let seed = 0; seed < 5; seed++) {
        const options = { rows, cols, ...filters, seed };
        expect(sampleLogits(values, { ...options, runtime })).toEqual(
          reference.sampleLogits(values, options),
        );
      }
    }
  });

  it("keeps exactly k, of equal columns the first", () => {
    const { counts } = frequencies([1, 1, 1, 1, 1, 1], { topK: 3 }, 600);
    expect(counts.map((count) => count > 0)).toEqual([true, true, true, false, false, false]);
    expect(frequencies([1, 2, 1, 1, 2, 1], { topK: 3 }, 600).counts.map((count) => count > 0)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(frequencies([-0, 0, -0], { topK: 1 }, 20).counts).toEqual([20, 0, 0]);
  });

  it("keeps the column that crosses p, and at least one", () => {
    const kept = (filters: SamplingFilters): number =>
      frequencies([0, 0, 0, 0], filters, 600).counts.filter((n) => n > 0).length;
    expect(kept({ topP: 0 })).toBe(1);
    expect(kept({ topP: 0.2 })).toBe(1);
    expect(kept({ topP: 0.25 })).toBe(1);
    expect(kept({ topP: 0.26 })).toBe(2);
    expect(kept({ topP: 0.5 })).toBe(2);
    expect(kept({ topP: 0.76 })).toBe(4);
    // Of the two that top-k leaves, 0.6 is crossed by the second; of all four it would take three.
    expect(kept({ topK: 2, topP: 0.6 })).toBe(2);
    expect(kept({ topK: 2, topP: 0.5 })).toBe(1);
    expect(kept({ minP: 1 })).toBe(4);
  });

  it("takes the first of the greatest at temperature 0, whatever the seed", () => {
    const values = Float32Array.of(1, 3, 3, -Infinity, 2, 2, 2, 2);
    for (let seed = 0; seed < 20; seed++) {
      const drawn = sampleLogits(values, { rows: 2, cols: 4, temperature: 0, topK: 3, seed, runtime });
      expect([...drawn]).toEqual([1, 0]);
    }
  });

  it("stands extreme logits and temperatures", () => {
    const one = (values: number[], options: SamplingFilters): number =>
      sampleLogits(Float32Array.from(values), {
        rows: 1,
        cols: values.length,
        ...options,
        seed: 3,
        runtime,
      })[0]!;
    expect(one([-3e38, 3e38, 0], { temperature: 1e-300 })).toBe(1);
    expect(one([1, 1 + 2 ** -20], { temperature: Number.MIN_VALUE })).toBe(1);
    expect(one([-Infinity, -3e38, -Infinity], { topP: 0.5 })).toBe(1);
    expect(one([1000, 0], { topP: 0.9999 })).toBe(0);
    expect(one([5], { topK: 1 })).toBe(0);
    const { counts } = frequencies([3e38, -3e38], { temperature: Number.MAX_VALUE }, 1000);
    expect(Math.abs(counts[0]! - 500)).toBeLessThan(80);
  });

  it("gives these columns in every engine and variant", () => {
    const [rows, cols] = [64, 65];
    const options = { rows, cols, temperature: 0.8, topK: 40, topP: 0.95, minP: 0.001, seed: 12, runtime };
    const drawn = sampleLogits(noise(rows * cols, 8, 6), options);
    expect(
      drawn.reduce((h, column) => Math.imul(h ^ column, 0x01000193) >>> 0, 0x811c9dc5).toString(16),
    ).toBe("c7d9d58f");
  });

  it("draws row by row as all at once, and takes the blocks it says", () => {
    const [rows, cols] = [5, 13];
    const values = noise(rows * cols, 2, 4);
    const all = sampleLogits(values, { rows, cols, seed: 1, runtime });
    const stream = new RandomStream({ seed: 1 });
    for (let row = 0; row < rows; row++) {
      const source = stream.take(sampleLogitsBlocks({ rows: 1, cols }));
      const drawn = sampleLogits(values.subarray(row * cols, (row + 1) * cols), {
        rows: 1,
        cols,
        ...source,
        runtime,
      });
      expect(drawn[0]).toBe(all[row]);
    }
    expect(stream.offset).toBe(sampleLogitsBlocks({ rows, cols }));
    expect(sampleLogitsBlocks({ rows, cols })).toBe(35);
  });

  it("takes resident arrays, and no rows", () => {
    const values = noise(26, 2, 4);
    const [resident, out] = [runtime.heap.from("f32", values), runtime.heap.alloc("i32", 2)];
    sampleLogitsInto(out, resident, { rows: 2, cols: 13, topP: 0.9, seed: 5 });
    expect(out.toArray()).toEqual(sampleLogits(values, { rows: 2, cols: 13, topP: 0.9, seed: 5, runtime }));
    expect(resident.toArray()).toEqual(values);
    expect(sampleLogits(new Float32Array(0), { rows: 0, cols: 4, seed: 1, runtime }).length).toBe(0);
    runtime.heap.free(resident);
    runtime.heap.free(out);
  });

  it("throws before it writes", () => {
    const out = Int32Array.of(7, 7);
    const good = noise(6, 1);
    const draw =
      (values: Float32Array, options: Partial<SampleLogitsOptions> = {}) =>
      (): void =>
        sampleLogitsInto(out, values, { rows: 2, cols: 3, seed: 1, ...options, runtime });
    const infinite = -Infinity;
    for (const temperature of [0, 1]) {
      expect(draw(Float32Array.of(1, 2, 3, 4, NaN, 6), { temperature })).toThrow(RangeError);
      expect(draw(Float32Array.of(1, 2, 3, 4, NaN, 6), { temperature })).toThrow(/row 1/);
      expect(draw(Float32Array.of(Infinity, 2, 3, 4, 5, 6), { temperature })).toThrow(/row 0/);
      expect(draw(Float32Array.of(1, 2, 3, infinite, infinite, infinite), { temperature })).toThrow(/row 1/);
    }
    for (const temperature of [-1, NaN, Infinity]) expect(draw(good, { temperature })).toThrow(/temperature/);
    for (const topK of [-1, 1.5]) expect(draw(good, { topK })).toThrow(/topK/);
    for (const topP of [-0.1, 1.1, NaN]) expect(draw(good, { topP })).toThrow(/topP/);
    for (const minP of [-0.1, 1.1, NaN]) expect(draw(good, { minP })).toThrow(/minP/);
    expect(draw(good, { seed: -1 })).toThrow(/seed/);
    expect(draw(good, { cols: 0 })).toThrow(/cols/);
    expect(draw(good, { cols: 4 })).toThrow(ShapeError);
    expect(draw(good, { rows: 3, cols: 2 })).toThrow(ShapeError);
    expect(draw(new Float64Array(6) as never)).toThrow(DTypeError);
    expect([...out]).toEqual([7, 7]);
  });
});
