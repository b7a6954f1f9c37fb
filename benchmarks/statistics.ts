/** The middle of some numbers, or the mean of the two in the middle. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The median distance from the median. */
export function medianAbsoluteDeviation(numbers: readonly number[]): number {
  const middle = median(numbers);
  return median(numbers.map((number) => Math.abs(number - middle)));
}

/** What one contender's samples come to, in milliseconds. */
export interface Summary {
  median: number;
  /** Median absolute deviation. */
  spread: number;
  best: number;
  samples: number;
}

export function summarise(samples: readonly number[]): Summary {
  return {
    median: median(samples),
    spread: medianAbsoluteDeviation(samples),
    best: samples.reduce((least, sample) => Math.min(least, sample), Infinity),
    samples: samples.length,
  };
}

/**
 * Whether a warm-up may end: the medians of its last `patience` slices are all no better than what came before, but for
 * `tolerance`. Engines compile Wasm twice, quickly and then well; the second shows as a fall.
 */
export function hasSettled(medians: readonly number[], { patience = 3, tolerance = 0.02 } = {}): boolean {
  if (medians.length <= patience) return false;
  const before = Math.min(...medians.slice(0, -patience));
  return medians.slice(-patience).every((value) => value >= before * (1 - tolerance));
}
