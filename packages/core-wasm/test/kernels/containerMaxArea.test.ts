import fc from "fast-check";
import { expect, it } from "vitest";
import { containerMaxArea, type ContainerArea, DTypeError, RangeError } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants } from "../variants.js";

describeVariants("containerMaxArea", (runtime) => {
  /** What both types of array say, which must agree and be what the named pair holds. */
  function solve(heights: readonly number[]): ContainerArea {
    const found = containerMaxArea(Uint32Array.from(heights), { runtime });
    expect(containerMaxArea(Float64Array.from(heights), { runtime })).toEqual(found);
    expect(containerMaxArea(heights, { runtime })).toEqual(found);
    const { area, left, right } = found;
    if (area > 0) expect((right - left) * Math.min(heights[left]!, heights[right]!)).toBe(area);
    else expect([left, right]).toEqual([0, 0]);
    return found;
  }

  it("finds the known answers", () => {
    const answers: [heights: number[], area: number][] = [
      [[1, 8, 6, 2, 5, 4, 8, 3, 7], 49],
      [[1, 1], 1],
      [[0, 0], 0],
      [[4, 3, 2, 1, 4], 16],
      [[1, 2, 1], 2],
      [[2, 3, 4, 5, 18, 17, 6], 17],
      [[], 0],
      [[7], 0],
    ];
    expect(answers.map(([heights]) => solve(heights).area)).toEqual(answers.map(([, area]) => area));
    expect(solve([1, 8, 6, 2, 5, 4, 8, 3, 7])).toEqual({ area: 49, left: 1, right: 8 });
    // Both (1, 3) and (0, 4) hold 4: the wider one is met first.
    expect(solve([1, 2, 0, 2, 1])).toEqual({ area: 4, left: 0, right: 4 });
  });

  it("finds the known answer for 100,000 bars", () => {
    let s = 12345;
    const heights = Array.from({ length: 100_000 }, () => {
      s = (Math.imul(s, 1103515245) + 12345) >>> 0;
      return s % 10001;
    });
    expect(solve(heights).area).toBe(989176272);
  });

  it("holds as much as the best of all pairs", () => {
    // Few heights give long runs to skip; mountains and valleys move one pointer only.
    const bars = fc.oneof(
      fc.array(fc.nat(40), { maxLength: 80 }),
      fc.array(fc.nat(2), { maxLength: 80 }),
      fc.array(fc.nat(2 ** 32 - 1), { maxLength: 30 }),
      fc.array(fc.nat(99), { maxLength: 60 }).map((heights) => heights.sort((a, b) => a - b)),
      fc.array(fc.nat(99), { maxLength: 60 }).map((heights) => heights.sort((a, b) => b - a)),
    );
    fc.assert(
      fc.property(bars, (heights) => {
        expect(solve(heights).area).toBe(reference.containerMaxArea(heights).area);
      }),
    );
  });

  it("holds as much as the best of all pairs for any finite heights", () => {
    const height = fc.double({ min: 0, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(fc.array(height, { maxLength: 40 }), (heights) => {
        const { area, left, right } = containerMaxArea(Float64Array.from(heights), { runtime });
        expect(area).toBe(reference.containerMaxArea(heights).area);
        if (area > 0) expect((right - left) * Math.min(heights[left]!, heights[right]!)).toBe(area);
      }),
    );
    expect(containerMaxArea([0.5, 0.25, 0.75], { runtime })).toEqual({ area: 1, left: 0, right: 2 });
    expect(containerMaxArea([-0, 5e-324, 5e-324], { runtime })).toEqual({ area: 5e-324, left: 1, right: 2 });
  });

  it("is the same backwards", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 60 }), (heights) => {
        expect(solve(heights.toReversed()).area).toBe(solve(heights).area);
      }),
    );
  });

  it("is exact beyond 2³², and the nearest double beyond 2⁵³", () => {
    const tall = 2 ** 32 - 1;
    expect(solve([tall, 0, 0, tall]).area).toBe(3 * tall);
    const many = new Uint32Array(100_001);
    many[0] = many[100_000] = tall;
    expect(containerMaxArea(many, { runtime })).toEqual({ area: 100_000 * tall, left: 0, right: 100_000 });
    const odd = new Uint32Array(3_000_002);
    odd[0] = odd[3_000_001] = tall;
    expect(containerMaxArea(odd, { runtime }).area).toBe(Number(3_000_001n * BigInt(tall)));
    expect(containerMaxArea([1.5e308, 0, 1.5e308], { runtime }).area).toBe(Infinity);
  });

  it("skips bars up to the last one, wherever a vector ends", () => {
    for (let n = 2; n < 40; n++) {
      for (const peak of [0, 1, n >> 1, n - 2, n - 1]) {
        const heights = Array.from({ length: n }, (_, i) => (i === peak ? 100 : 1));
        expect(solve(heights).area).toBe(n - 1);
      }
    }
  });

  it("takes resident arrays and unaligned views, and leaves them as they are", () => {
    const heights = [9, 1, 8, 6, 2, 5, 4, 8, 3, 7];
    const [u32, f64] = [runtime.heap.from("u32", heights), runtime.heap.from("f64", heights)];
    for (const bars of [u32, f64, u32.view, f64.view]) {
      expect(containerMaxArea(bars, { runtime })).toEqual({ area: 63, left: 0, right: 9 });
      expect(containerMaxArea(bars.subarray(1), { runtime })).toEqual({ area: 49, left: 1, right: 8 });
    }
    expect(containerMaxArea(u32.subarray(1))).toEqual({ area: 49, left: 1, right: 8 });
    expect(Array.from(u32.view)).toEqual(heights);
    runtime.heap.free(u32);
    runtime.heap.free(f64);
  });

  it("names the height that is none", () => {
    for (const bad of [NaN, -1, -1e-300, Infinity, -Infinity]) {
      for (const at of [0, 1, 2, 3, 4]) {
        const heights = [1, 2, 3, 4, 5];
        heights[at] = bad;
        expect(() => containerMaxArea(heights, { runtime })).toThrow(RangeError);
        expect(() => containerMaxArea(Float64Array.from(heights), { runtime })).toThrow(`heights[${at}]: `);
        const resident = runtime.heap.from("f64", heights);
        expect(() => containerMaxArea(resident)).toThrow(`got ${bad}`);
        runtime.heap.free(resident);
      }
    }
    expect(() => containerMaxArea([NaN], { runtime })).toThrow(RangeError);
    // A hole is no number either.
    expect(() => containerMaxArea(Array<number>(3), { runtime })).toThrow("heights[0]: ");
  });

  it("takes no other type", () => {
    for (const heights of [
      Int32Array.of(1, 2),
      Float32Array.of(1, 2),
      runtime.arena.alloc("f32", 2),
      "12",
      undefined,
      new DataView(new ArrayBuffer(8)),
    ]) {
      expect(() => containerMaxArea(heights as never, { runtime })).toThrow(DTypeError);
    }
  });
});
