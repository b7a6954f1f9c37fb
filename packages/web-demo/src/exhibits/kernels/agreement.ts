import type { ContenderId } from "./catalogue.js";

/** What each contender's first call gave. */
export type Outputs = ReadonlyMap<ContenderId, Float32Array>;

/** Compares outputs of one job. @throws Error that says who differs, and where */
export type Agreement = (outputs: Outputs) => void;

/** How far two numbers may lie apart: so much, and so much of the greater one. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Each element of each output is near that of the last contender, which is the plainest. */
export function near({ absolute, relative }: Tolerance): Agreement {
  return (outputs) => {
    const [[expectedOf, expected]] = [...outputs].slice(-1) as [[ContenderId, Float32Array]];
    for (const [id, values] of outputs) {
      if (values.length !== expected.length) {
        throw new Error(`${id} gives ${values.length} numbers, ${expectedOf} ${expected.length}`);
      }
      values.forEach((value, index) => {
        const reference = expected[index]!;
        const distance = Math.abs(value - reference);
        // Not the other way round: a NaN is near nothing.
        if (distance <= absolute + relative * Math.max(Math.abs(value), Math.abs(reference))) return;
        throw new Error(`${id} gives ${value} for ${expectedOf}’s ${reference}, element ${index}`);
      });
    }
  };
}

/**
 * Draws can not agree with those of another generator: the seeded ones are the same numbers in every variant, and all have
 * the mean 0 and the variance 1, to within six standard errors.
 */
export function standardNormals(unseeded: ContenderId): Agreement {
  return (outputs) => {
    let first: [ContenderId, Float32Array] | undefined;
    for (const [id, values] of outputs) {
      const mean = average(values, (value) => value);
      const variance = average(values, (value) => value * value);
      const error = 1 / Math.sqrt(values.length);
      if (!(Math.abs(mean) < 6 * error && Math.abs(variance - 1) < 6 * Math.SQRT2 * error)) {
        throw new Error(`${id} draws with mean ${mean} and variance ${variance}`);
      }
      if (id === unseeded) continue;
      first ??= [id, values];
      const [firstId, expected] = first;
      const at = values.findIndex((value, index) => value !== expected[index]);
      if (at >= 0)
        throw new Error(`${id} draws ${values[at]} for ${firstId}’s ${expected[at]}, element ${at}`);
    }
  };
}

function average(values: Float32Array, of: (value: number) => number): number {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum / values.length;
}
