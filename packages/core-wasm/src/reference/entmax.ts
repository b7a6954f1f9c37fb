interface Entmax {
  rows: number;
  cols: number;
  alpha?: number;
  temperature?: number;
}

/**
 * p_i = [(α − 1) x_i / τ − t]₊^(1 / (α − 1)), with t such that the row adds up to 1. For α = 2 (sparsemax) and 1.5 t is found by
 * sorting, in closed form; for others above 1 by bisection. α = 1 is softmax, what α → 1 leads to.
 */
export function entmax(
  x: ArrayLike<number>,
  { rows, cols, alpha = 1.5, temperature = 1 }: Entmax,
): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
    const greatest = row.reduce((most, x) => Math.max(most, x), -Infinity);
    if (alpha === 1) {
      const e = row.map((x) => Math.exp((x - greatest) / temperature));
      const sum = e.reduce((sum, e) => sum + e, 0);
      out.set(
        e.map((e) => e / sum),
        r * cols,
      );
      continue;
    }
    const z = row.map((x) => ((alpha - 1) * (x - greatest)) / temperature);
    const sorted = z.toSorted((a, b) => b - a);
    let t: number;
    if (alpha === 2) t = sparsemaxThreshold(sorted);
    else if (alpha === 1.5) t = entmax15Threshold(sorted);
    else t = thresholdByBisection(z, 1 / (alpha - 1));
    z.forEach((z, c) => (out[r * cols + c] = Math.max(z - t, 0) ** (1 / (alpha - 1))));
  }
  return out;
}

/** s_i (dy_i − Σ s dy / Σ s) / τ, with s_i = p_i^(2 − α) where p_i > 0, else 0. */
export function entmaxBackward(
  dy: ArrayLike<number>,
  y: ArrayLike<number>,
  { rows, cols, alpha = 1.5, temperature = 1 }: Entmax,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const s = Float64Array.from({ length: cols }, (_, c) =>
      y[r * cols + c]! > 0 ? y[r * cols + c]! ** (2 - alpha) : 0,
    );
    let [dot, sum] = [0, 0];
    s.forEach((s, c) => {
      dot += s * dy[r * cols + c]!;
      sum += s;
    });
    s.forEach((s, c) => (dx[r * cols + c] = (s * (dy[r * cols + c]! - dot / sum)) / temperature));
  }
  return dx;
}

/** The greatest k with 1 + k z_(k) > z_(1) + … + z_(k) is the support's size. Ref: Martins and Astudillo 2016, Algorithm 1. */
function sparsemaxThreshold(sorted: Float64Array): number {
  let sum = 0;
  let t = -1;
  for (const [i, z] of sorted.entries()) {
    sum += z;
    if (1 + (i + 1) * z > sum) t = (sum - 1) / (i + 1);
  }
  return t;
}

/**
 * With the k greatest in the support, Σ (z − t)² = 1 gives t = M − √((1 − S) / k), M their mean and S = Σ (z − M)²; the support is
 * that of the greatest k with t ≤ z_(k). Ref: Peters, Niculae and Martins 2019, Algorithm 2.
 */
function entmax15Threshold(sorted: Float64Array): number {
  let [mean, squares] = [0, 0];
  let t = -1;
  for (const [i, z] of sorted.entries()) {
    const k = i + 1;
    const before = mean;
    mean += (z - mean) / k;
    squares += (z - before) * (z - mean);
    const candidate = mean - Math.sqrt(Math.max(0, (1 - squares) / k));
    if (!(candidate <= z)) break;
    t = candidate;
  }
  return t;
}

function thresholdByBisection(z: Float64Array, power: number): number {
  let [low, high] = [-1, 0];
  for (let i = 0; i < 100; i++) {
    const t = (low + high) / 2;
    if (z.reduce((sum, z) => sum + Math.max(z - t, 0) ** power, 0) >= 1) low = t;
    else high = t;
  }
  return low;
}
