import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { smoothMax, smoothMaxBackwardInto, smoothMaxInto } = core;
const kinds = ["logSumExp", "mellowmax", "boltzmann", "pNorm"] as const;
const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [4, 5],
  [7, 65],
  [1, 1000],
  [0, 4],
] as const;

describe("the reference of the smooth maxima", () => {
  it.each(kinds)("%s has the derivative that differences give", (kind) => {
    const h = 1e-6;
    for (const temperature of [0.1, 0.6, 1]) {
      const options = { rows: 2, cols: 5, kind, temperature };
      const [x, dy] = [[...noise(10, 1, 2)], [...noise(2, 2)]];
      const loss = (x: number[]): number => reference.dot(reference.smoothMax(x, options), dy);
      const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
      expectClose(reference.smoothMaxBackward(dy, x, options), slopes, { relative: 1e-6, absolute: 1e-7 });
    }
  });

  it("has the values that are known", () => {
    const of = (kind: core.SmoothMaxKind, temperature: number, ...x: number[]): number =>
      reference.smoothMax(x, { rows: 1, cols: x.length, kind, temperature })[0]!;
    expect(of("logSumExp", 1, 0, 0)).toBeCloseTo(Math.LN2, 15);
    expect(of("mellowmax", 1, 5, 5, 5)).toBeCloseTo(5, 14);
    expect(of("boltzmann", 1, 0, Math.log(3))).toBeCloseTo(0.75 * Math.log(3), 14);
    expect(of("pNorm", 0.5, 3, -4)).toBeCloseTo(5, 14);
    expect(of("pNorm", 1, 3, -4)).toBeCloseTo(7, 14);
  });
});

describeVariants("smoothMax", (runtime) => {
  for (const kind of kinds) {
    it.each(shapes)(`agrees with the reference: ${kind}, %i × %i`, (rows, cols) => {
      for (const temperature of [1e-3, 0.3, 1]) {
        for (const scale of [1, 30, 1e4]) {
          const options = { rows, cols, kind, temperature };
          const x = noise(rows * cols, 3, scale);
          expectClose(smoothMax(x, { ...options, runtime }), reference.smoothMax(x, options), {
            relative: 1.2e-7,
            absolute: 1.2e-7 * scale,
          });
        }
      }
    });

    it.each(shapes)(`has the gradient of the reference, and adds it: ${kind}, %i × %i`, (rows, cols) => {
      for (const temperature of [1e-2, 0.3, 1]) {
        const options = { rows, cols, kind, temperature };
        const [x, dy] = [noise(rows * cols, 4, 3), noise(rows, 5)];
        const before = noise(rows * cols, 6);
        const expected = reference.smoothMaxBackward(dy, x, options);
        const absolute = 2e-7 * (kind === "boltzmann" ? 1 + Math.log(cols) : 1);
        const dx = new Float32Array(x.length);
        smoothMaxBackwardInto(dx, dy, x, { ...options, runtime });
        expectClose(dx, expected, { relative: 2e-7, absolute });
        const sums = before.slice();
        smoothMaxBackwardInto(sums, dy, x, { ...options, runtime });
        expectClose(
          sums,
          expected.map((dx, i) => dx + before[i]!),
          { relative: 3e-7, absolute: 2e-7 + absolute },
        );
      }
    });
  }

  it("keeps its bounds, to the rounding of the result", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1e-3, 1, 1e4),
        fc.constantFrom(1e-3, 0.1, 1),
        (seed, cols, scale, temperature) => {
          const x = noise(cols, seed, scale);
          const most = reference.max(x);
          const of = (kind: core.SmoothMaxKind): number =>
            smoothMax(x, { rows: 1, cols, kind, temperature, runtime })[0]!;
          const width = temperature * Math.log(cols);
          expect(of("logSumExp")).toBeGreaterThanOrEqual(most);
          expect(of("logSumExp")).toBeLessThanOrEqual(Math.fround(most + width));
          expect(of("mellowmax")).toBeLessThanOrEqual(most);
          expect(of("mellowmax")).toBeGreaterThanOrEqual(Math.fround(most - width));
          expect(of("boltzmann")).toBeLessThanOrEqual(most);
          expect(of("boltzmann")).toBeGreaterThanOrEqual(Math.fround(most - width));
          const size = reference.max(x.map(Math.abs));
          expect(of("pNorm")).toBeGreaterThanOrEqual(size);
          expect(of("pNorm")).toBeLessThanOrEqual(Math.fround(size * cols ** temperature * (1 + 1e-12)));
        },
      ),
    );
  });

  it("has limits: infinities, NaN, zeros", () => {
    const [n, i] = [NaN, Infinity];
    const x = Float32Array.of(-i, -i, -i, i, 0, 1, 1, n, 2, 3, -i, 3);
    const options = { rows: 4, cols: 3, runtime };
    expect([...smoothMax(x, { ...options, kind: "logSumExp" })]).toEqual([
      -i,
      i,
      n,
      Math.fround(3 + Math.LN2),
    ]);
    expect([...smoothMax(x, { ...options, kind: "boltzmann" })]).toEqual([-i, i, n, 3]);
    expect([...smoothMax(x, { ...options, kind: "pNorm" })]).toEqual([i, i, n, i]);
    const dx = new Float32Array(12);
    smoothMaxBackwardInto(dx, Float32Array.of(1, 1, 1, 2), x, { ...options, kind: "boltzmann" });
    expect([...dx.subarray(9)]).toEqual([1, 0, 1]);
    expect([...dx.subarray(0, 3)].every(Number.isNaN) && Number.isNaN(dx[3])).toBe(true);
    const slopes = new Float32Array(12);
    smoothMaxBackwardInto(slopes, Float32Array.of(1, 1, 1, 1), x, { ...options, kind: "pNorm" });
    expect([...slopes]).toEqual(Array.from(slopes, () => n));
    const zeros = new Float32Array(3);
    expect([...smoothMax(zeros, { rows: 1, cols: 3, kind: "pNorm", runtime })]).toEqual([0]);
    smoothMaxBackwardInto(zeros, Float32Array.of(1), new Float32Array(3), {
      rows: 1,
      cols: 3,
      kind: "pNorm",
      runtime,
    });
    expect(zeros).toEqual(new Float32Array(3));
  });

  it("takes resident arrays, and pieces, with the same bits", () => {
    const shape = { rows: 301, cols: 999, kind: "boltzmann", temperature: 0.5 } as const;
    const [x, dy, dx] = [noise(301 * 999, 14, 4), noise(301, 15), new Float32Array(301 * 999)];
    const y = smoothMax(x, { ...shape, runtime });
    smoothMaxBackwardInto(dx, dy, x, { ...shape, runtime });
    const { heap } = runtime;
    const arrays = [
      heap.from("f32", x),
      heap.from("f32", dy),
      heap.alloc("f32", x.length),
      heap.alloc("f32", 301),
    ];
    const [rx, rdy, rdx, ry] = arrays;
    smoothMaxInto(ry!, rx!, shape);
    smoothMaxBackwardInto(rdx!, rdy!, rx!, shape);
    expect(ry!.toArray()).toEqual(y);
    expect(rdx!.toArray()).toEqual(dx);
    for (const array of arrays) heap.free(array);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, row, out] = [noise(6, 16), noise(2, 17), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, kind: "logSumExp", runtime } as const;
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => smoothMaxInto(out, x, options)).toThrow(core.ShapeError);
    expect(() => smoothMaxInto(out.subarray(0, 2), wrong, options)).toThrow(core.DTypeError);
    for (const change of [
      { temperature: 0 },
      { temperature: NaN },
      { temperature: "1" as never },
      { cols: 0 },
      { rows: -1 },
      { kind: "max" as never },
      { kind: "pNorm", temperature: 2 },
    ] as const) {
      expect(() => smoothMax(x, { ...options, ...change })).toThrow(core.RangeError);
    }
    expect(() => smoothMaxBackwardInto(out, x, x, options)).toThrow(core.ShapeError);
    expect(() => smoothMaxBackwardInto(out, row, x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => smoothMaxBackwardInto(wrong, row, x, options)).toThrow(core.DTypeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
