import {
  checkInteger,
  checkNumber,
  RangeError,
  randomPermutationInto,
  ShapeError,
} from "@lanewise/core-wasm";

/** Beyond it, products of sums could overflow. */
const greatest = 1e100;

/** How many samples `x` holds. @throws ShapeError unless they are whole ones */
export function countSamples(x: ArrayLike<number>, inputs: number): number {
  if (x.length % inputs !== 0) {
    throw new ShapeError("x", `a multiple of ${inputs} numbers (samples × inputs)`, `${x.length} numbers`);
  }
  return x.length / inputs;
}

/**
 * How many samples there are, to learn from.
 *
 * @throws ShapeError unless `x` is [targets.length, inputs]
 * @throws RangeError for no sample, and for a number that is not finite, or beyond ±1e100
 */
export function checkSamples(
  x: ArrayLike<number>,
  targets: ArrayLike<number>,
  inputs: number,
  name: string,
): number {
  const n = targets.length;
  if (n === 0) throw new RangeError(name, "at least one sample", "none");
  if (x.length !== n * inputs) {
    throw new ShapeError("x", `${n} × ${inputs} numbers (samples × inputs)`, `${x.length} numbers`);
  }
  for (let i = 0; i < x.length; i++) {
    checkNumber(`x[${i}]`, x[i]!, -greatest, greatest);
  }
  return n;
}

/** @throws RangeError for a label that is neither 1 nor 0 (or −1) */
export function checkLabels(labels: ArrayLike<number>): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label !== 1 && label !== 0 && label !== -1) {
      throw new RangeError(`labels[${i}]`, "1, or 0 or −1 for the other class", label);
    }
  }
}

/**
 * In which order an epoch goes through the samples: as they come, or shuffled, each epoch anew, from a seed.
 *
 * @throws RangeError
 */
export function makeOrder(n: number, seed: number | undefined): (epoch: number) => Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  if (seed === undefined) return () => order;
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return (epoch) => {
    randomPermutationInto(order, { seed, stream: epoch });
    return order;
  };
}
