import {
  checkInteger,
  nearest,
  nearestProductsInto,
  type NearestRows,
  nearestScoresInto,
  nearestTop,
  RangeError,
} from "@lanewise/core-wasm";
import type { VectorRows } from "./vectorRows.js";

/** Which neighbours are asked for. */
export interface NearestOptions {
  /** At most so many. Default: 10. */
  k?: number | undefined;
  /** Words that are not to be among them, beside those that were asked about. Unknown ones are ignored. Default: none. */
  exclude?: Iterable<string> | undefined;
  /** The least similarity. Default: −∞ */
  threshold?: number | undefined;
  /** Only the first so many words are looked at: the most frequent, in the usual order. Default: all. */
  restrict?: number | undefined;
}

/** A word, and how near it is. */
export interface Neighbour {
  readonly word: string;
  /** The place of the word among `words`. */
  readonly index: number;
  /** The cosine, from −1 to 1; for 3CosMul its score. */
  readonly similarity: number;
}

/** How the answer to an analogy is scored. */
export type AnalogyMethod = "3CosAdd" | "3CosMul";

/** Which answers to an analogy are asked for. */
export interface AnalogyOptions extends NearestOptions {
  /**
   * "3CosAdd": the cosine with the sum of the positive words' unit vectors less that of the negative ones'. "3CosMul": the product of the
   * cosines with the positive words, moved to 0 … 1, over that of the negative ones + 0.001. Default: "3CosAdd".
   */
  method?: AnalogyMethod | undefined;
}

/** What an answer should be like, and what unlike. */
export interface AnalogyQuery {
  /** "king", "woman" */
  readonly positive: readonly string[];
  /** "man" */
  readonly negative?: readonly string[] | undefined;
}

/** What is searched, and what is left out. */
export interface Search {
  readonly words: readonly string[];
  readonly rows: VectorRows;
  /** Places of words that are not to be found. */
  readonly out: ReadonlySet<number>;
  readonly options: NearestOptions;
}

/** The words with the greatest cosine with a direction: f32[dim], of length 1. */
export function nearestWords(search: Search, direction: Float32Array): Neighbour[] {
  const { runtime, dim } = search.rows;
  return select(search, (k, threshold, restrict) => {
    const { vectors, weights } = firstRows(search.rows, restrict);
    return nearest(vectors, direction, { rows: restrict, cols: dim, k, threshold, weights, runtime });
  }).map((found) => ({ ...found, similarity: clampCosine(found.similarity) }));
}

/**
 * The words with the greatest 3CosMul score.
 *
 * @param directions f32[positives + negatives, dim], each of length 1
 */
export function multipliedWords(
  search: Search,
  directions: Float32Array,
  { positives, negatives }: { positives: number; negatives: number },
): Neighbour[] {
  const { runtime, dim } = search.rows;
  const queries = positives + negatives;
  return select(search, (k, threshold, restrict) => {
    const { vectors, weights } = firstRows(search.rows, restrict);
    const scores = runtime.heap.alloc("f32", queries * restrict);
    try {
      nearestScoresInto(scores, vectors, directions, { rows: restrict, cols: dim, queries, weights });
      const products = scores.subarray(0, restrict);
      nearestProductsInto(products, scores, { rows: restrict, positives, negatives });
      return nearestTop(products, { k, threshold });
    } finally {
      runtime.heap.free(scores);
    }
  });
}

/** The first rows of a matrix, and what makes cosines of their products. */
export function firstRows(
  { values, inverseNorms, dim }: VectorRows,
  rows: number,
): { vectors: VectorRows["values"]; weights: VectorRows["inverseNorms"] } {
  return { vectors: values.subarray(0, rows * dim), weights: inverseNorms.subarray(0, rows) };
}

/** @throws RangeError */
export function checkMethod(method: AnalogyMethod): void {
  if (method !== "3CosAdd" && method !== "3CosMul")
    throw new RangeError("method", '"3CosAdd" or "3CosMul"', method);
}

/** Rounding can take a cosine a little beyond 1. */
export function clampCosine(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}

/** Searches for as many more as there are words to leave out, and leaves them out. */
function select(
  { words, out, options }: Search,
  search: (k: number, threshold: number, restrict: number) => NearestRows,
): Neighbour[] {
  const { k = 10, threshold = -Infinity, restrict = words.length } = options;
  checkInteger("k", k, 0);
  checkInteger("restrict", restrict, 0);
  const within = Math.min(restrict, words.length);
  const { indices, scores } = search(Math.min(k + out.size, within), threshold, within);
  const found: Neighbour[] = [];
  for (let i = 0; i < indices.length && found.length < k; i++) {
    const index = indices[i]!;
    if (!out.has(index)) found.push({ word: words[index]!, index, similarity: scores[i]! });
  }
  return found;
}
