import { loadUpTo4, storeUpTo4 } from "../lib/tail";

/**
 * out[r · outStride + c] = x[r · xStride + c], or += where `accumulate` is not 0. Strides count elements.
 *
 * @param outPtr the first element that is written
 * @param xPtr   the first element that is read
 */
export function copyRows(
  outPtr: usize,
  outStride: usize,
  xPtr: usize,
  xStride: usize,
  rows: usize,
  cols: usize,
  accumulate: i32,
): void {
  for (let r: usize = 0; r < rows; r++, outPtr += outStride << 2, xPtr += xStride << 2) {
    if (accumulate) addRow(outPtr, xPtr, cols);
    else memory.copy(outPtr, xPtr, cols << 2);
  }
}

function addRow(outPtr: usize, xPtr: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const at = i << 2;
    const sums = f32x4.add(loadUpTo4(outPtr + at, n - i), loadUpTo4(xPtr + at, n - i));
    storeUpTo4(outPtr + at, sums, n - i);
  }
}
