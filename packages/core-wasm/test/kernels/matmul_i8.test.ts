import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DisposedError,
  DTypeError,
  hasRelaxedSimd,
  matmul_i8,
  matmul_i8Into,
  OutOfMemoryError,
  QuantizedMatrix,
  type QuantizedWeights,
  RangeError,
  Runtime,
  ShapeError,
  randomNormal,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { expectThrows } from "../runtime/errors.js";
import { describeVariants, noise } from "../variants.js";

/** Whole numbers from low to high, each as likely. */
function whole(length: number, seed: number, low: number, high: number): number[] {
  return Array.from(noise(length, seed), (v) => Math.floor(((v + 1) / 2) * (high - low + 1)) + low);
}

/** Rows of whole numbers that span 127 and include 0, one for each start: they are their own quantisation, with scale 1. */
function wholeRows(starts: readonly number[], k: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    starts.flatMap((low, row) => {
      const values = whole(k, seed + row, low, low + 127);
      if (k > 0) values[0] = low + 127;
      if (k > 1) values[1] = low;
      return values;
    }),
  );
}

/** Σ_p x[i, p] · value[j, p], in whole numbers of any size. */
function integerProducts(x: Float32Array, { values }: QuantizedWeights, k: number): number[] {
  const [m, n] = [x.length / k, values.length / k];
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0n;
    for (let p = 0; p < k; p++) sum += BigInt(x[i * k + p]!) * BigInt(values[j * k + p]!);
    return Number(sum);
  });
}

function ones(n: number): Float32Array {
  return new Float32Array(n).fill(1);
}

describeVariants("matmul_i8", (runtime) => {
  it("gives the reference's bits, for any sizes, layouts and magnitudes", () => {
    fc.assert(
      fc.property(
        fc.record({
          m: fc.nat(9),
          n: fc.nat(19),
          k: fc.nat(70),
          exponent: fc.integer({ min: -30, max: 30 }),
        }),
        fc.boolean(),
        fc.boolean(),
        ({ m, n, k, exponent }, transposeB, withBias) => {
          const [x, w] = [noise(m * k, m + k, 10 ** exponent), noise(n * k, n + 7, 10 ** (exponent / 3))];
          const bias = withBias ? noise(n, 4) : undefined;
          const matrix = QuantizedMatrix.quantize(w, { n, k, transposeB, runtime });
          const expected = reference.quantizeColumns(w, { n, k, transposeB });
          expect(matrix.weights()).toEqual(expected);
          expect(matmul_i8(x, matrix, { m, bias })).toEqual(
            reference.matmul_i8(x, expected, { m, n, k, bias }),
          );
          matrix.dispose();
        },
      ),
    );
  });

  it("gives the reference's bits where rows come in several blocks", () => {
    for (const [m, n, k] of [
      [131, 9, 37],
      [64, 16, 64],
      [65, 24, 100],
    ] as const) {
      const [x, w] = [noise(m * k, 1), noise(n * k, 2)];
      const matrix = QuantizedMatrix.quantize(w, { n, k, transposeB: true, runtime });
      expect(matmul_i8(x, matrix, { m })).toEqual(reference.matmul_i8(x, matrix.weights(), { m, n, k }));
      matrix.dispose();
    }
  });

  it("rounds ties to the even neighbour, in weights and in rows", () => {
    const w = Float32Array.of(127, 0.5, 1.5, -0.5, -1.5, 2.5, -126.5);
    const matrix = QuantizedMatrix.quantize(w, { n: 1, k: 7, runtime });
    expect(matrix.weights()).toEqual({
      values: Int8Array.of(127, 0, 2, 0, -2, 2, -126),
      scales: Float32Array.of(1),
    });
    matrix.dispose();
    // The range 0 to 127 and the range −63 to 64: q is even where x · inverse + zero is a tie.
    const unit = QuantizedMatrix.restore(
      { values: Int8Array.of(0, 0, 1, 0), scales: ones(1) },
      { n: 1, k: 4, runtime },
    );
    const x = Float32Array.of(0, 127, 4.5, 0, 0, 127, 5.5, 0, -63, 64, 4.5, 0, -63, 64, -5.5, 0);
    expect([...matmul_i8(x, unit, { m: 4 })]).toEqual([4, 6, 5, -5]);
    unit.dispose();
    // From −1.5 to 125.5: zero is 2, and the greatest would be 128.
    for (let p = 0; p < 21; p++) {
      const values = Int8Array.from({ length: 21 }, (_, at) => (at === p ? 1 : 0));
      const pick = QuantizedMatrix.restore({ values, scales: ones(1) }, { n: 1, k: 21, runtime });
      const row = new Float32Array(21).fill(-1.5);
      row[p] = 125.5;
      expect([...matmul_i8(row, pick, { m: 1 })]).toEqual([125]);
      pick.dispose();
    }
  });

  describe("sums are exact in whole numbers", () => {
    const starts = [0, -127, -64, -1, -126];

    it("for every k to 70 and random weights over the full range, −128 included", () => {
      for (let k = 2; k <= 70; k++) {
        const n = (k % 19) + 1;
        const weights = { values: Int8Array.from(whole(n * k, k, -128, 127)), scales: ones(n) };
        const matrix = QuantizedMatrix.restore(weights, { n, k, runtime });
        const x = wholeRows(starts, k, k);
        // Below 2²⁴ float32 holds them all.
        expect([...matmul_i8(x, matrix, { m: starts.length })]).toEqual(integerProducts(x, weights, k));
        matrix.dispose();
      }
    });

    it("for long sums, whose high and low bits float32 shows one after the other", () => {
      const [n, k] = [11, 5003];
      const values = Int8Array.from(whole(n * k, 3, -128, 127));
      const x = wholeRows(starts, k, 5);
      const exact = integerProducts(x, { values, scales: ones(n) }, k);
      const matrix = QuantizedMatrix.restore({ values, scales: ones(n) }, { n, k, runtime });
      expect(matmul_i8(x, matrix, { m: 5 })).toEqual(Float32Array.from(exact));
      matrix.dispose();
    });

    it("for the longest sum of the greatest products: 128 · 127 · 132104, just under 2³¹", () => {
      const [n, k] = [9, 132_104];
      const values = new Int8Array(n * k).fill(-128).fill(127, k, 2 * k);
      const matrix = QuantizedMatrix.restore({ values, scales: ones(n) }, { n, k, runtime });
      const x = new Float32Array(5 * k).fill(127).fill(-127, 3 * k);
      const [far, near] = [-128 * 127 * k, 127 * 127 * k].map(Math.fround) as [number, number];
      const row = [far, near, ...Array<number>(7).fill(far)];
      const negative = row.map((v) => -v);
      expect([...matmul_i8(x, matrix, { m: 5 })]).toEqual([...row, ...row, ...row, ...negative, ...negative]);
      // All but one product cancel: what is left shows the lowest bits of sums that were near 2³¹.
      const odd = Float32Array.from({ length: k }, (_, p) => (p % 2 === 0 ? 127 : 0));
      const alternating = Int8Array.from({ length: k }, (_, p) => (p % 4 === 0 ? 127 : -127)).fill(1, k - 2);
      const one = QuantizedMatrix.restore({ values: alternating, scales: ones(1) }, { n: 1, k, runtime });
      expect([...matmul_i8(odd, one, { m: 1 })]).toEqual([127 * (127 + 1)]);
      one.dispose();
      matrix.dispose();
      expectThrows(
        () => QuantizedMatrix.quantize(new Float32Array(k + 1), { n: 1, k: k + 1, runtime }),
        RangeError,
        "k",
      );
    });
  });

  it("stays within what the two quantisations may do, element by element", () => {
    const [m, n] = [6, 20];
    for (const k of [1, 3, 64, 1000]) {
      for (const shift of [0, 3, -0.9]) {
        const x = noise(m * k, k, 2).map((v) => v + shift);
        const w = noise(n * k, k + 1, 0.1);
        const bias = noise(n, 9);
        const matrix = QuantizedMatrix.quantize(w, { n, k, runtime });
        const { scales } = matrix.weights();
        const out = matmul_i8(x, matrix, { m, bias });
        const exact = reference.matmul(x, w, { m, n, k });
        for (let i = 0; i < m; i++) {
          const row = x.subarray(i * k, (i + 1) * k);
          const { scale } = reference.quantizeRow(row);
          const size = row.reduce((sum, v) => sum + Math.abs(v), 0);
          for (let j = 0; j < n; j++) {
            let weight = 0;
            for (let p = 0; p < k; p++) weight += Math.abs(w[p * n + j]!);
            const quantised = (scale / 2) * weight + (scales[j]! / 2) * (size + (k * scale) / 2);
            const expected = exact[i * n + j]! + bias[j]!;
            const bound = 1.001 * quantised + 2 ** -22 * (Math.abs(expected) + Math.abs(bias[j]!));
            expect(Math.abs(out[i * n + j]! - expected)).toBeLessThanOrEqual(bound);
          }
        }
        matrix.dispose();
      }
    }
  });

  it("is off by less than 2 % of the result, root mean square, for normally distributed numbers", () => {
    const [m, n] = [32, 64];
    for (const k of [256, 1024]) {
      const [x, w] = [randomNormal(m * k, { seed: 1, runtime }), randomNormal(n * k, { seed: 2, runtime })];
      const matrix = QuantizedMatrix.quantize(w, { n, k, transposeB: true, runtime });
      const out = matmul_i8(x, matrix, { m });
      const exact = reference.matmul(x, w, { m, n, k, transposeB: true });
      let [error, size] = [0, 0];
      exact.forEach((value, i) => {
        error += (out[i]! - value) ** 2;
        size += value ** 2;
      });
      expect(Math.sqrt(error / size)).toBeLessThan(0.02);
      expect(Math.sqrt(error / size), "seven bits can not do better").toBeGreaterThan(0.01);
      matrix.dispose();
    }
  });

  it("packs weights that were saved, and gives them back: the same product", () => {
    const [m, n, k] = [7, 13, 30];
    const [x, w] = [noise(m * k, 1), noise(n * k, 2)];
    const first = QuantizedMatrix.quantize(w, { n, k, runtime });
    const second = QuantizedMatrix.restore(first.weights(), { n, k, runtime });
    expect(second.weights()).toEqual(first.weights());
    expect(matmul_i8(x, second, { m })).toEqual(matmul_i8(x, first, { m }));
    first.dispose();
    second.dispose();
  });

  it("keeps 0 exact: rows and columns of zeros, and ranges too small for float32, give the bias", () => {
    const [n, k] = [9, 5];
    const w = noise(n * k, 2);
    for (let p = 0; p < k; p++) w[p * n + 3] = 0;
    w[4] = 1e-38;
    for (let p = 1; p < k; p++) w[p * n + 4] = -1e-38;
    const bias = noise(n, 8);
    const matrix = QuantizedMatrix.quantize(w, { n, k, runtime });
    expect([...matrix.weights().scales.subarray(3, 5)]).toEqual([0, 0]);
    const x = noise(4 * k, 3);
    x.fill(0, 0, k)
      .fill(1e-36, k, 2 * k)
      .fill(-1e-45, 2 * k, 3 * k);
    const out = matmul_i8(x, matrix, { m: 4, bias });
    for (let i = 0; i < 3; i++) expect(out.subarray(i * n, (i + 1) * n)).toEqual(bias);
    expect([out[3 * n + 3], out[3 * n + 4]]).toEqual([bias[3], bias[4]]);
    expect(out[3 * n]).not.toBe(bias[0]);
    matrix.dispose();
  });

  it("stands the greatest and the least floats", () => {
    const most = 3.4028234663852886e38;
    const matrix = QuantizedMatrix.quantize(Float32Array.of(most, -most, 1e30), { n: 1, k: 3, runtime });
    expect([...matrix.weights().values]).toEqual([127, -127, 0]);
    matrix.dispose();
    const small = QuantizedMatrix.quantize(Float32Array.of(1e-30, -5e-31), { n: 1, k: 2, runtime });
    const x = Float32Array.of(most, -most, 2e-36, -1e-36);
    const out = matmul_i8(x, small, { m: 2 });
    expect(out).toEqual(reference.matmul_i8(x, small.weights(), { m: 2, n: 1, k: 2 }));
    expect(out[0]! / (1.5e-30 * most)).toBeCloseTo(1, 2);
    small.dispose();
  });

  it("gives NaN to the rows that hold a NaN or an infinity, and to no others", () => {
    for (const k of [3, 16, 21]) {
      const n = 9;
      const matrix = QuantizedMatrix.quantize(noise(n * k, 2), { n, k, runtime });
      const x = noise(7 * k, 3);
      const clean = matmul_i8(x, matrix, { m: 7 });
      x[k - 1] = NaN;
      x[2 * k] = Infinity;
      x[4 * k + 1] = -Infinity;
      x[6 * k + 2] = -NaN;
      const out = matmul_i8(x, matrix, { m: 7, bias: new Float32Array(n) });
      for (let i = 0; i < 7; i++) {
        const row = out.subarray(i * n, (i + 1) * n);
        if (i % 2 === 0) expect([...row]).toEqual(Array<number>(n).fill(NaN));
        else expect(row).toEqual(clean.subarray(i * n, (i + 1) * n));
      }
      matrix.dispose();
    }
  });

  it("gives a row the same bits whatever stands beside it", () => {
    const [n, k] = [17, 45];
    const matrix = QuantizedMatrix.quantize(noise(n * k, 2), { n, k, runtime });
    const x = noise(70 * k, 3);
    const all = matmul_i8(x, matrix, { m: 70 });
    for (const m of [1, 2, 3, 4, 5, 6, 66]) {
      expect(matmul_i8(x.subarray(0, m * k), matrix, { m })).toEqual(all.subarray(0, m * n));
    }
    matrix.dispose();
  });

  it("takes resident arrays in place, views that are not aligned to 16, and no rows or columns", () => {
    const [m, n, k] = [5, 11, 19];
    const { heap } = runtime;
    const [values, weight, bias] = [noise(m * k, 1), noise(n * k, 2), noise(n, 3)];
    const matrix = QuantizedMatrix.quantize(weight, { n, k, runtime });
    const expected = matmul_i8(values, matrix, { m, bias });
    const x = heap.alloc("f32", m * k + 1);
    const b = heap.alloc("f32", n + 3);
    const out = heap.alloc("f32", m * n + 2);
    const w = heap.alloc("f32", n * k + 1);
    const second = QuantizedMatrix.quantize(w.subarray(1).set(weight), { n, k });
    expect(second.runtime).toBe(runtime);
    matmul_i8Into(out.subarray(1, m * n + 1), x.subarray(1).set(values), second, {
      m,
      bias: b.subarray(3).set(bias),
    });
    expect(out.toArray().subarray(1, m * n + 1)).toEqual(expected);
    expect([out.view[0], out.view[m * n + 1]]).toEqual([0, 0]);
    expect(matmul_i8(new Float32Array(0), matrix, { m: 0 })).toEqual(new Float32Array(0));
    const none = QuantizedMatrix.quantize(new Float32Array(0), { n: 3, k: 0, runtime });
    expect([...matmul_i8(new Float32Array(0), none, { m: 2, bias: Float32Array.of(1, 2, 3) })]).toEqual([
      1, 2, 3, 1, 2, 3,
    ]);
    for (const array of [x, b, out, w]) heap.free(array);
    for (const made of [matrix, second, none]) made.dispose();
  });

  it("gives its memory back when it is disposed, or could not be made", () => {
    const { heap } = runtime;
    const weight = noise(64, 1);
    QuantizedMatrix.quantize(weight, { n: 8, k: 8, runtime }).dispose();
    const before = heap.bytesInUse;
    const matrix = QuantizedMatrix.quantize(weight, { n: 8, k: 8, runtime });
    expect(heap.bytesInUse).toBeGreaterThan(before);
    matrix.dispose();
    matrix[Symbol.dispose]();
    expect(heap.bytesInUse).toBe(before);
    expectThrows(() => matrix.weights(), DisposedError, "matrix");
    expectThrows(() => matmul_i8(weight, matrix, { m: 8 }), DisposedError, "matrix");
    weight[9] = NaN;
    expectThrows(() => QuantizedMatrix.quantize(weight, { n: 8, k: 8, runtime }), RangeError, "w");
    expect(heap.bytesInUse).toBe(before);
  });

  it("refuses wrong sizes, types and numbers, and writes nothing", () => {
    const weight = noise(6, 1);
    const size = { n: 2, k: 3, runtime };
    const quantize =
      (w: Float32Array, more: object = {}) =>
      (): QuantizedMatrix =>
        QuantizedMatrix.quantize(w, { ...size, ...more });
    expect(quantize(weight, { n: -1 })).toThrow(RangeError);
    expect(quantize(weight, { k: 1.5 })).toThrow(RangeError);
    expect(quantize(weight, { n: 3 })).toThrow(ShapeError);
    expect(quantize(weight, { transposeB: "yes" })).toThrow(/transposeB/);
    expect(quantize(new Float64Array(6) as never)).toThrow(DTypeError);
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(quantize(Float32Array.of(1, 2, 3, bad, 5, 6))).toThrow(/w: .*column 1/);
      expect(quantize(Float32Array.of(1, 2, 3, bad, 5, 6), { transposeB: true })).toThrow(/column 1/);
    }
    const values = Int8Array.of(1, 2, 3, 4, 5, 6);
    const restore = (weights: object) => (): QuantizedMatrix =>
      QuantizedMatrix.restore({ values, scales: ones(2), ...weights }, size);
    expect(restore({ values: values.subarray(1) })).toThrow(ShapeError);
    expect(restore({ values: new Uint8Array(6) })).toThrow(DTypeError);
    expect(restore({ scales: ones(3) })).toThrow(ShapeError);
    expect(restore({ scales: [1, 1] })).toThrow(DTypeError);
    for (const bad of [-1, NaN, Infinity]) {
      expect(restore({ scales: Float32Array.of(1, bad) })).toThrow(/scales\[1\]/);
    }
    const matrix = quantize(weight)();
    const out = new Float32Array(4).fill(3);
    const x = noise(6, 2);
    const run =
      (more: object, to = out, from = x) =>
      (): void =>
        matmul_i8Into(to, from, matrix, { m: 2, ...more });
    expect(run({ m: -1 })).toThrow(RangeError);
    expect(run({ m: 3 })).toThrow(ShapeError);
    expect(run({ bias: ones(3) })).toThrow(ShapeError);
    expect(run({ bias: new Int32Array(2) })).toThrow(DTypeError);
    expect(run({}, new Float32Array(5))).toThrow(ShapeError);
    expect(run({}, out, new Float32Array(7))).toThrow(ShapeError);
    expect(run({}, new Float64Array(4) as never)).toThrow(DTypeError);
    expect(() => matmul_i8(x, matrix, { m: -2 })).toThrow(RangeError);
    expect([...out]).toEqual([3, 3, 3, 3]);
    matrix.dispose();
  });
});

describe("matmul_i8", () => {
  it("gives the same bits in both variants, with weights that went from one to the other", () => {
    const variants = hasRelaxedSimd() ? (["simd", "relaxed"] as const) : (["simd"] as const);
    const [m, n, k] = [9, 21, 203];
    const [x, w, bias] = [noise(m * k, 1), noise(n * k, 2), noise(n, 3)];
    const outputs = variants.map((variant) => {
      const runtime = Runtime.createSync({ variant });
      const matrix = QuantizedMatrix.quantize(w, { n, k, runtime });
      const result = { out: matmul_i8(x, matrix, { m, bias }), weights: matrix.weights() };
      runtime.dispose();
      expectThrows(() => matrix.weights(), DisposedError, "matrix");
      matrix.dispose();
      return result;
    });
    for (const output of outputs) expect(output).toEqual(outputs[0]);
  });

  it("finds no room: a typed error, and nothing is kept", () => {
    const runtime = Runtime.createSync({ maximumBytes: 4 * 65536 });
    const before = runtime.heap.bytesInUse;
    for (const [n, k] of [
      [1024, 256],
      [2 ** 31, 0],
    ] as const) {
      const make = (): unknown => QuantizedMatrix.quantize(new Float32Array(n * k), { n, k, runtime });
      expectThrows(make, OutOfMemoryError, "memory");
    }
    expect(runtime.heap.bytesInUse).toBe(before);
    runtime.dispose();
  });
});
