import { matmul, RandomStream, type Runtime } from "@lanewise/core-wasm";
import type { Pacer } from "../optim/pacer.js";
import { type SparseMatrix, sparseProduct } from "./sparseMatrix.js";
import { symmetricEigen } from "./symmetricEigen.js";

/** How a truncated decomposition is found. */
export interface TruncatedSvdOptions {
  /** How many singular values: the greatest. */
  readonly rank: number;
  /** How many more directions are kept on the way. */
  readonly oversampling: number;
  /** How often MMᵀ is applied: more for singular values that lie close. */
  readonly iterations: number;
  readonly seed: number;
  readonly runtime: Runtime;
  readonly pacer: Pacer;
}

/** M ≈ U diag(σ) Vᵀ, without V. */
export interface TruncatedSvd {
  /** f32[rows, rank], row-major. Of each column, the element of the greatest size is positive. */
  readonly u: Float32Array;
  /** f64[rank], falling. Beyond the rank of M they are 0, and so are their columns. */
  readonly singularValues: Float64Array;
}

/**
 * The greatest singular values of a sparse matrix and their left vectors, by subspace iteration from a random start:
 *
 *     Y = MΩ;  iterations times: Q = orth(Y), Y = M(MᵀQ);  Q = orth(Y);  (MᵀQ)ᵀ(MᵀQ) = W Λ Wᵀ;  σ = √Λ, U = QW
 *
 * In float64 but for the last product. The same seed gives the same bits.
 *
 * Ref: Halko, Martinsson and Tropp 2011, "Finding structure with randomness", Algorithms 4.4 and 5.1.
 */
export async function truncatedSvd(
  matrix: SparseMatrix,
  options: TruncatedSvdOptions,
): Promise<TruncatedSvd> {
  const { rank, oversampling, iterations, seed, runtime, pacer } = options;
  const { rows, columns } = matrix;
  const n = Math.min(rank + oversampling, rows, columns);
  const times = (x: Float64Array): Promise<Float64Array> =>
    sparseProduct(matrix, x, n, { transposed: false, pacer });
  const transposedTimes = (x: Float64Array): Promise<Float64Array> =>
    sparseProduct(matrix, x, n, { transposed: true, pacer });
  const start = new Float64Array(columns * n);
  new RandomStream({ seed, stream: 0, runtime }).normalInto(start);
  let y = await times(start);
  for (let i = 0; i < iterations; i++) {
    y = await times(await transposedTimes(await orthonormal(y, n, pacer)));
  }
  const q = await orthonormal(y, n, pacer);
  const { values, vectors } = symmetricEigen(gram(await transposedTimes(q), n), n);
  const kept = Math.min(rank, n);
  const singularValues = new Float64Array(rank);
  for (let j = 0; j < kept; j++) singularValues[j] = Math.sqrt(Math.max(0, values[j]!));
  const w = new Float32Array(n * rank);
  for (let i = 0; i < n; i++) for (let j = 0; j < kept; j++) w[i * rank + j] = vectors[i * n + j]!;
  const u = matmul(Float32Array.from(q), w, { m: rows, k: n, n: rank, runtime });
  fixSigns(u, rank);
  return { u, singularValues };
}

/** A vector that is so much shorter once the others are taken out of it holds nothing but rounding. */
const negligible = 1e-10;

/** The columns of x: f64[rows, n], made orthonormal one after the other; those that the ones before span become 0. */
async function orthonormal(x: Float64Array, n: number, pacer: Pacer): Promise<Float64Array> {
  const rows = x.length / n;
  const vectors = transposed(x, rows, n);
  for (let j = 0; j < n; j++) {
    const vector = vectors.subarray(j * rows, (j + 1) * rows);
    const length = Math.sqrt(product(vector, vector));
    // Twice: what rounding left in the first time goes in the second.
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < j; i++) {
        const other = vectors.subarray(i * rows, (i + 1) * rows);
        subtractScaled(vector, other, product(vector, other));
      }
      if (pacer.due) await pacer.pause();
    }
    const rest = Math.sqrt(product(vector, vector));
    const scale = rest > negligible * length ? 1 / rest : 0;
    for (let i = 0; i < rows; i++) vector[i]! *= scale;
  }
  return transposed(vectors, n, rows);
}

/** xᵀx of x: f64[rows, n]. */
function gram(x: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let row = 0; row < x.length; row += n) {
    for (let i = 0; i < n; i++) {
      const scale = x[row + i]!;
      for (let j = 0; j <= i; j++) out[i * n + j]! += scale * x[row + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j]!;
  return out;
}

/** A column and its opposite decompose the matrix alike: one of them is chosen. */
function fixSigns(u: Float32Array, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let greatest = 0;
    for (let at = j; at < u.length; at += columns) {
      if (Math.abs(u[at]!) > Math.abs(greatest)) greatest = u[at]!;
    }
    if (greatest >= 0) continue;
    for (let at = j; at < u.length; at += columns) u[at] = -u[at]!;
  }
}

function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j]!;
  }
  return out;
}

function product(x: Float64Array, y: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (let i = whole; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

function subtractScaled(x: Float64Array, y: Float64Array, scale: number): void {
  for (let i = 0; i < x.length; i++) x[i]! -= scale * y[i]!;
}
