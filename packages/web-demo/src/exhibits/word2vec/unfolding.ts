import { turn } from "./projection.js";
import { seededRandom } from "./seededRandom.js";

/** A layout that improves step by step. */
export interface Unfolding {
  readonly epochs: number;
  /** Improves it a little; how many epochs are done. */
  step(): number;
  /** f64[n, 2], turned to lie like the picture that was there before. */
  points(): Float64Array;
}

/** Fewer words than that have no neighbourhoods. */
export const leastUnfolded = 6;
const neighbours = 15;
const epochs = 400;

/**
 * A layout of vectors by UMAP (McInnes, Healy & Melville 2018, arXiv:1802.03426; by the library umap-js, which is fetched for it), in which
 * neighbours by the cosine stay neighbours. The same for the same seed in the same browser.
 *
 * @param rows f32[n, dim], row-major
 * @param towards f64[n, 2]: the picture that the layout is turned to lie like
 */
export async function unfold(
  rows: Float32Array,
  dim: number,
  { seed, towards }: { seed: number; towards: Float64Array },
): Promise<Unfolding> {
  const { UMAP } = await import("umap-js");
  const n = rows.length / dim;
  const umap = new UMAP({
    random: seededRandom(seed),
    nNeighbors: Math.min(neighbours, n - 1),
    minDist: 0.15,
    nEpochs: epochs,
    distanceFn: cosineDistance,
  });
  umap.initializeFit(Array.from({ length: n }, (_, i) => unitRow(rows.subarray(i * dim, (i + 1) * dim))));
  return {
    epochs,
    step: () => umap.step(),
    points() {
      const points = centred(umap.getEmbedding());
      turn(points, towards);
      return points;
    },
  };
}

function unitRow(row: Float32Array): number[] {
  let square = 0;
  for (const value of row) square += value * value;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  return Array.from(row, (value) => value * scale);
}

/** Of rows of length 1. */
function cosineDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return Math.max(0, 1 - sum);
}

function centred(embedding: readonly (readonly number[])[]): Float64Array {
  const n = embedding.length;
  const points = new Float64Array(2 * n);
  for (let axis = 0; axis < 2; axis++) {
    let mean = 0;
    for (const point of embedding) mean += point[axis]! / n;
    embedding.forEach((point, i) => (points[2 * i + axis] = point[axis]! - mean));
  }
  return points;
}
