import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { rmsNorm, rmsNormBackwardInto, rmsNormInto } = core;

const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [4, 5],
  [3, 16],
  [2, 17],
  [7, 65],
  [2, 1000],
  [0, 4],
  [4, 0],
] as const;

describe("the reference of rmsNorm", () => {
  it("has the derivatives that differences give", () => {
    const shape = { rows: 2, cols: 5 };
    const [x, dy, gamma] = [10, 10, 5].map((n, seed) => [...noise(n, seed, 2)]);
    const loss = (x: number[], gamma: number[]): number =>
      reference.dot(reference.rmsNorm(x, { ...shape, gamma }).out, dy!);
    const slopes = (at: number[], loss: (at: number[]) => number): number[] =>
      at.map((v, i) => (loss(at.with(i, v + 1e-6)) - loss(at.with(i, v - 1e-6))) / 2e-6);
    const { dx, dgamma } = reference.rmsNormBackward(dy!, x!, { ...shape, gamma: gamma! });
    const bound = { relative: 1e-7, absolute: 1e-7 };
    expectClose(
      dx,
      slopes(x!, (x) => loss(x, gamma!)),
      bound,
    );
    expectClose(
      dgamma,
      slopes(gamma!, (gamma) => loss(x!, gamma)),
      bound,
    );
  });
});

describeVariants("rmsNorm", (runtime) => {
  it.each(shapes)("agrees with the reference, %i × %i", (rows, cols) => {
    const [x, gamma] = [noise(rows * cols, 1, 5), noise(cols, 2)];
    for (const parameters of [{}, { gamma }]) {
      for (const eps of [1e-5, 1e-12, 3]) {
        const options = { rows, cols, eps, ...parameters };
        const rstd = new Float32Array(rows);
        const expected = reference.rmsNorm(x, options);
        const actual = rmsNorm(x, { ...options, rstd, runtime });
        expectClose(actual, expected.out, { relative: 4e-7, absolute: 0 });
        expectClose(rstd, expected.rstd, { relative: 1e-7, absolute: 0 });
        expect(rmsNorm(x, { ...options, runtime })).toEqual(actual);
      }
    }
  });

  it.each(shapes)("has the gradients of the reference, and adds them, %i × %i", (rows, cols) => {
    const [x, gamma, dy] = [noise(rows * cols, 3, 1.7), noise(cols, 4, 2), noise(rows * cols, 5)];
    for (const parameters of [{}, { gamma }]) {
      const options = { rows, cols, ...parameters };
      const rstd = new Float32Array(rows);
      rmsNorm(x, { ...options, rstd, runtime });
      const expected = reference.rmsNormBackward(dy, x, options);
      const [dx, dgamma] = [noise(rows * cols, 6), noise(cols, 7)];
      const before = [dx.slice(), dgamma.slice()];
      rmsNormBackwardInto(dx, dy, x, { ...options, rstd, dgamma, runtime });
      // A row that is nearly 0 has a steep slope.
      const scale = Math.max(1, ...rstd);
      const bound = { relative: 2e-6, absolute: 2e-6 };
      expectClose(
        dx,
        expected.dx.map((d, i) => d + before[0]![i]!),
        { ...bound, scale },
      );
      expectClose(
        dgamma,
        expected.dgamma.map((d, i) => d + before[1]![i]!),
        { ...bound, scale: Math.sqrt(rows) },
      );
      const alone = before[0]!.slice();
      rmsNormBackwardInto(alone, dy, x, { ...options, rstd, runtime });
      expect(alone).toEqual(dx);
    }
  });

  it("gives rows of mean square 1, which their size does not change", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -30, max: 30 }),
        (seed, cols, power) => {
          const x = noise(cols, seed);
          const options = { rows: 1, cols, eps: 0, runtime };
          const y = rmsNorm(x, options);
          expect(reference.sumSquares(y) / cols).toBeCloseTo(1, 5);
          expect(
            rmsNorm(
              x.map((x) => x * 4 ** power),
              options,
            ),
          ).toEqual(y);
        },
      ),
    );
  });

  it("takes rows of zeros, and those whose squares no float32 holds", () => {
    const x = Float32Array.of(0, 0, 0, 3e38, -3e38, 1e38);
    const options = { rows: 2, cols: 3 };
    const y = rmsNorm(x, { ...options, runtime });
    expect([...y.subarray(0, 3)]).toEqual([0, 0, 0]);
    expectClose(y, reference.rmsNorm(x, options).out);
  });

  it("gives NaN where there is no number, and for no other row", () => {
    const [n, i] = [NaN, Infinity];
    const x = Float32Array.of(1, 2, 3, 4, n, 6, 7, i, 9, 1, 2, 3);
    const y = rmsNorm(x, { rows: 4, cols: 3, runtime });
    expect([...y.subarray(3, 9)]).toEqual([n, n, n, 0, n, 0]);
    expect([...y.subarray(0, 3), ...y.subarray(9)].every(Number.isFinite)).toBe(true);
    expectClose(y, reference.rmsNorm(x, { rows: 4, cols: 3 }).out);
  });

  it("works in place on resident arrays, with the bits of the copying form", () => {
    const [rows, cols] = [3, 7];
    const [x, dy, gamma] = [noise(21, 10, 4), noise(21, 11), noise(7, 12)];
    const rstd = new Float32Array(rows);
    const y = rmsNorm(x, { rows, cols, gamma, rstd, runtime });
    const [dx, dgamma] = [new Float32Array(21), new Float32Array(7)];
    rmsNormBackwardInto(dx, dy, x, { rows, cols, gamma, rstd, dgamma, runtime });

    const { heap } = runtime;
    const [rx, rdy, rgamma] = [x, dy, gamma].map((array) => heap.from("f32", array));
    const [out, rrstd, rdx, rdgamma] = [21, rows, 21, cols].map((length) => heap.alloc("f32", length));
    rmsNormInto(out!, rx!, { rows, cols, gamma: rgamma, rstd: rrstd });
    rmsNormBackwardInto(rdx!, rdy!, rx!, { rows, cols, gamma: rgamma, rstd: rrstd!, dgamma: rdgamma });
    rmsNormInto(rx!, rx!, { rows, cols, gamma: rgamma });
    for (const [resident, copied] of [
      [out, y],
      [rx, y],
      [rdx, dx],
      [rdgamma, dgamma],
    ] as const) {
      expect(resident!.toArray()).toEqual(copied);
    }
    for (const array of [rx, rdy, rgamma, out, rrstd, rdx, rdgamma]) heap.free(array!);
  });

  it("gives the same bits in pieces", () => {
    const [rows, cols] = [601, 333];
    const [x, gamma, rstd] = [noise(rows * cols, 14), noise(cols, 15), new Float32Array(rows)];
    const y = rmsNorm(x, { rows, cols, gamma, rstd, runtime });
    for (const r of [0, 1, 299, 600]) {
      const [row, s] = [x.subarray(r * cols, (r + 1) * cols), new Float32Array(1)];
      const alone = rmsNorm(row, { rows: 1, cols, gamma, rstd: s, runtime });
      expect(alone).toEqual(y.subarray(r * cols, (r + 1) * cols));
      expect(s[0]).toBe(rstd[r]);
    }
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 17), new Float32Array(6).fill(5)];
    const [row, column] = [new Float32Array(3).fill(5), new Float32Array(2).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => rmsNormInto(out, x, { ...options, cols: 2 })).toThrow(core.ShapeError);
    expect(() => rmsNormInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => rmsNormInto(out, wrong, options)).toThrow(core.DTypeError);
    const none = undefined as unknown as Float32Array;
    expect(() => rmsNormInto(none, x, options)).toThrow(core.DTypeError);
    expect(() => rmsNormInto(out, none, options)).toThrow(core.DTypeError);
    expect(() => rmsNormInto(out, x, { ...options, rows: 1.5 })).toThrow(core.RangeError);
    expect(() => rmsNormInto(out, x, { ...options, eps: -1 })).toThrow(core.RangeError);
    expect(() => rmsNormInto(out, x, { ...options, gamma: column })).toThrow(core.ShapeError);
    expect(() => rmsNormInto(out, x, { ...options, rstd: row })).toThrow(core.ShapeError);
    const backward = { ...options, rstd: column };
    for (const bad of [{ gamma: column }, { rstd: row }, { dgamma: out }]) {
      expect(() => rmsNormBackwardInto(out, x, x, { ...backward, ...bad })).toThrow(core.ShapeError);
    }
    expect(() => rmsNormBackwardInto(out, x.subarray(1), x, backward)).toThrow(core.ShapeError);
    expect(() => rmsNormBackwardInto(wrong, x, x, backward)).toThrow(core.DTypeError);
    expect(() => rmsNormBackwardInto(none, x, x, backward)).toThrow(core.DTypeError);
    expect(() => rmsNormBackwardInto(out, x, x, { ...backward, rstd: none })).toThrow(core.DTypeError);
    expect([...out, ...row, ...column].every((value) => value === 5)).toBe(true);
  });
});
