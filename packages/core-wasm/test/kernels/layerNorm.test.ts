import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import { describeVariants, expectClose, noise } from "../variants.js";

const { layerNorm, layerNormBackwardInto, layerNormInto } = core;

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

/** scale · sin(1.7 i + 0.9 seed + 0.3): the data of the golden values. */
function waves(length: number, seed: number, scale: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.9 * seed + 0.3));
}

/** Rows of deviation 1 or so, around `mean`. */
function around(mean: number, length: number, seed: number): Float32Array {
  return noise(length, seed, 1.7).map((x) => x + mean);
}

describe("the reference of layerNorm", () => {
  it("agrees with PyTorch", () => {
    const options = { rows: 2, cols: 6, gamma: waves(6, 4, 1), beta: waves(6, 5, 1) };
    const [x, dy] = [waves(12, 3, 2), waves(12, 6, 1)];
    expectClose(reference.layerNorm(x, options).out, golden.layernorm.y, {
      relative: 1e-12,
      absolute: 1e-12,
    });
    const { dx } = reference.layerNormBackward(dy, x, options);
    expectClose(dx, golden.layernorm.dx, { relative: 1e-12, absolute: 1e-12 });
  });

  it("has the derivatives that differences give", () => {
    const shape = { rows: 2, cols: 5 };
    const [x, dy, gamma, beta] = [10, 10, 5, 5].map((n, seed) => [...noise(n, seed, 2)]);
    const loss = (x: number[], gamma: number[], beta: number[]): number =>
      reference.dot(reference.layerNorm(x, { ...shape, gamma, beta }).out, dy!);
    const slopes = (at: number[], loss: (at: number[]) => number): number[] =>
      at.map((v, i) => (loss(at.with(i, v + 1e-6)) - loss(at.with(i, v - 1e-6))) / 2e-6);
    const { dx, dgamma, dbeta } = reference.layerNormBackward(dy!, x!, { ...shape, gamma: gamma! });
    const bound = { relative: 1e-7, absolute: 1e-7 };
    expectClose(
      dx,
      slopes(x!, (x) => loss(x, gamma!, beta!)),
      bound,
    );
    expectClose(
      dgamma,
      slopes(gamma!, (gamma) => loss(x!, gamma, beta!)),
      bound,
    );
    expectClose(
      dbeta,
      slopes(beta!, (beta) => loss(x!, gamma!, beta)),
      bound,
    );
  });
});

describeVariants("layerNorm", (runtime) => {
  it.each(shapes)("agrees with the reference, %i × %i", (rows, cols) => {
    const [gamma, beta] = [noise(cols, 1), noise(cols, 2)];
    for (const centre of [0, 3, -1000, 1e6]) {
      // Quarters, which 1e6 leaves as they are: rows that cancel would say nothing.
      const x = around(centre, rows * cols, 3).map((x) => Math.round(4 * x) / 4);
      for (const parameters of [{}, { gamma }, { beta }, { gamma, beta }]) {
        const options = { rows, cols, ...parameters };
        const [mean, rstd] = [new Float32Array(rows), new Float32Array(rows)];
        const expected = reference.layerNorm(x, options);
        const actual = layerNorm(x, { ...options, mean, rstd, runtime });
        expectClose(actual, expected.out, { relative: 1e-6, absolute: 1e-6 });
        expectClose(mean, expected.mean.map(Math.fround), { relative: 0, absolute: 0 });
        expectClose(rstd, expected.rstd, { relative: 2e-7, absolute: 0 });
        expect(layerNorm(x, { ...options, runtime })).toEqual(actual);
      }
    }
  });

  it.each(shapes)("has the gradients of the reference, and adds them, %i × %i", (rows, cols) => {
    const [gamma, dy] = [noise(cols, 4, 2), noise(rows * cols, 5)];
    for (const centre of [0, 1e6]) {
      const x = around(centre, rows * cols, 6).map((x) => Math.round(4 * x) / 4);
      for (const parameters of [{}, { gamma }]) {
        const options = { rows, cols, ...parameters };
        const [mean, rstd] = [new Float32Array(rows), new Float32Array(rows)];
        layerNorm(x, { ...options, mean, rstd, runtime });
        const expected = reference.layerNormBackward(dy, x, options);
        const [dx, dgamma, dbeta] = [noise(rows * cols, 7), noise(cols, 8), noise(cols, 9)];
        const before = [dx.slice(), dgamma.slice(), dbeta.slice()];
        layerNormBackwardInto(dx, dy, x, { ...options, mean, rstd, dgamma, dbeta, runtime });
        // Rows of one value have 1 / √eps for a slope.
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
        expectClose(
          dbeta,
          expected.dbeta.map((d, i) => d + before[2]![i]!),
          { ...bound, scale: Math.sqrt(rows) },
        );
        const alone = before[0]!.slice();
        layerNormBackwardInto(alone, dy, x, { ...options, mean, rstd, runtime });
        expect(alone).toEqual(dx);
      }
    }
  });

  it("agrees with PyTorch", () => {
    const options = {
      ...{ rows: 2, cols: 6, runtime },
      gamma: Float32Array.from(waves(6, 4, 1)),
      beta: Float32Array.from(waves(6, 5, 1)),
    };
    const [x, dy] = [Float32Array.from(waves(12, 3, 2)), Float32Array.from(waves(12, 6, 1))];
    const [mean, rstd, dx] = [new Float32Array(2), new Float32Array(2), new Float32Array(12)];
    expectClose(layerNorm(x, { ...options, mean, rstd }), golden.layernorm.y);
    layerNormBackwardInto(dx, dy, x, { rows: 2, cols: 6, gamma: options.gamma, mean, rstd, runtime });
    expectClose(dx, golden.layernorm.dx);
  });

  it("gives rows of mean 0 and variance 1, whatever their place and size", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: -100, max: 100 }),
        fc.constantFrom(2 ** -20, 1, 2 ** 60),
        (seed, cols, shift, scale) => {
          const x = noise(cols, seed).map((x) => (Math.round(64 * x) + 64 * shift) * scale);
          if (x.every((value) => value === x[0])) return;
          const y = layerNorm(x, { rows: 1, cols, eps: 0, runtime });
          expect(Math.abs(reference.mean(y))).toBeLessThan(1e-6);
          expect(reference.sumSquares(y) / cols).toBeCloseTo(1, 5);
          const moved = x.map((x) => x + 128 * scale);
          expectClose(layerNorm(moved, { rows: 1, cols, eps: 0, runtime }), y);
        },
      ),
    );
  });

  it("takes the eps of BERT, and rows that are constant", () => {
    const x = Float32Array.of(1, 1, 1, 1e-6, 0, -1e-6);
    const options = { rows: 2, cols: 3, eps: 1e-12 };
    expectClose(layerNorm(x, { ...options, runtime }), reference.layerNorm(x, options).out);
    expect([...layerNorm(x, { ...options, runtime }).subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...layerNorm(x, { ...options, eps: 0, runtime }).subarray(0, 3)]).toEqual([NaN, NaN, NaN]);
    const big = Float32Array.of(3e38, -3e38, 1e38);
    const shape = { rows: 1, cols: 3 };
    expectClose(layerNorm(big, { ...shape, runtime }), reference.layerNorm(big, shape).out);
  });

  it("gives NaN for a row with NaN or an infinity, and for no other row", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const x = Float32Array.of(1, 2, 3, 4, bad, 6, 7, 8, 9);
      const y = layerNorm(x, { rows: 3, cols: 3, runtime });
      expect([...y.subarray(3, 6)]).toEqual([NaN, NaN, NaN]);
      expect([...y.subarray(0, 3), ...y.subarray(6)].every(Number.isFinite)).toBe(true);
    }
  });

  it("works in place on resident arrays, with the bits of the copying form", () => {
    const [rows, cols] = [3, 7];
    const [x, dy, gamma, beta] = [noise(21, 10, 4), noise(21, 11), noise(7, 12), noise(7, 13)];
    const [mean, rstd] = [new Float32Array(rows), new Float32Array(rows)];
    const y = layerNorm(x, { rows, cols, gamma, beta, mean, rstd, runtime });
    const [dx, dgamma, dbeta] = [new Float32Array(21), new Float32Array(7), new Float32Array(7)];
    layerNormBackwardInto(dx, dy, x, { rows, cols, gamma, mean, rstd, dgamma, dbeta, runtime });

    const { heap } = runtime;
    const [rx, rdy, rgamma, rbeta] = [x, dy, gamma, beta].map((array) => heap.from("f32", array));
    const [rmean, rrstd, rdx] = [rows, rows, 21].map((length) => heap.alloc("f32", length));
    const [rdgamma, rdbeta] = [cols, cols].map((length) => heap.alloc("f32", length));
    const out = heap.alloc("f32", 21);
    layerNormInto(out, rx!, { rows, cols, gamma: rgamma, beta: rbeta, mean: rmean, rstd: rrstd });
    layerNormBackwardInto(rdx!, rdy!, rx!, {
      ...{ rows, cols, gamma: rgamma, mean: rmean!, rstd: rrstd! },
      ...{ dgamma: rdgamma, dbeta: rdbeta },
    });
    layerNormInto(rx!, rx!, { rows, cols, gamma: rgamma, beta: rbeta });
    for (const [resident, copied] of [
      [out, y],
      [rx, y],
      [rdx, dx],
      [rdgamma, dgamma],
      [rdbeta, dbeta],
    ] as const) {
      expect(resident!.toArray()).toEqual(copied);
    }
    for (const array of [rx, rdy, rgamma, rbeta, rmean, rrstd, rdx, rdgamma, rdbeta, out]) heap.free(array!);
  });

  it("gives the same bits in pieces", () => {
    const [rows, cols] = [601, 333];
    const [x, gamma, beta] = [noise(rows * cols, 14), noise(cols, 15), noise(cols, 16)];
    const [mean, rstd] = [new Float32Array(rows), new Float32Array(rows)];
    const y = layerNorm(x, { rows, cols, gamma, beta, mean, rstd, runtime });
    for (const r of [0, 1, 299, 600]) {
      const row = x.subarray(r * cols, (r + 1) * cols);
      const [m, s] = [new Float32Array(1), new Float32Array(1)];
      const alone = layerNorm(row, { rows: 1, cols, gamma, beta, mean: m, rstd: s, runtime });
      expect(alone).toEqual(y.subarray(r * cols, (r + 1) * cols));
      expect([m[0], s[0]]).toEqual([mean[r], rstd[r]]);
    }
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 17), new Float32Array(6).fill(5)];
    const [row, column] = [new Float32Array(3).fill(5), new Float32Array(2).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => layerNormInto(out, x, { ...options, cols: 2 })).toThrow(core.ShapeError);
    expect(() => layerNormInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => layerNormInto(out, wrong, options)).toThrow(core.DTypeError);
    const none = undefined as unknown as Float32Array;
    expect(() => layerNormInto(none, x, options)).toThrow(core.DTypeError);
    expect(() => layerNormInto(out, none, options)).toThrow(core.DTypeError);
    expect(() => layerNormInto(out, x, { ...options, rows: 1.5 })).toThrow(core.RangeError);
    for (const eps of [-1, NaN, Infinity, "1" as never]) {
      expect(() => layerNormInto(out, x, { ...options, eps })).toThrow(core.RangeError);
    }
    for (const bad of [{ gamma: column }, { beta: column }, { mean: row }, { rstd: row }]) {
      expect(() => layerNormInto(out, x, { ...options, ...bad })).toThrow(core.ShapeError);
    }
    const backward = { ...options, mean: column, rstd: column };
    for (const bad of [{ gamma: column }, { mean: row }, { rstd: row }, { dgamma: out }, { dbeta: out }]) {
      expect(() => layerNormBackwardInto(out, x, x, { ...backward, ...bad })).toThrow(core.ShapeError);
    }
    expect(() => layerNormBackwardInto(out, x.subarray(1), x, backward)).toThrow(core.ShapeError);
    expect(() => layerNormBackwardInto(wrong, x, x, backward)).toThrow(core.DTypeError);
    expect(() => layerNormBackwardInto(none, x, x, backward)).toThrow(core.DTypeError);
    expect(() => layerNormBackwardInto(out, x, x, { ...backward, rstd: none })).toThrow(core.DTypeError);
    expect([...out, ...row, ...column].every((value) => value === 5)).toBe(true);
  });
});
