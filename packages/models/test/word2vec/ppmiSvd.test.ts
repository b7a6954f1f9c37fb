import { RangeError, Runtime } from "@lanewise/core-wasm";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Pacer } from "../../src/optim/pacer.js";
import { cooccurrences, positivePmi } from "../../src/word2vec/cooccurrence.js";
import { type SparseMatrix, sparseProduct } from "../../src/word2vec/sparseMatrix.js";
import { symmetricEigen } from "../../src/word2vec/symmetricEigen.js";
import { truncatedSvd } from "../../src/word2vec/truncatedSvd.js";
import { expectClose, noise } from "../variants.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());
const pacer = new Pacer();

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

function dense({ rows, columns, starts, columnIds, values }: SparseMatrix): number[][] {
  const matrix = Array.from({ length: rows }, () => zeros(columns));
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) matrix[row]![columnIds[at]!] = values[at]!;
  }
  return matrix;
}

function sparse(matrix: readonly (readonly number[])[]): SparseMatrix {
  const starts = [0];
  const columnIds: number[] = [];
  const values: number[] = [];
  for (const row of matrix) {
    for (const [column, value] of row.entries()) {
      if (value === 0) continue;
      columnIds.push(column);
      values.push(value);
    }
    starts.push(values.length);
  }
  return {
    rows: matrix.length,
    columns: matrix[0]!.length,
    starts: Float64Array.from(starts),
    columnIds: Int32Array.from(columnIds),
    values: Float64Array.from(values),
  };
}

const corpora = fc
  .array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((lists) => ({
    lists,
    ids: Int32Array.from(lists.flat()),
    starts: Int32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).flat().length)]),
  }));

describe("cooccurrences", () => {
  it.each(["dynamic", "flat"] as const)(
    "counts pairs in a window that stays in its sentence: %s",
    async (weighting) => {
      await fc.assert(
        fc.asyncProperty(corpora, fc.integer({ min: 1, max: 4 }), async ({ lists, ids, starts }, window) => {
          const wanted = Array.from({ length: 6 }, () => zeros(6));
          for (const list of lists) {
            for (const [i, a] of list.entries()) {
              for (const [j, b] of list.entries()) {
                const distance = Math.abs(i - j);
                if (i === j || distance > window) continue;
                wanted[a]![b]! += weighting === "flat" ? 1 : window + 1 - distance;
              }
            }
          }
          const counts = await cooccurrences({ ids, starts }, 6, { window, weighting }, pacer);
          expect(dense(counts)).toEqual(wanted);
          for (let row = 0; row < 6; row++) {
            const columns = [...counts.columnIds.subarray(counts.starts[row], counts.starts[row + 1])];
            expect(columns).toEqual([...columns].sort((a, b) => a - b));
          }
        }),
      );
    },
  );
});

describe("positivePmi", () => {
  it("is ln P(w, c) / (P(w) P_α(c)) − ln k, where that is above 0", async () => {
    const options = fc.record({
      shift: fc.constantFrom(0.5, 1, 2, 5),
      contextPower: fc.constantFrom(0, 0.5, 0.75, 1, 0.9),
    });
    await fc.assert(
      fc.asyncProperty(corpora, options, async ({ ids, starts }, { shift, contextPower }) => {
        const counts = await cooccurrences({ ids, starts }, 6, { window: 2, weighting: "dynamic" }, pacer);
        const n = dense(counts);
        const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
        const rows = n.map(sum);
        const smoothed = rows.map((count) => (count === 0 ? 0 : count ** contextPower));
        const wanted = n.map((row, w) =>
          row.map((count, c) => {
            if (count === 0) return 0;
            const ratio = count / sum(rows) / ((rows[w]! / sum(rows)) * (smoothed[c]! / sum(smoothed)));
            return Math.max(0, Math.log(ratio) - Math.log(shift));
          }),
        );
        expectClose(dense(positivePmi(counts, { shift, contextPower })).flat(), wanted.flat(), {
          absolute: 1e-12,
          relative: 1e-12,
        });
      }),
    );
  });
});

describe("sparseProduct", () => {
  it("is that of the dense matrix, and of its transpose", async () => {
    const matrix = Array.from({ length: 7 }, (_, i) =>
      Array.from(noise(5, i), (value, j) => ((i + j) % 3 === 0 ? 0 : value)),
    );
    const x = Float64Array.from(noise(5 * 3, 50));
    const y = Float64Array.from(noise(7 * 3, 51));
    const times = (m: number[][], v: Float64Array): number[] =>
      m.flatMap((row) => [0, 1, 2].map((k) => row.reduce((sum, value, j) => sum + value * v[3 * j + k]!, 0)));
    const transposed = matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
    const tight = { absolute: 1e-14, relative: 1e-14 };
    expectClose(
      await sparseProduct(sparse(matrix), x, 3, { transposed: false, pacer }),
      times(matrix, x),
      tight,
    );
    expectClose(
      await sparseProduct(sparse(matrix), y, 3, { transposed: true, pacer }),
      times(transposed, y),
      tight,
    );
  });
});

describe("symmetricEigen", () => {
  it("decomposes: A V = V Λ, VᵀV = 1, falling", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 1000 }), (n, seed) => {
        const drawn = noise(n * n, seed);
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) a[i * n + j] = drawn[i * n + j]! + drawn[j * n + i]!;
        const { values, vectors } = symmetricEigen(a, n);
        expect([...values]).toEqual([...values].sort((x, y) => y - x));
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [left, product] = [0, 0];
            for (let k = 0; k < n; k++) {
              left += a[i * n + k]! * vectors[k * n + j]!;
              product += vectors[k * n + i]! * vectors[k * n + j]!;
            }
            expect(Math.abs(left - vectors[i * n + j]! * values[j]!)).toBeLessThan(1e-12 * n);
            expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-13 * n);
          }
        }
      }),
    );
  });

  it("takes zeros, and a matrix that is diagonal", () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    const { values, vectors } = symmetricEigen(Float64Array.of(1, 0, 0, 2), 2);
    expect([...values]).toEqual([2, 1]);
    expect([...vectors]).toEqual([0, 1, 1, 0]);
  });
});

describe("truncatedSvd", () => {
  const options = { oversampling: 8, iterations: 6, seed: 3, runtime, pacer };

  /** U diag(σ) Vᵀ with columns of reflections, which are orthonormal. */
  function withSingularValues(rows: number, columns: number, singular: readonly number[]): number[][] {
    const reflection = (n: number, seed: number): ((i: number, j: number) => number) => {
      const v = noise(n, seed);
      const square = v.reduce((sum, value) => sum + value * value, 0);
      return (i, j) => (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square;
    };
    const [u, v] = [reflection(rows, 5), reflection(columns, 6)];
    return Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) =>
        singular.reduce((sum, s, k) => sum + u(i, k) * s * v(j, k), 0),
      ),
    );
  }

  it.each([
    [40, 40],
    [60, 25],
    [25, 60],
  ])("finds the greatest singular values of %d × %d, and their vectors", async (rows, columns) => {
    const singular = Array.from({ length: 20 }, (_, k) => 10 * 0.8 ** k);
    const matrix = withSingularValues(rows, columns, singular);
    const { u, singularValues } = await truncatedSvd(sparse(matrix), { ...options, rank: 6 });
    expectClose(singularValues, singular.slice(0, 6), { relative: 1e-9, absolute: 0 });
    for (let j = 0; j < 6; j++) {
      for (let k = 0; k < 6; k++) {
        let [product, image] = [0, 0];
        for (let i = 0; i < rows; i++) product += u[i * 6 + j]! * u[i * 6 + k]!;
        for (let c = 0; c < columns; c++) {
          let [left, right] = [0, 0];
          for (let i = 0; i < rows; i++) {
            left += u[i * 6 + j]! * matrix[i]![c]!;
            right += u[i * 6 + k]! * matrix[i]![c]!;
          }
          image += left * right;
        }
        expect(Math.abs(product - (j === k ? 1 : 0))).toBeLessThan(1e-5);
        expect(Math.abs(image - (j === k ? singular[j]! ** 2 : 0))).toBeLessThan(1e-4);
      }
    }
  });

  it("has zeros beyond the matrix's rank", async () => {
    const matrix = withSingularValues(12, 12, [3, 2]);
    for (const rank of [5, 12, 20]) {
      const { u, singularValues } = await truncatedSvd(sparse(matrix), { ...options, rank });
      expectClose(singularValues, [3, 2, ...zeros(rank - 2)], { absolute: 1e-7 });
      expect(u).toHaveLength(12 * rank);
      expect(u.every(Number.isFinite)).toBe(true);
    }
    const none = await truncatedSvd(sparse([[0, 0]]), { ...options, rank: 3 });
    expect([...none.singularValues, ...none.u]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("gives the same bits for the same seed, and the same vectors for another", async () => {
    const matrix = sparse(
      withSingularValues(
        30,
        30,
        Array.from({ length: 10 }, (_, k) => 5 * 0.7 ** k),
      ),
    );
    const one = await truncatedSvd(matrix, { ...options, rank: 3 });
    expect(await truncatedSvd(matrix, { ...options, rank: 3 })).toEqual(one);
    const other = await truncatedSvd(matrix, { ...options, rank: 3, seed: 4 });
    expectClose(other.u, one.u, { absolute: 1e-5 });
  });

  it("stops when it is told", async () => {
    const signal = AbortSignal.abort(new RangeError("signal", "none", "one"));
    const stopped = new Pacer({ signal, milliseconds: 0 });
    await expect(truncatedSvd(sparse([[1]]), { ...options, rank: 1, pacer: stopped })).rejects.toThrow(
      RangeError,
    );
  });
});
