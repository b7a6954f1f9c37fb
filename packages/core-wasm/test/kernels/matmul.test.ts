import fc from "fast-check";
import { expect, it } from "vitest";
import {
  activationInto,
  addInto,
  addRowInto,
  DTypeError,
  matmul,
  matmulInto,
  type MatmulOptions,
  RangeError,
  ShapeError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

interface Case extends Omit<MatmulOptions, "runtime"> {
  a: Float32Array;
  b: Float32Array;
}

/** Each element within (√k + 1) · 2⁻²² · Σ |a · b| of the float64 product. */
function expectProduct(actual: ArrayLike<number>, { a, b, ...shape }: Case, start?: ArrayLike<number>): void {
  const product = reference.matmul(a, b, shape);
  const size = reference.matmul(a.map(Math.abs), b.map(Math.abs), shape);
  expect(actual.length).toBe(product.length);
  for (let i = 0; i < product.length; i++) {
    const from = start?.[i] ?? 0;
    const bound = (Math.sqrt(shape.k) + 1) * 2 ** -22 * (size[i]! + Math.abs(from));
    const error = Math.abs(actual[i]! - from - product[i]!);
    if (!(error <= bound))
      expect.fail(`element ${i}: ${actual[i]} for ${from + product[i]!}, bound ${bound}`);
  }
}

function makeCase(shape: Omit<MatmulOptions, "runtime">, seed = 1): Case {
  const { m, n, k, batch = 1, broadcastB = false } = shape;
  return { ...shape, a: noise(batch * m * k, seed), b: noise((broadcastB ? 1 : batch) * k * n, seed + 1) };
}

const transposes = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

describeVariants("matmul", (runtime) => {
  it("equals the float64 product for any small shape, in all four transpose cases", () => {
    const size = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        fc.record({ m: size, n: size, k: size, batch: fc.integer({ min: 0, max: 3 }) }),
        fc.constantFrom(...transposes),
        fc.boolean(),
        fc.nat(1000),
        (sizes, transpose, broadcastB, seed) => {
          const one = makeCase({ ...sizes, ...transpose, broadcastB }, seed);
          expectProduct(matmul(one.a, one.b, { ...one, runtime }), one);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    { m: 97, n: 33, k: 257 },
    { m: 13, n: 1030, k: 9 },
    { m: 200, n: 24, k: 600 },
    { m: 1, n: 70, k: 300 },
    { m: 70, n: 1, k: 300 },
    { m: 2, n: 64, k: 131 },
    { m: 1, n: 1, k: 1000 },
    { m: 7, n: 100, k: 70 },
    { m: 16, n: 61, k: 33 },
    { m: 8, n: 1024, k: 19 },
    { m: 9, n: 1024, k: 19 },
  ])("equals the float64 product beyond one block: $m×$n×$k", (sizes) => {
    for (const transpose of transposes) {
      const one = makeCase({ ...sizes, ...transpose });
      expectProduct(matmul(one.a, one.b, { ...one, runtime }), one);
    }
  });

  it("adds to what is there with accumulate, on every path", () => {
    for (const sizes of [
      { m: 10, n: 11, k: 12 },
      { m: 7, n: 16, k: 300 },
      { m: 1, n: 11, k: 12 },
      { m: 9, n: 1, k: 13 },
      { m: 3, n: 8, k: 4 },
    ]) {
      for (const transpose of transposes) {
        const one = makeCase({ ...sizes, ...transpose, batch: 2 });
        const start = noise(2 * sizes.m * sizes.n, 9);
        const out = start.slice();
        matmulInto(out, one.a, one.b, { ...one, accumulate: true, runtime });
        expectProduct(out, one, start);
      }
    }
  });

  it("gives zeros for k = 0, and leaves the result alone with accumulate", () => {
    const empty = new Float32Array(0);
    const out = new Float32Array(6).fill(7);
    matmulInto(out, empty, empty, { m: 2, n: 3, k: 0, accumulate: true, runtime });
    expect([...out]).toEqual([7, 7, 7, 7, 7, 7]);
    matmulInto(out, empty, empty, { m: 2, n: 3, k: 0, runtime });
    expect([...out]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(matmul(noise(5, 1), empty, { m: 5, n: 0, k: 1, runtime }).length).toBe(0);
  });

  it("gives a row the same bits whatever stands beside it", () => {
    for (const transpose of [{}, { transposeB: true }]) {
      const [n, k] = [21, 523];
      const a = noise(40 * k, 3);
      const b = noise(k * n, 4);
      const all = matmul(a, b, { m: 40, n, k, ...transpose, runtime });
      for (const m of transpose.transposeB ? [4, 5, 7, 8, 17, 31] : [1, 2, 4, 5, 7, 8, 16, 17, 31]) {
        expect(matmul(a.subarray(0, m * k), b, { m, n, k, ...transpose, runtime })).toEqual(
          all.subarray(0, m * n),
        );
      }
    }
  });

  it("gives a column the same bits whatever stands beside it", () => {
    const [m, k] = [9, 70];
    const a = noise(m * k, 3);
    const b = noise(30 * k, 4);
    const all = matmul(a, b, { m, n: 30, k, transposeB: true, runtime });
    for (const n of [2, 7, 8, 9, 17]) {
      const some = matmul(a, b.subarray(0, n * k), { m, n, k, transposeB: true, runtime });
      for (let i = 0; i < m; i++) {
        expect(some.subarray(i * n, (i + 1) * n)).toEqual(all.subarray(i * 30, i * 30 + n));
      }
    }
  });

  it("is exact on whole numbers, and associates with the identity", () => {
    const small = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(small, { minLength: 144, maxLength: 144 }),
        (n, values) => {
          const a = Float32Array.from(values.slice(0, n * n));
          const identity = new Float32Array(n * n);
          for (let i = 0; i < n; i++) identity[i * n + i] = 1;
          expect(matmul(a, identity, { m: n, n, k: n, runtime })).toEqual(a);
          expect(matmul(identity, a, { m: n, n, k: n, runtime })).toEqual(a);
          expect([...matmul(a, a, { m: n, n, k: n, transposeB: true, runtime })]).toEqual([
            ...reference.matmul(a, a, { m: n, n, k: n, transposeB: true }),
          ]);
        },
      ),
    );
  });

  it("carries NaN and infinities where they belong, and nowhere else", () => {
    for (const m of [1, 2, 9]) {
      const [n, k] = [9, 5];
      const a = noise(m * k, 1);
      const b = noise(k * n, 2);
      a[0] = NaN;
      b[8] = Infinity;
      const out = matmul(a, b, { m, n, k, runtime });
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const value = out[i * n + j]!;
          if (i === 0) expect(value).toBeNaN();
          else if (j === 8) expect(Math.abs(value)).toBe(Infinity);
          else expect(Number.isFinite(value)).toBe(true);
        }
      }
    }
  });

  it("applies bias, activation and residual as the kernels for them do, to the bit, in that order", () => {
    const kinds = [undefined, "relu", "geluErf", "geluTanh", "silu", "tanh", "sigmoid", "leakyRelu"] as const;
    for (const { m, n, k, batch = 1, ...shape } of [
      { m: 9, n: 150, k: 300, batch: 2 },
      { m: 200, n: 70, k: 5 },
      { m: 3, n: 9, k: 12, transposeB: true },
      { m: 40, n: 1, k: 12 },
      { m: 1, n: 77, k: 12 },
      { m: 5, n: 6, k: 0 },
      { m: 21, n: 8, k: 300, transposeA: true, batch: 2, broadcastB: true },
    ]) {
      const { a, b } = makeCase({ m, n, k, batch, ...shape });
      const [bias, residual, start] = [noise(n, 5), noise(batch * m * n, 6), noise(batch * m * n, 7)];
      for (const [i, activation] of kinds.entries()) {
        const options = { m, n, k, batch, ...shape, accumulate: i % 2 === 1, runtime };
        const expected = start.slice();
        matmulInto(expected, a, b, options);
        const sums = expected.slice();
        if (i !== 2) addRowInto(expected, expected, bias, { rows: batch * m, cols: n, runtime });
        if (activation) activationInto(expected, expected, { kind: activation, runtime });
        if (i !== 3) addInto(expected, expected, residual, { runtime });
        const given = {
          bias: i !== 2 ? bias : undefined,
          activation,
          residual: i !== 3 ? residual : undefined,
        };
        const out = start.slice();
        matmulInto(out, a, b, { ...options, ...given });
        expect(out).toEqual(expected);
        expectClose(out, reference.matmulEpilogue(sums, n, given), { relative: 2e-5, absolute: 2e-6 });
      }
    }
    const one = { m: 1, n: 1, k: 1, activation: "elu", alpha: 3, runtime } as const;
    expect(matmul(Float32Array.of(-40), Float32Array.of(1), one)[0]).toBe(-3);
  });

  it("takes resident arrays in place, and views that are not aligned to 16", () => {
    const shape = { m: 11, n: 13, k: 17, transposeA: true };
    const one = makeCase(shape);
    const expected = matmul(one.a, one.b, { ...one, runtime });
    const { heap } = runtime;
    const [a, b] = [heap.alloc("f32", 11 * 17 + 1).subarray(1), heap.alloc("f32", 13 * 17 + 3).subarray(3)];
    const whole = heap.alloc("f32", 11 * 13 + 2);
    matmulInto(whole.subarray(1, 11 * 13 + 1), a.set(one.a), b.set(one.b), shape);
    expect(whole.toArray().subarray(1, 11 * 13 + 1)).toEqual(expected);
    expect([whole.view[0], whole.view[11 * 13 + 1]]).toEqual([0, 0]);
    for (const array of [a, b, whole]) heap.free(array);
  });

  it("refuses wrong sizes and types, and writes nothing", () => {
    const out = new Float32Array(4).fill(3);
    const x = new Float32Array(4);
    const shape = { m: 2, n: 2, k: 2, runtime };
    expect(() => matmulInto(out, x, x, { ...shape, m: -1 })).toThrow(RangeError);
    expect(() => matmulInto(out, x, x, { ...shape, k: 1.5 })).toThrow(RangeError);
    expect(() => matmulInto(out, x, x, { ...shape, batch: 2 })).toThrow(ShapeError);
    expect(() => matmulInto(new Float32Array(3), x, x, shape)).toThrow(ShapeError);
    expect(() => matmulInto(out, new Float32Array(5), x, shape)).toThrow(ShapeError);
    expect(() => matmulInto(out, x, new Float32Array(5), shape)).toThrow(ShapeError);
    expect(() => matmulInto(out, x, new Float32Array(8), { ...shape, broadcastB: true })).toThrow(ShapeError);
    expect(() => matmulInto(out, x, new Float64Array(4) as never, shape)).toThrow(DTypeError);
    for (const name of ["transposeA", "transposeB", "broadcastB", "accumulate"]) {
      expect(() => matmulInto(out, x, x, { ...shape, [name]: "yes" })).toThrow(name);
    }
    expect(() => matmul(x, x, { ...shape, n: -2 })).toThrow(RangeError);
    expect(() => matmulInto(out, x, x, { ...shape, bias: x })).toThrow(ShapeError);
    expect(() => matmulInto(out, x, x, { ...shape, residual: new Float32Array(2) })).toThrow(ShapeError);
    expect(() => matmulInto(out, x, x, { ...shape, bias: new Int32Array(2) as never })).toThrow(DTypeError);
    expect(() => matmulInto(out, x, x, { ...shape, activation: "gelu" as never })).toThrow("activation");
    expect(() => matmulInto(out, x, x, { ...shape, activation: "elu", alpha: "1" as never })).toThrow(
      "alpha",
    );
    expect([...out]).toEqual([3, 3, 3, 3]);
  });
});
