import { randomGumbel } from "./random.js";

interface Filters {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
}

/** The probabilities that one row is drawn from: softmax(logits / temperature), then top-k, top-p, min-p. */
export function samplingProbabilities(logits: ArrayLike<number>, filters: Filters = {}): Float64Array {
  const { temperature = 1, topK = 0, topP = 1, minP = 0 } = filters;
  const n = logits.length;
  // Most likely first; of equal ones the lowest index.
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) =>
    logits[i] === logits[j] ? i - j : logits[j]! - logits[i]!,
  );
  const top = logits[order[0]!]!;
  if (temperature === 0) return Float64Array.from({ length: n }, (_, i) => (i === order[0] ? 1 : 0));

  const weight = (i: number): number => Math.exp((logits[i]! - top) / temperature);
  const total = (columns: number[]): number => columns.reduce((sum, i) => sum + weight(i), 0);
  let kept = order.filter((i) => logits[i]! > -Infinity);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP < 1) {
    const wanted = topP * total(kept);
    let sum = 0;
    const crossing = kept.findIndex((i) => (sum += weight(i)) >= wanted);
    if (crossing >= 0) kept = kept.slice(0, crossing + 1);
  }
  kept = kept.filter((i) => weight(i) >= minP);
  const mass = total(kept);
  const probabilities = new Float64Array(n);
  for (const i of kept) probabilities[i] = weight(i) / mass;
  return probabilities;
}

/** A column of every row: the greatest of ln p + Gumbel noise. */
export function sampleLogits(
  logits: ArrayLike<number>,
  options: Filters & { rows: number; cols: number; seed: number; stream?: number; offset?: number },
): Int32Array {
  const { rows, cols, seed, stream = 0, offset = 0, ...filters } = options;
  return Int32Array.from({ length: rows }, (_, row) => {
    const probabilities = samplingProbabilities(
      Array.prototype.slice.call(logits, row * cols, (row + 1) * cols),
      filters,
    );
    const noise = randomGumbel(cols, { seed, stream, offset: offset + row * Math.ceil(cols / 2) });
    const scores = noise.map(
      (gumbel, i) => (filters.temperature === 0 ? 0 : gumbel) + Math.log(probabilities[i]!),
    );
    return scores.indexOf(Math.max(...scores));
  });
}
