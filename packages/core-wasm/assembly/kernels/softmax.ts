import { exp4 } from "../lib/exp";
import { logOnePlus4 } from "../lib/log";
import { dotOf, maxOf, rangeOf, scaleInPlace, sumOf, sumOfExp } from "../lib/rows";
import { fma } from "../lib/simd";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";

/**
 * out[r, c] = e^(x[r, c] − max) / Σ e^(x[r, ·] − max), the sum in float64.
 *
 * @param outPtr f32[rows, cols]; may be xPtr
 */
export function softmax(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    scaleInPlace(outPtr, cols, <f32>(1 / sumOfExp(outPtr, xPtr, cols, rangeOf(xPtr, cols))));
  }
}

/**
 * dx[r, c] += y[r, c] · (dy[r, c] − Σ dy[r, ·] · y[r, ·]), where y = softmax(x); the sum in float64.
 *
 * @param dxPtr f32[rows, cols]
 */
export function softmaxBackward(dxPtr: usize, dyPtr: usize, yPtr: usize, rows: usize, cols: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, yPtr += stride) {
    const dots = f32x4.splat(<f32>dotOf(dyPtr, yPtr, cols));
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      const centred = f32x4.sub(loadUpTo4(dyPtr + at, left), dots);
      storeUpTo4(dxPtr + at, fma(loadUpTo4(yPtr + at, left), centred, loadUpTo4(dxPtr + at, left)), left);
    }
  }
}

/**
 * out[r, c] = (x[r, c] − max) − log Σ e^(x[r, ·] − max), the sum in float64.
 *
 * The greatest element adds a 1 to the sum that is exact, so the logarithm is log(1 + the rest): a row that
 * is nearly certain keeps its small values.
 *
 * @param outPtr f32[rows, cols]; may be xPtr
 */
export function logSoftmax(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    const range = rangeOf(xPtr, cols);
    const greatest = f32x4.extract_lane(range, 0);
    const maxima = f32x4.splat(greatest);
    const logs = logOnePlus4(f32x4.splat(<f32>(sumOfExp(0, xPtr, cols, range) - 1)));
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const shifted = f32x4.sub(loadUpTo4(xPtr + at, cols - i), maxima);
      storeUpTo4(outPtr + at, f32x4.sub(shifted, logs), cols - i);
    }
  }
}

/**
 * dx[r, c] += dy[r, c] − e^y[r, c] · Σ dy[r, ·], where y = logSoftmax(x); the sum in float64.
 *
 * @param dxPtr f32[rows, cols]
 */
export function logSoftmaxBackward(dxPtr: usize, dyPtr: usize, yPtr: usize, rows: usize, cols: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, yPtr += stride) {
    const sums = f32x4.splat(<f32>-sumOf(dyPtr, cols));
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      const change = fma(exp4(loadUpTo4(yPtr + at, left)), sums, loadUpTo4(dyPtr + at, left));
      storeUpTo4(dxPtr + at, f32x4.add(loadUpTo4(dxPtr + at, left), change), left);
    }
  }
}

/**
 * out[r] = log Σ e^x[r, ·] = max + log Σ e^(x[r, ·] − max), the sum in float64; an infinite maximum is the result.
 *
 * @param outPtr f32[rows]
 */
export function logSumExp(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, xPtr += stride) {
    const range = rangeOf(xPtr, cols);
    const greatest = f32x4.extract_lane(range, 0);
    let result: f32;
    if (greatest - greatest == 0) {
      const rest = <f32>(sumOfExp(0, xPtr, cols, range) - 1);
      result = <f32>(<f64>greatest + <f64>f32x4.extract_lane(logOnePlus4(f32x4.splat(rest)), 0));
    } else {
      result = maxOf(xPtr, cols);
    }
    store<f32>(outPtr + (r << 2), result);
  }
}

/**
 * dx[r, c] += dy[r] · e^(x[r, c] − y[r]), where y = logSumExp(x).
 *
 * @param dxPtr f32[rows, cols]
 */
export function logSumExpBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  yPtr: usize,
  rows: usize,
  cols: usize,
): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, xPtr += stride) {
    const slopes = f32x4.splat(load<f32>(dyPtr + (r << 2)));
    const logs = f32x4.splat(load<f32>(yPtr + (r << 2)));
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      const share = exp4(f32x4.sub(loadUpTo4(xPtr + at, left), logs));
      storeUpTo4(dxPtr + at, fma(share, slopes, loadUpTo4(dxPtr + at, left)), left);
    }
  }
}
