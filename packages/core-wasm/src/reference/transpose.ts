/** out[c, r] = x[r, c]. */
export function transpose(
  x: ArrayLike<number>,
  { rows, cols }: { rows: number; cols: number },
): Float64Array {
  return Float64Array.from({ length: rows * cols }, (_, i) => x[(i % rows) * cols + Math.floor(i / rows)]!);
}
