import type { CoreExports } from "../generated/exports.js";
import {
  checkArray,
  checkCounts,
  checkFloat,
  checkInteger,
  checkNumber,
  type KernelOptions,
} from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { Frame, KernelArray } from "../runtime/frame.js";
import type { LinearMemory } from "../runtime/memory.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { WasmArray } from "../runtime/wasmArray.js";

/** The vectors that are searched. */
export interface NearestScoresOptions extends KernelOptions {
  rows: number;
  /** At most 65536. */
  cols: number;
  /** How many queries there are, one behind the other. Default: 1. */
  queries?: number | undefined;
  /**
   * f32[rows]: what each row's product is multiplied by. 1 / |row| makes cosines of the products with a query of length 1;
   * the scales of quantised rows make products of the vectors that they stand for. Default: ones.
   */
  weights?: KernelArray<"f32"> | undefined;
}

/** Which scores are wanted. */
export interface NearestTopOptions extends KernelOptions {
  /** At most so many. */
  k: number;
  /** The least score. Default: −∞ */
  threshold?: number | undefined;
}

export interface NearestOptions extends Omit<NearestScoresOptions, "queries">, NearestTopOptions {}

/** Rows, from the greatest score on. */
export interface NearestRows {
  indices: Int32Array<ArrayBuffer>;
  scores: Float32Array<ArrayBuffer>;
}

export interface NearestProductsOptions extends KernelOptions {
  rows: number;
  /** How many rows of scores are multiplied. They come first. */
  positives: number;
  /** How many are divided by. */
  negatives: number;
  /** What keeps the divisor from 0. Default: 0.001, as in the paper. */
  epsilon?: number | undefined;
}

/** Vectors as floats, or as bytes. */
export type NearestVectors = KernelArray<"f32"> | KernelArray<"i8">;

/**
 * out[q, r] = weight[r] · Σ vectors[r, ·] · queries[q, ·]: how near each row is to each query.
 *
 * `out`: f32[queries, rows]; `vectors`: f32[rows, cols] or i8[rows, cols]; `queries`: f32[queries, cols]; all row-major, and `out`
 * overlaps none. A score has the same bits whichever rows and queries it is computed with. For bytes the query is rounded to 16 bits
 * (fewer beyond 511 columns) by its greatest element, and the sum is one of whole numbers.
 *
 * Tests hold floats to 1e-7 · √cols + 1e-6 of Σ |v · q| · weight, and bytes to half a step of the rounded query at each column.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function nearestScoresInto(
  out: KernelArray<"f32">,
  vectors: NearestVectors,
  queries: KernelArray<"f32">,
  options: NearestScoresOptions,
): void {
  const { rows, cols, queries: count = 1, weights, runtime } = options;
  checkSearch(vectors, queries, rows, cols, count, weights);
  checkArray("out", out, "f32", count * rows, "queries × rows");
  const running = runtimeFor(runtime, out, vectors, queries, weights);
  running.call((_, frame) => {
    const outPtr = frame.output(out);
    score(frame, running.memory, outPtr, vectors, queries, { rows, cols, count, weights });
  });
}

/** The same into a new array. */
export function nearestScores(
  vectors: NearestVectors,
  queries: KernelArray<"f32">,
  options: NearestScoresOptions,
): Float32Array<ArrayBuffer> {
  const { rows, queries: count = 1 } = options;
  checkCounts({ rows, queries: count });
  const out = newArray(Float32Array, count * rows);
  const runtime = runtimeFor(options.runtime, vectors, queries, options.weights);
  nearestScoresInto(out, vectors, queries, { ...options, runtime });
  return out;
}

/**
 * out[r] = Π s(x[p, r]) / (Π s(x[n, r]) + ε), where s(x) = max(0, (1 + x) / 2): cosines x combined as 3CosMul does.
 * Without negatives there is no divisor.
 *
 * `out`: f32[rows]; `scores`: f32[positives + negatives, rows], row-major; `out` may be its first row.
 *
 * Tests hold it to 1e-6 relative a factor.
 *
 * Ref: Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word Representations", equation 4.
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function nearestProductsInto(
  out: KernelArray<"f32">,
  scores: KernelArray<"f32">,
  { rows, positives, negatives, epsilon = 1e-3, runtime }: NearestProductsOptions,
): void {
  checkCounts({ rows, positives, negatives });
  checkNumber("epsilon", epsilon, 0);
  checkArray("out", out, "f32", rows, "rows");
  checkArray("scores", scores, "f32", (positives + negatives) * rows, "(positives + negatives) × rows");
  runtimeFor(runtime, out, scores).call((wasm, frame) =>
    wasm.nearestProducts(frame.output(out), frame.input(scores), rows, positives, negatives, epsilon),
  );
}

/**
 * The greatest k of some scores, from the greatest on; of two that are equal the earlier first. NaN, −∞ and what lies below
 * the threshold are left out, so there may be fewer.
 *
 * `scores`: f32[n].
 *
 * @throws DTypeError, RangeError
 */
export function nearestTop(
  scores: KernelArray<"f32">,
  { k, threshold = -Infinity, runtime }: NearestTopOptions,
): NearestRows {
  checkArray("scores", scores, "f32", scores.length);
  checkTop(k, threshold);
  const running = runtimeFor(runtime, scores);
  return running.call((wasm, frame) =>
    top(wasm, frame, running.memory, frame.input(scores), scores.length, k, threshold),
  );
}

/**
 * The k rows that are nearest to a query: `nearestTop` of `nearestScores`.
 *
 * ```ts
 * const { indices, scores } = nearest(vectors, query, { rows, cols, k: 10, weights: inverseLengths });
 * ```
 *
 * @throws DTypeError, ShapeError, RangeError
 */
export function nearest(
  vectors: NearestVectors,
  query: KernelArray<"f32">,
  { rows, cols, k, threshold = -Infinity, weights, runtime }: NearestOptions,
): NearestRows {
  checkSearch(vectors, query, rows, cols, 1, weights);
  checkTop(k, threshold);
  const running = runtimeFor(runtime, vectors, query, weights);
  return running.call((wasm, frame) => {
    const scoresPtr = frame.scratch(4 * rows);
    score(frame, running.memory, scoresPtr, vectors, query, { rows, cols, count: 1, weights });
    return top(wasm, frame, running.memory, scoresPtr, rows, k, threshold);
  });
}

interface Search {
  rows: number;
  cols: number;
  count: number;
  weights: KernelArray<"f32"> | undefined;
}

function score(
  frame: Frame,
  memory: LinearMemory,
  outPtr: number,
  vectors: NearestVectors,
  queries: KernelArray<"f32">,
  { rows, cols, count, weights }: Search,
): void {
  const step = 4 * rows;
  const weightsPtr = frame.optionalInput(weights);
  const from = (row: number): number => weightsPtr && weightsPtr + 4 * row;
  if (isBytes(vectors)) {
    const rounded = roundQueries(queries, cols, count);
    const [queriesPtr, scalesPtr] = [frame.scratch(2 * cols * count), frame.input(rounded.scales)];
    const vectorsPtr = frame.input(vectors);
    new Int16Array(memory.buffer, queriesPtr, cols * count).set(rounded.values);
    frame.split(rows, { unit: 16, nanoseconds: 0.08 * rows * cols * count }, (wasm, row, length) =>
      wasm.nearestScores_i8(
        outPtr + 4 * row,
        step,
        vectorsPtr + row * cols,
        from(row),
        queriesPtr,
        scalesPtr,
        length,
        cols,
        count,
      ),
    );
    return;
  }
  const [queriesPtr, vectorsPtr] = [frame.input(queries), frame.input(vectors)];
  frame.split(rows, { unit: 16, nanoseconds: 0.12 * rows * cols * count }, (wasm, row, length) =>
    wasm.nearestScores(
      outPtr + 4 * row,
      step,
      vectorsPtr + 4 * row * cols,
      from(row),
      queriesPtr,
      length,
      cols,
      count,
    ),
  );
}

function top(
  wasm: CoreExports,
  frame: Frame,
  memory: LinearMemory,
  scoresPtr: number,
  n: number,
  k: number,
  threshold: number,
): NearestRows {
  const most = Math.min(k, n);
  const [indices, scores] = [frame.scratch(4 * most), frame.scratch(4 * most)];
  const count = wasm.nearestTop(indices, scores, scoresPtr, n, most, threshold);
  return {
    indices: new Int32Array(memory.buffer, indices, count).slice(),
    scores: new Float32Array(memory.buffer, scores, count).slice(),
  };
}

/**
 * Queries in so many bits that the products with bytes add up to less than 2³¹: value = nearest(x / scale) with
 * scale = max |x| / m and m = ⌊(2³¹ − 1) / (128 · cols)⌋, at most 32767. One with a NaN or an infinity gets the scale NaN.
 */
function roundQueries(
  queries: KernelArray<"f32">,
  cols: number,
  count: number,
): { values: Int16Array; scales: Float32Array } {
  const x = queries instanceof WasmArray ? queries.view : queries;
  const most = Math.min(32_767, Math.floor((2 ** 31 - 1) / (128 * Math.max(cols, 1))));
  const values = new Int16Array(cols * count);
  const scales = new Float32Array(count);
  for (let q = 0; q < count; q++) {
    let greatest = 0;
    for (let i = q * cols; i < (q + 1) * cols; i++) {
      const size = Math.abs(x[i]!);
      // Once NaN, it stays: nothing is greater.
      if (!(size <= greatest)) greatest = Number.isFinite(size) ? size : NaN;
      if (Number.isNaN(greatest)) break;
    }
    scales[q] = greatest / most;
    if (!(greatest > 0)) continue;
    for (let i = q * cols; i < (q + 1) * cols; i++) values[i] = Math.round((x[i]! / greatest) * most);
  }
  return { values, scales };
}

function checkSearch(
  vectors: NearestVectors,
  queries: KernelArray<"f32">,
  rows: number,
  cols: number,
  count: number,
  weights: KernelArray<"f32"> | undefined,
): void {
  checkCounts({ rows, queries: count });
  checkInteger("cols", cols, 0, 65_536);
  if (isBytes(vectors)) checkArray("vectors", vectors, "i8", rows * cols, "rows × cols");
  else checkArray("vectors", vectors, "f32", rows * cols, "rows × cols");
  checkArray("queries", queries, "f32", count * cols, "queries × cols");
  if (weights !== undefined) checkArray("weights", weights, "f32", rows, "rows");
}

function checkTop(k: number, threshold: number): void {
  checkCounts({ k });
  checkFloat("threshold", threshold);
  if (Number.isNaN(threshold)) throw new RangeError("threshold", "a number", threshold);
}

function isBytes(vectors: NearestVectors): vectors is KernelArray<"i8"> {
  return vectors instanceof WasmArray ? vectors.dtype === "i8" : vectors instanceof Int8Array;
}
