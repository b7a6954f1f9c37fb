import { checkLabels, checkSamples } from "./samples.js";

/** The most mistakes that the perceptron rule can make on a set of samples, by a separator of it. */
export interface NovikoffBound {
  /** R, the greatest length of a sample, its constant 1 for the bias included. */
  readonly radius: number;
  /** γ, the least distance of a sample from the separator; not above 0 if that does not separate. */
  readonly margin: number;
  /** (R / γ)²; Infinity without a margin. */
  readonly mistakes: number;
}

/**
 * Novikoff's theorem: if a unit vector (w, b) has s·(w·x + b) ≥ γ > 0 for all samples, with s = ±1 the class, then the perceptron rule,
 * begun from zero weights, makes at most (R / γ)² mistakes, in whatever order the samples come and however often. R is the greatest
 * length of a sample (x, 1). A separator with a wider margin gives a tighter bound; it holds for each.
 *
 * Ref: Novikoff 1962, "On convergence proofs on perceptrons".
 *
 * @param x [samples, inputs], row-major
 * @param labels 1, or 0 or −1 for the other class
 * @param separator any that separates, of any length; the one that was learnt, for instance
 * @throws ShapeError, RangeError
 */
export function novikoffBound(
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  separator: { readonly weights: ArrayLike<number>; readonly bias: number },
): NovikoffBound {
  const { weights, bias } = separator;
  const inputs = weights.length;
  const n = checkSamples(x, labels, inputs, "labels");
  checkLabels(labels);
  let length = bias * bias;
  for (let i = 0; i < inputs; i++) length += weights[i]! * weights[i]!;
  let [radius, margin] = [0, Infinity];
  for (let row = 0; row < n; row++) {
    let [square, sum] = [1, bias];
    for (let i = 0; i < inputs; i++) {
      const value = x[row * inputs + i]!;
      square += value * value;
      sum += weights[i]! * value;
    }
    radius = Math.max(radius, square);
    margin = Math.min(margin, labels[row] === 1 ? sum : -sum);
  }
  radius = Math.sqrt(radius);
  margin = length === 0 ? 0 : margin / Math.sqrt(length);
  return { radius, margin, mistakes: margin > 0 ? (radius / margin) ** 2 : Infinity };
}
