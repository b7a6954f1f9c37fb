import { checkInteger, checkNumber, RandomStream } from "@lanewise/core-wasm";
import type { ImbalancedSetOptions, LabelledSet } from "./config.js";

/** The stream of random numbers that points are drawn from. */
const points = 11;

/**
 * A set with few positives among many negatives, which overlap: no classifier is perfect, and the best one by accuracy misses many of the
 * few. Negatives are normal around the origin with deviation 1. Positives are two clouds of deviation 0.7 around
 * `separation` · (cos 45°, sin 45°) and, a third of them, around `separation` · (cos 20°, sin 20°): one straight line does not
 * part them from the rest as well as a curve.
 *
 * Positives come first; the points are the same on every machine with the same seed, with variant "simd".
 *
 * @throws RangeError
 */
export function imbalancedSet(options: ImbalancedSetOptions = {}): LabelledSet {
  const { size = 2000, positives = 0.05, inputs = 2, separation = 2, seed = 0, runtime } = options;
  checkInteger("size", size, 2, 1 << 24);
  checkNumber("positives", positives, 0, 1);
  checkInteger("inputs", inputs, 2, 1 << 10);
  checkNumber("separation", separation, 0, 1e3);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const x = new Float32Array(size * inputs);
  new RandomStream({ seed, stream: points, runtime }).normalInto(x);
  const count = Math.round(size * positives);
  const y = new Float32Array(size).fill(1, 0, count);
  for (let i = 0; i < count; i++) {
    // cos and sin of 20° and 45°, written out: engines' own differ.
    const [c, s] = i % 3 === 0 ? [0.9396926207859084, 0.3420201433256687] : [Math.SQRT1_2, Math.SQRT1_2];
    x[i * inputs] = 0.7 * x[i * inputs]! + separation * c;
    x[i * inputs + 1] = 0.7 * x[i * inputs + 1]! + separation * s;
  }
  return { x, y };
}
