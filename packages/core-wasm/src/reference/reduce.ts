interface Shape {
  rows: number;
  cols: number;
}

/** Σ x[i]. */
export function sum(x: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]!;
  return total;
}

/** Σ x[i] / n. */
export function mean(x: ArrayLike<number>): number {
  return sum(x) / x.length;
}

/** Σ x[i]². */
export function sumSquares(x: ArrayLike<number>): number {
  return dot(x, x);
}

/** Σ a[i] · b[i]. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** The greatest element, NaN if there is one, −∞ for no elements. */
export function max(x: ArrayLike<number>): number {
  let greatest = -Infinity;
  for (let i = 0; i < x.length; i++) greatest = Math.max(greatest, x[i]!);
  return greatest;
}

/** The least element, NaN if there is one, +∞ for no elements. */
export function min(x: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < x.length; i++) least = Math.min(least, x[i]!);
  return least;
}

/** For every row the first column with the greatest element, or with the first NaN. */
export function argmaxRows(x: ArrayLike<number>, { rows, cols }: Shape): Int32Array {
  return Int32Array.from({ length: rows }, (_, r) => {
    let at = 0;
    for (let c = 0; c < cols; c++) {
      const value = x[r * cols + c]!;
      if (Number.isNaN(value)) return c;
      if (value > x[r * cols + at]!) at = c;
    }
    return at;
  });
}

/** Σ x[r, c] over the rows. */
export function sumRows(x: ArrayLike<number>, { rows, cols }: Shape): Float64Array {
  const sums = new Float64Array(cols);
  for (let i = 0; i < rows * cols; i++) sums[i % cols]! += x[i]!;
  return sums;
}
