/** Σ (count − expected)² / expected. */
export function chiSquare(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i]! - expected[i]!) ** 2 / expected[i]!;
  return sum;
}

/** About the 0.9999 quantile of χ², by Wilson and Hilferty. */
export function chiSquareBound(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 3.72 * Math.sqrt(spread)) ** 3;
}

/** √n · sup |empirical − exact|: over 2 with probability 2e^−8. */
export function kolmogorovSmirnov(values: Float32Array | Float64Array, cdf: (x: number) => number): number {
  const sorted = values.slice().sort();
  let worst = 0;
  for (let i = 0; i < sorted.length; i++) {
    const exact = cdf(sorted[i]!);
    worst = Math.max(worst, Math.abs(exact - i / sorted.length), Math.abs(exact - (i + 1) / sorted.length));
  }
  return worst * Math.sqrt(sorted.length);
}

/** The mean of f(x). */
export function mean(values: Float32Array | Float64Array, of: (x: number) => number): number {
  let sum = 0;
  for (const x of values) sum += of(x);
  return sum / values.length;
}
