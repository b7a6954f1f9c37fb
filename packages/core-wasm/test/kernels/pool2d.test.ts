import fc from "fast-check";
import { expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { expectThrows } from "../runtime/errors.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const size = fc.nat(13);
const factor = fc.integer({ min: 1, max: 4 });
const shapes = fc.record({ planes: fc.nat(3), height: size, width: size });
const factors = fc.tuple(factor, factor);

describeVariants("pool2d", (runtime) => {
  it("averages, and takes the greatest, as the reference does", () => {
    fc.assert(
      fc.property(shapes, factors, fc.nat(1000), (shape, kernelSize, seed) => {
        const pool = { ...shape, kernelSize };
        const x = noise(shape.planes * shape.height * shape.width, seed);
        const places = kernelSize[0] * kernelSize[1];
        const average = reference.avgPool2d(x, pool);
        const magnitude = reference.avgPool2d(x.map(Math.abs), pool);
        core.avgPool2d(x, { ...pool, runtime }).forEach((value, i) => {
          expect(Math.abs(value - average[i]!)).toBeLessThanOrEqual(places * 2 ** -24 * magnitude[i]!);
        });
        const greatest = core.maxPool2d(x, { ...pool, runtime });
        expect([...greatest]).toEqual([...reference.maxPool2d(x, pool)]);
      }),
    );
  });

  it("repeats every element, as the reference does", () => {
    fc.assert(
      fc.property(shapes, factors, fc.nat(1000), (shape, scaleFactor, seed) => {
        const x = noise(shape.planes * shape.height * shape.width, seed);
        const out = core.upsampleNearest2d(x, { ...shape, scaleFactor, runtime });
        expect([...out]).toEqual([...reference.upsampleNearest2d(x, { ...shape, scaleFactor })]);
      }),
    );
  });

  it("adds the gradients of the reference", () => {
    fc.assert(
      fc.property(shapes, factors, fc.nat(1000), (shape, factors, seed) => {
        const pool = { ...shape, kernelSize: factors };
        const upsample = { ...shape, scaleFactor: factors };
        const count = shape.planes * shape.height * shape.width;
        const [x, before] = [noise(count, seed), noise(count, seed + 1)];
        const small = noise(reference.avgPool2d(x, pool).length, seed + 2);
        const large = noise(count * factors[0] * factors[1], seed + 3);
        const added = (gradient: Float64Array): Float64Array => gradient.map((dx, i) => dx + before[i]!);
        const run = (into: (dx: Float32Array) => void): Float32Array => {
          const dx = before.slice();
          into(dx);
          return dx;
        };
        expectClose(
          run((dx) => core.avgPool2dBackwardInto(dx, small, { ...pool, runtime })),
          added(reference.avgPool2dBackward(small, pool)),
        );
        expectClose(
          run((dx) => core.maxPool2dBackwardInto(dx, small, x, { ...pool, runtime })),
          added(reference.maxPool2dBackward(small, x, pool)),
        );
        expectClose(
          run((dx) => core.upsampleNearest2dBackwardInto(dx, large, { ...upsample, runtime })),
          added(reference.upsampleNearest2dBackward(large, upsample)),
          { absolute: factors[0] * factors[1] * 2 ** -22 },
        );
      }),
    );
  });

  it("has gradients that are the transposes: ⟨pool(x), y⟩ = ⟨x, backward(y)⟩, exactly", () => {
    const pool = { planes: 3, height: 9, width: 13, kernelSize: 2, runtime };
    const upsample = { planes: 3, height: 4, width: 6, scaleFactor: 2, runtime };
    // Multiples of a half: sums and quarters of them are exact.
    const halves = (length: number, seed: number): Float32Array => noise(length, seed, 8).map(Math.round);
    const [x, y] = [halves(351, 1), halves(72, 2)];
    const dx = new Float32Array(351);
    core.avgPool2dBackwardInto(dx, y, pool);
    expect(reference.dot(core.avgPool2d(x, pool), y)).toBe(reference.dot(x, dx));
    core.maxPool2dBackwardInto(dx.fill(0), y, x, pool);
    expect(reference.dot(core.maxPool2d(x, pool), y)).toBe(reference.dot(x, dx));
    const [large, dsmall] = [halves(288, 3), new Float32Array(72)];
    core.upsampleNearest2dBackwardInto(dsmall, large, upsample);
    expect(reference.dot(core.upsampleNearest2d(y, upsample), large)).toBe(reference.dot(y, dsmall));
    expect(core.avgPool2d(core.upsampleNearest2d(y, upsample), { ...pool, height: 8, width: 12 })).toEqual(y);
  });

  it("gives the first of equal elements the gradient, and a NaN before all", () => {
    const pool = { planes: 1, height: 2, width: 4, kernelSize: 2, runtime };
    const x = Float32Array.of(1, 2, NaN, 5, 2, 2, 7, NaN);
    expect([...core.maxPool2d(x, pool)]).toEqual([2, NaN]);
    const dx = new Float32Array(8);
    core.maxPool2dBackwardInto(dx, Float32Array.of(3, 4), x, pool);
    expect([...dx]).toEqual([0, 3, 0, 0, 0, 0, 0, 4]);
    const low = new Float32Array(8).fill(-Infinity);
    expect([...core.maxPool2d(low, pool)]).toEqual([-Infinity, -Infinity]);
    core.maxPool2dBackwardInto(dx.fill(0), Float32Array.of(3, 4), low, pool);
    expect([...dx]).toEqual([3, 0, 4, 0, 0, 0, 0, 0]);
    const wide = { ...pool, width: 16 };
    const nan = noise(32, 1).with(19, NaN);
    expect(core.maxPool2d(nan, wide).map((value) => (Number.isNaN(value) ? 1 : 0))).toEqual(
      Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0),
    );
    expect(core.avgPool2d(nan, wide)[1]).toBeNaN();
  });

  it("takes resident arrays in place, with the bits of the copying form", () => {
    const { heap } = runtime;
    const pool = { planes: 2, height: 5, width: 11, kernelSize: [2, 2] as const };
    const upsample = { planes: 2, height: 5, width: 11, scaleFactor: [2, 2] as const };
    const [x, small, large] = [
      heap.from("f32", noise(110, 1)),
      heap.alloc("f32", 20),
      heap.alloc("f32", 440),
    ];
    core.avgPool2dInto(small, x, pool);
    expect(small.toArray()).toEqual(core.avgPool2d(noise(110, 1), { ...pool, runtime }));
    core.maxPool2dInto(small, x, pool);
    expect(small.toArray()).toEqual(core.maxPool2d(noise(110, 1), { ...pool, runtime }));
    core.upsampleNearest2dInto(large, x, upsample);
    expect(large.toArray()).toEqual(core.upsampleNearest2d(noise(110, 1), { ...upsample, runtime }));
    for (const array of [x, small, large]) heap.free(array);
  });

  it("refuses what does not fit, and writes nothing", () => {
    const pool = { planes: 1, height: 4, width: 4, kernelSize: 2, runtime };
    const upsample = { planes: 1, height: 2, width: 2, scaleFactor: 2, runtime };
    const [small, large] = [new Float32Array(4).fill(3), new Float32Array(16).fill(3)];
    for (const [argument, wrong] of [
      ["planes", { planes: -1 }],
      ["height", { height: 0.5 }],
      ["width", { width: NaN }],
      ["kernelSize", { kernelSize: 0 }],
      ["kernelSize", { kernelSize: [2] as never }],
    ] as const) {
      const options = { ...pool, ...wrong };
      expectThrows(() => core.avgPool2dInto(small, large, options), core.RangeError, argument);
      expectThrows(() => core.maxPool2d(large, options), core.RangeError, argument);
      expectThrows(() => core.avgPool2dBackwardInto(large, small, options), core.RangeError, argument);
      expectThrows(() => core.maxPool2dBackwardInto(large, small, large, options), core.RangeError, argument);
    }
    const scale = { ...upsample, scaleFactor: 1.5 };
    expectThrows(() => core.upsampleNearest2d(small, scale), core.RangeError, "scaleFactor");
    expectThrows(
      () => core.upsampleNearest2dBackwardInto(small, large, scale),
      core.RangeError,
      "scaleFactor",
    );
    expectThrows(() => core.avgPool2dInto(large, large, pool), core.ShapeError, "out");
    expectThrows(() => core.maxPool2dInto(small, small, pool), core.ShapeError, "x");
    expectThrows(() => core.avgPool2dBackwardInto(small, small, pool), core.ShapeError, "dx");
    expectThrows(() => core.maxPool2dBackwardInto(large, small, small, pool), core.ShapeError, "x");
    expectThrows(() => core.upsampleNearest2dInto(small, small, upsample), core.ShapeError, "out");
    expectThrows(() => core.upsampleNearest2dBackwardInto(small, small, upsample), core.ShapeError, "dy");
    const doubles = new Float64Array(16) as never;
    expectThrows(() => core.avgPool2dInto(small, doubles, pool), core.DTypeError, "x");
    expect([...small, ...large].every((value) => value === 3)).toBe(true);
  });
});
