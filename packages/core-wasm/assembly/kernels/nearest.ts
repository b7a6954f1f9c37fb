import { fourRows, oneRow, twoRowsFourQueries, weightAt } from "../lib/nearestTile";
import { oneRow8, oneRowFourQueries8 } from "../lib/nearestTile8";

/**
 * out[q, r] = weight[r] · Σ vectors[r, ·] · queries[q, ·]
 *
 * @param outPtr     f32[queries, rows], with `outStep` bytes from query to query
 * @param vectorsPtr f32[rows, cols]
 * @param weightsPtr f32[rows], or 0 for ones
 * @param queriesPtr f32[queries, cols]
 */
export function nearestScores(
  outPtr: usize,
  outStep: usize,
  vectorsPtr: usize,
  weightsPtr: usize,
  queriesPtr: usize,
  rows: usize,
  cols: usize,
  queries: usize,
): void {
  const stride = cols << 2;
  const fours = queries & ~3;
  let r: usize = 0;
  if (fours) {
    for (; r + 2 <= rows; r += 2) {
      for (let q: usize = 0; q < fours; q += 4) {
        const out = outPtr + q * outStep + (r << 2);
        const weights = weightsPtr ? weightsPtr + (r << 2) : 0;
        twoRowsFourQueries(out, outStep, vectorsPtr + r * stride, weights, queriesPtr + q * stride, cols);
      }
    }
    if (r < rows) singleQueries(outPtr, outStep, vectorsPtr, weightsPtr, queriesPtr, r, rows, cols, 0, fours);
  }
  singleQueries(outPtr, outStep, vectorsPtr, weightsPtr, queriesPtr, 0, rows, cols, fours, queries);
}

/** Rows [r0, rows) with queries [q0, queries), one query at a time. */
function singleQueries(
  outPtr: usize,
  outStep: usize,
  vectorsPtr: usize,
  weightsPtr: usize,
  queriesPtr: usize,
  r0: usize,
  rows: usize,
  cols: usize,
  q0: usize,
  queries: usize,
): void {
  const stride = cols << 2;
  for (let q = q0; q < queries; q++) {
    const out = outPtr + q * outStep;
    const query = queriesPtr + q * stride;
    let r = r0;
    for (; r + 4 <= rows; r += 4) {
      const weights = weightsPtr ? weightsPtr + (r << 2) : 0;
      fourRows(out + (r << 2), vectorsPtr + r * stride, weights, query, cols);
    }
    for (; r < rows; r++) {
      const weights = weightsPtr ? weightsPtr + (r << 2) : 0;
      oneRow(out + (r << 2), vectorsPtr + r * stride, weights, query, cols);
    }
  }
}

/**
 * out[q, r] = (weight[r] · queryScale[q]) · Σ vectors[r, ·] · queries[q, ·], the sum in whole numbers
 *
 * @param outPtr         f32[queries, rows], with `outStep` bytes from query to query
 * @param vectorsPtr     i8[rows, cols]
 * @param weightsPtr     f32[rows], or 0 for ones
 * @param queriesPtr     i16[queries, cols], so small that no sum leaves 31 bits
 * @param queryScalesPtr f32[queries]
 */
export function nearestScores_i8(
  outPtr: usize,
  outStep: usize,
  vectorsPtr: usize,
  weightsPtr: usize,
  queriesPtr: usize,
  queryScalesPtr: usize,
  rows: usize,
  cols: usize,
  queries: usize,
): void {
  const fours = queries & ~3;
  for (let r: usize = 0; r < rows; r++, outPtr += 4, vectorsPtr += cols) {
    const weight = weightAt(weightsPtr, r);
    let q: usize = 0;
    for (; q < fours; q += 4) {
      const out = outPtr + q * outStep;
      const query = queriesPtr + ((q * cols) << 1);
      oneRowFourQueries8(out, outStep, vectorsPtr, weight, query, queryScalesPtr + (q << 2), cols);
    }
    for (; q < queries; q++) {
      const scale = load<f32>(queryScalesPtr + (q << 2));
      oneRow8(outPtr + q * outStep, vectorsPtr, weight, queriesPtr + ((q * cols) << 1), scale, cols);
    }
  }
}

/**
 * out[r] = Π s(x[p, r]) / (Π s(x[n, r]) + ε), where s(x) = max(0, (1 + x) / 2), p the first rows and n the others
 *
 * @param outPtr f32[n]; may be scoresPtr
 * @param scoresPtr f32[positives + negatives, n]
 */
export function nearestProducts(
  outPtr: usize,
  scoresPtr: usize,
  n: usize,
  positives: usize,
  negatives: usize,
  epsilon: f32,
): void {
  for (let r: usize = 0; r < n; r++, scoresPtr += 4, outPtr += 4) {
    const above = shiftedProduct(scoresPtr, n, positives);
    const below = shiftedProduct(scoresPtr + ((positives * n) << 2), n, negatives);
    store<f32>(outPtr, negatives ? above / (below + epsilon) : above);
  }
}

/** Π max(0, (1 + x) / 2) over a column; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function shiftedProduct(ptr: usize, n: usize, count: usize): f32 {
  let product: f32 = 1;
  for (let i: usize = 0; i < count; i++) product *= max<f32>(0, 0.5 + 0.5 * load<f32>(ptr + ((i * n) << 2)));
  return product;
}

/**
 * The greatest k of n scores, from the greatest on; of two that are equal the earlier first. NaN, −∞ and what lies below the
 * threshold are left out.
 *
 * Kept in a heap with the worst at its root; the scan asks of sixteen scores at once whether one is better.
 *
 * @param indicesPtr i32[k]
 * @param bestPtr    f32[k], their scores
 * @returns how many there are: k or fewer
 */
export function nearestTop(
  indicesPtr: usize,
  bestPtr: usize,
  scoresPtr: usize,
  n: usize,
  k: usize,
  threshold: f64,
): usize {
  if (k == 0) return 0;
  const floor = max<f64>(threshold, -f32.MAX_VALUE);
  let count: usize = 0;
  let i: usize = 0;
  for (; i < n && count < k; i++) {
    const x = load<f32>(scoresPtr + (i << 2));
    if (<f64>x >= floor) siftUp(indicesPtr, bestPtr, count++, <i32>i, x);
  }
  if (count == k) {
    while (i < n) {
      i = firstAbove(scoresPtr, i, n, load<f32>(bestPtr));
      if (i < n) siftDown(indicesPtr, bestPtr, count, <i32>i, load<f32>(scoresPtr + (i << 2)));
      i++;
    }
  }
  // Sorted as heaps are: the worst goes behind the others, again and again.
  for (let end = count; end > 1;) {
    end--;
    const index = load<i32>(indicesPtr + (end << 2));
    const x = load<f32>(bestPtr + (end << 2));
    place(indicesPtr, bestPtr, end, load<i32>(indicesPtr), load<f32>(bestPtr));
    siftDown(indicesPtr, bestPtr, end, index, x);
  }
  return count;
}

/** The first i from `from` on with x[i] > value, else n. */
function firstAbove(xPtr: usize, from: usize, n: usize, value: f32): usize {
  const values = f32x4.splat(value);
  let i = from;
  for (; i + 16 <= n; i += 16) {
    const at = xPtr + (i << 2);
    const ab = v128.or(f32x4.gt(v128.load(at), values), f32x4.gt(v128.load(at, 16), values));
    const cd = v128.or(f32x4.gt(v128.load(at, 32), values), f32x4.gt(v128.load(at, 48), values));
    if (v128.any_true(v128.or(ab, cd))) break;
  }
  while (i < n && !(load<f32>(xPtr + (i << 2)) > value)) i++;
  return i;
}

/** Whether (x, i) comes after (y, j) in the result. */
// @ts-ignore: decorator
@inline
function isWorse(x: f32, i: i32, y: f32, j: i32): bool {
  return x < y || (x == y && i > j);
}

// @ts-ignore: decorator
@inline
function place(indicesPtr: usize, bestPtr: usize, at: usize, index: i32, x: f32): void {
  store<i32>(indicesPtr + (at << 2), index);
  store<f32>(bestPtr + (at << 2), x);
}

/** Puts an element at the end of a heap of `at` others. */
function siftUp(indicesPtr: usize, bestPtr: usize, at: usize, index: i32, x: f32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const other = load<i32>(indicesPtr + (parent << 2));
    const y = load<f32>(bestPtr + (parent << 2));
    if (!isWorse(x, index, y, other)) break;
    place(indicesPtr, bestPtr, at, other, y);
    at = parent;
  }
  place(indicesPtr, bestPtr, at, index, x);
}

/** Puts an element in the place of the root of a heap of `count`. */
function siftDown(indicesPtr: usize, bestPtr: usize, count: usize, index: i32, x: f32): void {
  let at: usize = 0;
  while (true) {
    let child: usize = 2 * at + 1;
    if (child >= count) break;
    let other = load<i32>(indicesPtr + (child << 2));
    let y = load<f32>(bestPtr + (child << 2));
    if (child + 1 < count) {
      const right = load<i32>(indicesPtr + ((child + 1) << 2));
      const z = load<f32>(bestPtr + ((child + 1) << 2));
      if (isWorse(z, right, y, other)) {
        child++;
        other = right;
        y = z;
      }
    }
    if (!isWorse(y, other, x, index)) break;
    place(indicesPtr, bestPtr, at, other, y);
    at = child;
  }
  place(indicesPtr, bestPtr, at, index, x);
}
