import fc from "fast-check";
import { expect, it } from "vitest";
import {
  DTypeError,
  embedding,
  embeddingBackwardInto,
  embeddingInto,
  RangeError,
  ShapeError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

describeVariants("embedding", (runtime) => {
  const cases = fc
    .record({
      count: fc.nat(20),
      dim: fc.nat(19),
      vocabulary: fc.integer({ min: 1, max: 9 }),
      seed: fc.nat(1000),
    })
    .chain((sizes) =>
      fc.record({
        sizes: fc.constant(sizes),
        ids: fc
          .array(fc.nat(sizes.vocabulary - 1), { minLength: sizes.count, maxLength: sizes.count })
          .map((ids) => Int32Array.from(ids)),
      }),
    );

  it("gathers rows", () => {
    fc.assert(
      fc.property(cases, ({ sizes, ids }) => {
        const table = noise(sizes.vocabulary * sizes.dim, sizes.seed);
        const out = embedding(table, ids, { ...sizes, runtime });
        expect(Array.from(out)).toEqual(Array.from(reference.embedding(table, ids, sizes)));
      }),
    );
  });

  it("adds gradients to the rows they came from", () => {
    fc.assert(
      fc.property(cases, ({ sizes, ids }) => {
        const dy = noise(sizes.count * sizes.dim, sizes.seed);
        const before = noise(sizes.vocabulary * sizes.dim, sizes.seed + 1);
        const dtable = before.slice();
        embeddingBackwardInto(dtable, dy, ids, { ...sizes, runtime });
        const expected = reference.embeddingBackward(dy, ids, sizes).map((sum, i) => before[i]! + sum);
        expectClose(dtable, expected, { scale: Math.sqrt(sizes.count) });
      }),
    );
  });

  it("has a backward that is the transpose of its forward", () => {
    const sizes = { count: 12, dim: 7, vocabulary: 5 };
    const ids = Int32Array.from({ length: 12 }, (_, i) => (i * 3) % 5);
    const [table, dy, dtable] = [noise(35, 1), noise(84, 2), new Float32Array(35)];
    embeddingBackwardInto(dtable, dy, ids, { ...sizes, runtime });
    const inner = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    expectClose([inner(dtable, table)], [inner(dy, embedding(table, ids, { ...sizes, runtime }))], {
      scale: 4,
    });
  });

  it("takes resident arrays", () => {
    const sizes = { count: 3, dim: 5, vocabulary: 4 };
    const ids = runtime.heap.from("i32", [2, 0, 2]);
    const table = runtime.heap.from("f32", noise(20, 1));
    const out = runtime.heap.alloc("f32", 15);
    embeddingInto(out, table, ids, sizes);
    expect(Array.from(out.view)).toEqual(Array.from(reference.embedding(noise(20, 1), [2, 0, 2], sizes)));
    embeddingBackwardInto(table, out, ids, sizes);
    expect(table.view[10]).toBe(3 * noise(20, 1)[10]!);
    for (const array of [ids, table, out]) runtime.heap.free(array);
  });

  it("throws before it writes", () => {
    const sizes = { count: 3, dim: 2, vocabulary: 4, runtime };
    const [out, table, resident] = [noise(6, 1), noise(8, 2), runtime.heap.from("i32", [0, 3, 4])];
    for (const [ids, message] of [
      [Int32Array.of(0, 4, -1), /ids\[1\].*from 0 to 3, got 4/],
      [Int32Array.of(0, 1, -1), /ids\[2\].*got -1/],
      [resident, /ids\[2\].*got 4/],
    ] as const) {
      expect(() => embeddingInto(out, table, ids, sizes)).toThrow(RangeError);
      expect(() => embeddingInto(out, table, ids, sizes)).toThrow(message);
      expect(() => embeddingBackwardInto(table, out, ids, sizes)).toThrow(message);
    }
    expect(() => embedding(table, Int32Array.of(0, 0), sizes)).toThrow(ShapeError);
    expect(() => embedding(noise(7, 1), Int32Array.of(0, 0, 0), sizes)).toThrow(/vocabulary × dim/);
    expect(() => embeddingInto(noise(5, 1), table, Int32Array.of(0, 0, 0), sizes)).toThrow(ShapeError);
    expect(() => embeddingBackwardInto(table, noise(7, 1), Int32Array.of(0, 0, 0), sizes)).toThrow(
      ShapeError,
    );
    expect(() => embedding(table, Uint32Array.of(0, 0, 0) as never, sizes)).toThrow(DTypeError);
    expect(() => embedding(table, Int32Array.of(0, 0, 0), { ...sizes, dim: -2 })).toThrow(RangeError);
    expect([out, table]).toEqual([noise(6, 1), noise(8, 2)]);
    runtime.heap.free(resident);
  });
});
