import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { headsFirst, rotary, rotaryBackwardInto, rotaryInto, rotaryTable, rotaryTableInto, tokensFirst } =
  core;

interface Shape extends reference.RotaryShape {
  positions?: Int32Array;
}

/** Each element within 2⁻²² · (|x[a]| + |x[b]|) of the reference, a and b the pair it belongs to. */
function expectRotated(actual: ArrayLike<number>, x: Float32Array, shape: Shape): void {
  const expected = reference.rotary(x, shape);
  const { headDim, dims = headDim, pairs = "halves" } = shape;
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [start, d] = [i - (i % headDim), i % headDim];
    const other = pairs === "interleaved" ? d ^ 1 : (d + dims / 2) % dims;
    const bound = d < dims ? 2 ** -22 * (Math.abs(x[i]!) + Math.abs(x[start + other]!)) : 0;
    if (!(Math.abs(actual[i]! - expected[i]!) <= bound)) {
      expect.fail(`element ${i}: ${actual[i]} for ${expected[i]}, bound ${bound}`);
    }
  }
}

const sizes = { batch: 2, heads: 3, tokens: 5, headDim: 16 };
const length = 2 * 3 * 5 * 16;

describe("the reference of rotary", () => {
  it("turns a first pair by its position in radians, and the later ones slower", () => {
    const shape = { batch: 1, heads: 1, tokens: 1, headDim: 4, position: 3, base: 100 };
    expectClose(reference.rotary([1, 1, 0, 0], shape), [
      Math.cos(3),
      Math.cos(0.3),
      Math.sin(3),
      Math.sin(0.3),
    ]);
    expectClose(reference.rotary([1, 0, 0, 1], { ...shape, pairs: "interleaved" }), [
      Math.cos(3),
      Math.sin(3),
      -Math.sin(0.3),
      Math.cos(0.3),
    ]);
  });
});

describeVariants("rotary", (runtime) => {
  it("agrees with the reference for any shape, in both forms and directions", () => {
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 0, max: 2 }),
          heads: fc.integer({ min: 0, max: 3 }),
          tokens: fc.integer({ min: 0, max: 6 }),
          headDim: fc.integer({ min: 0, max: 40 }),
          pairs: fc.constantFrom("halves" as const, "interleaved" as const),
          position: fc.constantFrom(0, 1, 1000, 131071, 2 ** 20 - 6, -77),
          base: fc.constantFrom(10000, 500000, 2, 0.5),
          inverse: fc.boolean(),
        }),
        fc.nat(20),
        fc.nat(1000),
        (shape, turning, seed) => {
          const dims = 2 * Math.min(turning, Math.floor(shape.headDim / 2));
          const x = noise(shape.batch * shape.heads * shape.tokens * shape.headDim, seed);
          expectRotated(rotary(x, { ...shape, dims, runtime }), x, { ...shape, dims });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes a position for each token, shared or of each batch entry", () => {
    const x = noise(length, 1);
    for (const positions of [
      Int32Array.of(0, 1, 2, 0, 1),
      Int32Array.of(0, 1, 2, 0, 1, 9, -3, 1000000, 4, 4),
    ]) {
      expectRotated(rotary(x, { ...sizes, positions, runtime }), x, { ...sizes, positions });
    }
  });

  it("gives with a table the bits that it gives without", () => {
    const x = noise(length, 2);
    for (const pairs of ["halves", "interleaved"] as const) {
      for (const dims of [16, 10]) {
        const options = { ...sizes, pairs, dims, base: 500, runtime };
        const table = rotaryTable({ tokens: 30, dims, base: 500, runtime });
        for (const place of [{ position: 20 }, { positions: Int32Array.of(29, 0, 3, 3, 1) }]) {
          const expected = rotary(x, { ...options, ...place });
          expect(rotary(x, { ...options, ...place, table })).toEqual(expected);
        }
      }
    }
    const rows = rotaryTable({ tokens: 2, dims: 4, position: 7, base: 100, runtime });
    const angles = [7, 0.7, 8, 0.8];
    const exact = [0, 2].flatMap((at) =>
      [Math.cos, Math.sin].flatMap((f) => angles.slice(at, at + 2).map(f)),
    );
    expectClose(rows, exact, { relative: 6e-8, absolute: 0 });
  });

  it("makes scores depend on the distance alone", () => {
    const one = { batch: 1, heads: 1, tokens: 1, headDim: 32, runtime };
    const [q, k] = [noise(32, 3), noise(32, 4)];
    for (const pairs of ["halves", "interleaved"] as const) {
      const score = (position: number) =>
        reference.dot(
          rotary(q, { ...one, pairs, position: position + 5 }),
          rotary(k, { ...one, pairs, position }),
        );
      for (const position of [10, 5000, 1000000]) expect(score(position)).toBeCloseTo(score(0), 5);
      expect(Math.abs(score(0) - reference.dot(q, k))).toBeGreaterThan(0.01);
    }
  });

  it("comes back with inverse, and adds that as the gradient", () => {
    for (const pairs of ["halves", "interleaved"] as const) {
      const options = { ...sizes, pairs, dims: 12, position: 40, runtime };
      const [x, before] = [noise(length, 5), noise(length, 6)];
      const turned = rotary(x, options);
      const back = rotary(turned, { ...options, inverse: true });
      expectClose(back, x, { relative: 0, absolute: 5e-7 });
      const dx = before.slice();
      rotaryBackwardInto(dx, turned, options);
      expectClose(
        dx,
        before.map((before, i) => before + back[i]!),
        { relative: 0, absolute: 3e-7 },
      );
      const forward = new Float32Array(length);
      rotaryBackwardInto(forward, x, { ...options, inverse: true });
      expect(forward).toEqual(turned);
    }
  });

  it("rotates keys from a fused projection into a cache, and in place", () => {
    const [batch, heads, tokens, headDim, capacity, position] = [2, 3, 5, 16, 9, 3];
    const width = heads * headDim;
    const from = tokensFirst({ tokens, headDim, width: 3 * width, offset: width });
    const qkv = noise(batch * tokens * 3 * width, 7);
    const k = new Float32Array(length);
    k.forEach((_, i) => {
      const [d, t, h] = [
        i % headDim,
        Math.floor(i / headDim) % tokens,
        Math.floor(i / headDim / tokens) % heads,
      ];
      const b = Math.floor(i / headDim / tokens / heads);
      k[i] = qkv[b * from.batch + width + t * from.token + h * headDim + d]!;
    });
    const expected = rotary(k, { ...sizes, position, runtime });
    const to = headsFirst({ heads, tokens: capacity, headDim });
    const cache = new Float32Array(batch * heads * capacity * headDim).fill(5);
    const layouts = { x: from, out: { ...to, offset: position * headDim } };
    rotaryInto(cache, qkv, { ...sizes, position, layouts, runtime });
    for (let row = 0; row < batch * heads; row++) {
      const start = row * capacity * headDim;
      const [rest, written] = [position * headDim, tokens * headDim];
      expect(cache.subarray(start, start + rest)).toEqual(new Float32Array(rest).fill(5));
      expect(cache.subarray(start + rest, start + rest + written)).toEqual(
        expected.subarray(row * written, (row + 1) * written),
      );
    }
    const resident = runtime.heap.from("f32", [0, ...k]);
    const x = resident.subarray(1);
    rotaryInto(x, x, { ...sizes, position });
    expect(x.toArray()).toEqual(expected);
    runtime.heap.free(resident);
  });

  it("reads nothing beyond the end of memory", () => {
    const own = core.Runtime.createSync({ variant: runtime.variant });
    for (const pairs of ["halves", "interleaved"] as const) {
      for (const headDim of [2, 4, 6, 7, 9]) {
        const options = {
          batch: 1,
          heads: 1,
          tokens: 1,
          headDim,
          dims: 2 * (headDim >> 1),
          pairs,
          position: 3,
        };
        const x = noise(headDim, 9);
        const expected = rotary(x, { ...options, runtime: own });
        const { buffer } = own.memory;
        const last = new Float32Array(buffer, buffer.byteLength - 4 * headDim, headDim);
        last.set(x);
        expect(rotary(last, { ...options, runtime: own })).toEqual(expected);
        rotaryInto(last, last, { ...options, runtime: own });
        expect(last).toEqual(expected);
      }
    }
    own.dispose();
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(length, 8), new Float32Array(length).fill(5)];
    const options = { ...sizes, runtime };
    for (const attempt of [
      (change: object) => rotaryInto(out, x, { ...options, ...change }),
      (change: object) => rotaryBackwardInto(out, x, { ...options, ...change }),
    ]) {
      for (const change of [
        { dims: 3 },
        { dims: 18 },
        { base: 0 },
        { base: NaN },
        { position: 0.5 },
        { pairs: "neighbours" },
        { inverse: 0 },
        { tokens: -1 },
        { table: new Float32Array(10 * 16), position: 6 },
        { table: new Float32Array(10 * 16), positions: Int32Array.of(0, 0, 0, 0, 10) },
        { table: new Float32Array(10 * 16), positions: Int32Array.of(0, 0, 0, 0, -1) },
      ]) {
        expect(() => attempt(change), JSON.stringify(change)).toThrow(core.RangeError);
      }
      for (const change of [
        { tokens: 4 },
        { positions: new Int32Array(6) },
        { table: new Float32Array(161) },
        { table: new Float32Array(4 * 16) },
        { layouts: { x: { batch: 240, head: 80, token: 16, offset: 1 } } },
      ]) {
        expect(() => attempt(change), JSON.stringify(change)).toThrow(core.ShapeError);
      }
      expect(() => attempt({ positions: [0, 1, 2, 3, 4] })).toThrow(core.DTypeError);
      expect(() => attempt({ table: new Float64Array(160) })).toThrow(core.DTypeError);
    }
    const crossed = { layouts: { out: { batch: 240, head: 16, token: 16 } } };
    expect(() => rotaryInto(out, x, { ...options, ...crossed })).toThrow(core.ShapeError);
    expect(() => rotaryTableInto(out, { tokens: 3, dims: 16, runtime })).toThrow(core.ShapeError);
    expect(() => rotaryTableInto(out, { tokens: 32, dims: 15, runtime })).toThrow(core.RangeError);
    expect(out).toEqual(new Float32Array(length).fill(5));
  });
});
