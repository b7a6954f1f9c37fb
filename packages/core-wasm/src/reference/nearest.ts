interface Shape {
  rows: number;
  cols: number;
  queries?: number | undefined;
  weights?: ArrayLike<number> | undefined;
}

/** out[q, r] = weight[r] · Σ vectors[r, ·] · queries[q, ·]. */
export function nearestScores(
  vectors: ArrayLike<number>,
  query: ArrayLike<number>,
  { rows, cols, queries = 1, weights }: Shape,
): Float64Array {
  const out = new Float64Array(queries * rows);
  for (let q = 0; q < queries; q++) {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0; c < cols; c++) sum += vectors[r * cols + c]! * query[q * cols + c]!;
      out[q * rows + r] = weights ? weights[r]! * sum : sum;
    }
  }
  return out;
}

/** out[r] = Π s(x[p, r]) / (Π s(x[n, r]) + ε), where s(x) = max(0, (1 + x) / 2). */
export function nearestProducts(
  scores: ArrayLike<number>,
  {
    rows,
    positives,
    negatives,
    epsilon = 1e-3,
  }: { rows: number; positives: number; negatives: number; epsilon?: number | undefined },
): Float64Array {
  const product = (r: number, first: number, count: number): number => {
    let product = 1;
    for (let i = first; i < first + count; i++) product *= Math.max(0, (1 + scores[i * rows + r]!) / 2);
    return product;
  };
  return Float64Array.from({ length: rows }, (_, r) => {
    const above = product(r, 0, positives);
    return negatives === 0 ? above : above / (product(r, positives, negatives) + epsilon);
  });
}

/** The places of the greatest k scores, from the greatest on; of two that are equal the earlier first. */
export function nearestTop(
  scores: ArrayLike<number>,
  { k, threshold = -Infinity }: { k: number; threshold?: number | undefined },
): { indices: Int32Array; scores: Float32Array } {
  const found = Array.from(scores, (score, index) => ({ score, index }))
    .filter(({ score }) => score > -Infinity && score >= threshold)
    .sort((a, b) => (a.score === b.score ? a.index - b.index : a.score < b.score ? 1 : -1))
    .slice(0, k);
  return {
    indices: Int32Array.from(found, ({ index }) => index),
    scores: Float32Array.from(found, ({ score }) => score),
  };
}

/** The k rows whose score with a query is greatest. */
export function nearest(
  vectors: ArrayLike<number>,
  query: ArrayLike<number>,
  { k, threshold, ...shape }: Shape & { k: number; threshold?: number | undefined },
): { indices: Int32Array; scores: Float32Array } {
  return nearestTop(nearestScores(vectors, query, shape), { k, threshold });
}
