/** A copy of `out` in which a block of `x` was put, or to which it was added. */
export function copyRows(
  out: ArrayLike<number>,
  x: ArrayLike<number>,
  options: {
    rows: number;
    cols: number;
    outStride?: number;
    xStride?: number;
    outOffset?: number;
    xOffset?: number;
    accumulate?: boolean;
  },
): Float64Array {
  const { rows, cols, accumulate = false } = options;
  const { outStride = cols, xStride = cols, outOffset = 0, xOffset = 0 } = options;
  const result = Float64Array.from(out);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const at = outOffset + r * outStride + c;
      const value = x[xOffset + r * xStride + c]!;
      result[at] = accumulate ? result[at]! + value : value;
    }
  }
  return result;
}
