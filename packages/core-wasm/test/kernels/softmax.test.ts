import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { logSoftmax, logSoftmaxBackwardInto, logSoftmaxInto, softmax, softmaxBackwardInto, softmaxInto } =
  core;
const { logSumExp, logSumExpBackwardInto, logSumExpInto } = core;

const shapes = [
  [1, 1],
  [3, 2],
  [2, 3],
  [5, 4],
  [4, 5],
  [3, 16],
  [2, 17],
  [7, 65],
  [1, 1000],
  [0, 4],
  [4, 0],
] as const;

describe("the reference of softmax", () => {
  it("has the derivatives that differences give", () => {
    const shape = { rows: 2, cols: 5 };
    const [x, dy] = [[...noise(10, 1, 2)], [...noise(10, 2)]];
    for (const [forward, backward] of [
      [reference.softmax, reference.softmaxBackward],
      [reference.logSoftmax, reference.logSoftmaxBackward],
    ] as const) {
      const loss = (x: number[]) => reference.dot(forward(x, shape), dy);
      const h = 1e-6;
      const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
      expectClose(backward(dy, forward(x, shape), shape), slopes, { relative: 1e-8, absolute: 1e-8 });
    }
  });
});

describe("the reference of logSumExp", () => {
  it("has the derivatives that differences give", () => {
    const shape = { rows: 2, cols: 5 };
    const [x, dy] = [[...noise(10, 1, 2)], [...noise(2, 2)]];
    const loss = (x: number[]) => reference.dot(reference.logSumExp(x, shape), dy);
    const h = 1e-6;
    const slopes = x.map((_, i) => (loss(x.with(i, x[i]! + h)) - loss(x.with(i, x[i]! - h))) / (2 * h));
    expectClose(reference.logSumExpBackward(dy, x, shape), slopes, { relative: 1e-8, absolute: 1e-8 });
  });
});

describeVariants("logSumExp", (runtime) => {
  it.each(shapes)("agrees with the reference, and so does its gradient, %i × %i", (rows, cols) => {
    const shape = { rows, cols };
    for (const scale of [1, 20, 100]) {
      const [x, dy, dx] = [noise(rows * cols, 11, scale), noise(rows, 12), noise(rows * cols, 13)];
      const y = logSumExp(x, { ...shape, runtime });
      expectClose(y, reference.logSumExp(x, shape), { relative: 4e-7, absolute: 4e-7 });
      const gradients = reference.logSumExpBackward(dy, x, shape);
      const fresh = new Float32Array(rows * cols);
      logSumExpBackwardInto(fresh, dy, x, y, { ...shape, runtime });
      for (let i = 0; i < x.length; i++) {
        const relative = 1e-6 + 1.2e-7 * (Math.abs(x[i]!) + Math.abs(y[Math.floor(i / cols)]!));
        expectClose([fresh[i]!], [gradients[i]!], { relative, absolute: 1e-40 });
      }
      const sums = dx.map((dx, i) => dx + gradients[i]!);
      logSumExpBackwardInto(dx, dy, x, y, { ...shape, runtime });
      expectClose(dx, sums, { relative: 3e-5, absolute: 1e-6 });
    }
  });

  it("moves with its row, and lies between the maximum and log n above it", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 40 }), (seed, cols) => {
        const x = noise(cols, seed, 20).map((x) => Math.round(64 * x) / 64);
        const options = { rows: 1, cols, runtime };
        const y = logSumExp(x, options)[0]!;
        expect(y).toBeGreaterThanOrEqual(reference.max(x));
        expect(y).toBeLessThanOrEqual(Math.fround(reference.max(x) + Math.log(cols) + 1e-5));
        const moved = logSumExp(
          x.map((x) => x + 512),
          options,
        );
        expectClose(moved, [y + 512], { relative: 1.2e-7, absolute: 0 });
      }),
    );
  });

  it("has limits: infinities and NaN", () => {
    const [n, i, most] = [NaN, Infinity, 3.4028234663852886e38];
    const x = Float32Array.of(-i, -i, -i, i, 0, 1, 1, n, 2, i, n, 0, most, -most, most, n, n, n, 0, -i, -i);
    const y = logSumExp(x, { rows: 7, cols: 3, runtime });
    expect([...y]).toEqual([-i, i, n, n, most, n, 0]);
    expect([...logSumExp(new Float32Array(0), { rows: 2, cols: 0, runtime })]).toEqual([-i, -i]);
  });

  it("takes resident arrays, and pieces, with the same bits", () => {
    const shape = { rows: 301, cols: 999 };
    const [x, dy, dx] = [noise(301 * 999, 14, 4), noise(301, 15), new Float32Array(301 * 999)];
    const y = logSumExp(x, { ...shape, runtime });
    logSumExpBackwardInto(dx, dy, x, y, { ...shape, runtime });
    const { heap } = runtime;
    const [rx, rdy, rdx, ry] = [
      heap.from("f32", x),
      heap.from("f32", dy),
      heap.alloc("f32", x.length),
      heap.alloc("f32", 301),
    ];
    logSumExpInto(ry, rx, shape);
    logSumExpBackwardInto(rdx, rdy, rx, ry, shape);
    expect(ry.toArray()).toEqual(y);
    expect(rdx.toArray()).toEqual(dx);
    for (const array of [rx, rdy, rdx, ry]) heap.free(array);
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, row, out] = [noise(6, 16), noise(2, 17), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    expect(() => logSumExpInto(out, x, options)).toThrow(core.ShapeError);
    expect(() => logSumExpInto(out.subarray(0, 2), x.subarray(1), options)).toThrow(core.ShapeError);
    expect(() => logSumExpInto(out.subarray(0, 2), wrong, options)).toThrow(core.DTypeError);
    expect(() => logSumExp(x, { ...options, rows: -1 })).toThrow(core.RangeError);
    expect(() => logSumExpBackwardInto(out, x, x, row, options)).toThrow(core.ShapeError);
    expect(() => logSumExpBackwardInto(out, row, x, x, options)).toThrow(core.ShapeError);
    expect(() => logSumExpBackwardInto(wrong, row, x, row, options)).toThrow(core.DTypeError);
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});

describeVariants("softmax", (runtime) => {
  it.each(shapes)("agrees with the reference, %i × %i", (rows, cols) => {
    const shape = { rows, cols };
    const near = noise(rows * cols, 2, 4);
    expectClose(softmax(near, { ...shape, runtime }), reference.softmax(near, shape), {
      relative: 1e-6,
      absolute: 0,
    });
    const x = noise(rows * cols, 3, 40);
    expectClose(softmax(x, { ...shape, runtime }), reference.softmax(x, shape), {
      relative: 6e-6,
      absolute: 0,
    });
    const greatest = Float64Array.from(x, (x) => 4e-7 * (40 + Math.abs(x)));
    const [actual, expected] = [logSoftmax(x, { ...shape, runtime }), reference.logSoftmax(x, shape)];
    for (let i = 0; i < x.length; i++) expectClose([actual[i]!], [expected[i]!], { absolute: greatest[i]! });
  });

  it.each(shapes)("has the gradient of the reference, and adds it, %i × %i", (rows, cols) => {
    const shape = { rows, cols };
    const [x, dy, before] = [noise(rows * cols, 4, 3), noise(rows * cols, 5), noise(rows * cols, 6)];
    for (const [forward, backwardInto, exact] of [
      [softmax, softmaxBackwardInto, reference.softmaxBackward],
      [logSoftmax, logSoftmaxBackwardInto, reference.logSoftmaxBackward],
    ] as const) {
      const y = forward(x, { ...shape, runtime });
      const expected = exact(dy, y, shape);
      const dx = new Float32Array(rows * cols);
      backwardInto(dx, dy, y, { ...shape, runtime });
      expectClose(dx, expected, { relative: 1e-6, absolute: 5e-7 * Math.sqrt(cols) });
      const sums = before.slice();
      backwardInto(sums, dy, y, { ...shape, runtime });
      expectClose(
        sums,
        expected.map((dx, i) => dx + before[i]!),
        { absolute: 1e-6 * Math.sqrt(cols) },
      );
    }
  });

  it("does not change when a row is shifted, and its rows add up to 1", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: -500, max: 500 }),
        (seed, cols, shift) => {
          // Multiples of 1/64 below 2^10 are shifted without rounding, so the results agree to the bit.
          const x = noise(3 * cols, seed, 20).map((x) => Math.round(64 * x) / 64);
          const options = { rows: 3, cols, runtime };
          const y = softmax(x, options);
          const shifted = x.map((x) => x + shift);
          expect(softmax(shifted, options)).toEqual(y);
          expect(logSoftmax(shifted, options)).toEqual(logSoftmax(x, options));
          for (let r = 0; r < 3; r++)
            expect(reference.sum(y.subarray(r * cols, (r + 1) * cols))).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  it("keeps the small losses of a row that is nearly certain", () => {
    for (const gap of [1, 5, 15, 16.7, 20, 30]) {
      const log = logSoftmax(Float32Array.of(gap, 0), { rows: 1, cols: 2, runtime })[0]!;
      expectClose([log], [-Math.log1p(Math.exp(-Math.fround(gap)))], { relative: 4e-7, absolute: 1e-16 });
    }
  });

  it("stays finite at any size of input, and takes masks of −∞", () => {
    const options = { rows: 1, cols: 3, runtime };
    const most = 3.4028234663852886e38;
    expect(softmax(Float32Array.of(most, -most, most), options)).toEqual(Float32Array.of(0.5, 0, 0.5));
    expect(softmax(Float32Array.of(1, -Infinity, 1), options)).toEqual(Float32Array.of(0.5, 0, 0.5));
    const log = logSoftmax(Float32Array.of(1, -Infinity, 1), options);
    expectClose(log, [-Math.LN2, -Infinity, -Math.LN2]);
    const dx = new Float32Array(3);
    logSoftmaxBackwardInto(dx, Float32Array.of(1, 0, 0), log, options);
    expectClose(dx, [0.5, 0, -0.5]);
  });

  it("finds the maximum wherever it stands", () => {
    const cols = 39;
    const options = { rows: cols, cols, runtime };
    const x = Float32Array.from({ length: cols * cols }, (_, i) => (i % (cols + 1) === 0 ? 1000 : 0));
    expect(softmax(x, options)).toEqual(x.map((x) => x / 1000));
    expect(logSoftmax(x, options)).toEqual(x.map((x) => x - 1000));
  });

  it("gives a row of NaN where no number is right, and no other row", () => {
    const [n, i] = [NaN, Infinity];
    for (const bad of [
      [-i, -i, -i],
      [1, n, 2],
      [i, 0, 1],
    ]) {
      const x = Float32Array.of(0, 0, 0, ...bad, 0, 0, 0);
      for (const y of [
        softmax(x, { rows: 3, cols: 3, runtime }),
        logSoftmax(x, { rows: 3, cols: 3, runtime }),
      ]) {
        expect([...y.subarray(3, 6)]).toEqual([n, n, n]);
        expect([...y.subarray(0, 3), ...y.subarray(6)].every(Number.isFinite)).toBe(true);
      }
      expectClose(reference.softmax(x, { rows: 3, cols: 3 }), softmax(x, { rows: 3, cols: 3, runtime }));
    }
  });

  it("works in place on resident arrays, with the bits of the copying form", () => {
    const shape = { rows: 3, cols: 7 };
    const [x, dy] = [noise(21, 7, 4), noise(21, 8)];
    for (const [plain, formInto, backwardInto] of [
      [softmax, softmaxInto, softmaxBackwardInto],
      [logSoftmax, logSoftmaxInto, logSoftmaxBackwardInto],
    ] as const) {
      const y = runtime.heap.from("f32", x);
      formInto(y, y, shape);
      expect(y.toArray()).toEqual(plain(x, { ...shape, runtime }));
      const [residentDy, residentDx] = [runtime.heap.from("f32", dy), runtime.heap.alloc("f32", 21)];
      backwardInto(residentDx, residentDy, y, shape);
      const dx = new Float32Array(21);
      backwardInto(dx, dy, y.toArray(), { ...shape, runtime });
      expect(residentDx.toArray()).toEqual(dx);
      for (const array of [y, residentDy, residentDx]) runtime.heap.free(array);
    }
  });

  it("gives a row the same bits wherever it stands", () => {
    const x = noise(5 * 7, 9, 6);
    const whole = softmax(x, { rows: 5, cols: 7, runtime });
    for (let r = 0; r < 5; r++) {
      const row = softmax(x.subarray(7 * r, 7 * r + 7), { rows: 1, cols: 7, runtime });
      expect(row).toEqual(whole.subarray(7 * r, 7 * r + 7));
    }
  });

  it("gives the same bits with elements far below the others, whose rows take the longer way", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 20 }), (seed, quarter) => {
        const x = noise(4 * quarter, seed, 43);
        const longer = Float32Array.of(...x, -Infinity);
        for (const form of [softmax, logSoftmax]) {
          const y = form(x, { rows: 1, cols: x.length, runtime });
          expect(form(longer, { rows: 1, cols: longer.length, runtime }).subarray(0, -1)).toEqual(y);
        }
      }),
    );
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(6, 10), new Float32Array(6).fill(5)];
    const options = { rows: 2, cols: 3, runtime };
    const wrong = new Float64Array(6) as unknown as Float32Array;
    for (const formInto of [softmaxInto, logSoftmaxInto]) {
      expect(() => formInto(out, x, { ...options, cols: 2 })).toThrow(core.ShapeError);
      expect(() => formInto(out, x.subarray(1), options)).toThrow(core.ShapeError);
      expect(() => formInto(out, wrong, options)).toThrow(core.DTypeError);
      expect(() => formInto(out, x, { ...options, rows: 1.5 })).toThrow(core.RangeError);
    }
    for (const backwardInto of [softmaxBackwardInto, logSoftmaxBackwardInto]) {
      expect(() => backwardInto(out, x.subarray(1), x, options)).toThrow(core.ShapeError);
      expect(() => backwardInto(out, x, x.subarray(1), options)).toThrow(core.ShapeError);
      expect(() => backwardInto(wrong, x, x, options)).toThrow(core.DTypeError);
    }
    expect(out).toEqual(new Float32Array(6).fill(5));
  });
});
