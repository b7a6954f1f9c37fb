/** What a few runs came to. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation of a sample: n − 1 below. */
  readonly deviation: number;
}

/** F1 of one seed, at the end of either training; `tuned` is cross-entropy's at the threshold that served its own points best. */
export interface SeedResult {
  readonly seed: number;
  readonly crossEntropy: number;
  readonly tuned: number;
  readonly softF1: number;
}

/** What the seeds came to. */
export interface Comparison {
  readonly crossEntropy: Spread;
  readonly tuned: Spread;
  readonly softF1: Spread;
  /** Of so many seeds soft-F1 ended above. */
  readonly better: number;
}

export function compare(results: readonly SeedResult[]): Comparison | undefined {
  if (results.length === 0) return undefined;
  return {
    crossEntropy: spreadOf(results.map(({ crossEntropy }) => crossEntropy)),
    tuned: spreadOf(results.map(({ tuned }) => tuned)),
    softF1: spreadOf(results.map(({ softF1 }) => softF1)),
    better: results.filter(({ crossEntropy, softF1 }) => softF1 > crossEntropy).length,
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
