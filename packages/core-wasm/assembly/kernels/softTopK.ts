import { rangeOf } from "../lib/rows";
import { addTo, expOf, fillNaN, logOf } from "../lib/scalar64";

/**
 * out[r, c] = σ((x[r, c] − λ) / τ) with λ such that the row adds up to k. In float64 inside.
 *
 * @param outPtr f32[rows, cols]; may be xPtr
 */
export function softTopK(outPtr: usize, xPtr: usize, rows: usize, cols: usize, k: usize, temperature: f64): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    if (!isFinite(xPtr, cols)) {
      fillNaN(outPtr, cols);
      continue;
    }
    const level = levelOf(xPtr, cols, k, temperature);
    for (let i: usize = 0; i < cols; i++) {
      const at = i << 2;
      store<f32>(outPtr + at, <f32>sigmoid((<f64>load<f32>(xPtr + at) - level) / temperature));
    }
  }
}

/**
 * dx[r, c] += s (dy − Σ s dy / Σ s) / τ with s = p (1 − p), p = softTopK(x): nothing where no s is left.
 *
 * @param dxPtr f32[rows, cols]
 */
export function softTopKBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  rows: usize,
  cols: usize,
  k: usize,
  temperature: f64,
): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    if (!isFinite(xPtr, cols)) {
      fillNaN(dxPtr, cols);
      continue;
    }
    const level = levelOf(xPtr, cols, k, temperature);
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let i: usize = 0; i < cols; i++) {
      const s = slopeOf((<f64>load<f32>(xPtr + (i << 2)) - level) / temperature);
      sum += s;
      dot += s * <f64>load<f32>(dyPtr + (i << 2));
    }
    if (sum == 0) continue;
    const mean = dot / sum;
    for (let i: usize = 0; i < cols; i++) {
      const at = i << 2;
      const s = slopeOf((<f64>load<f32>(xPtr + at) - level) / temperature);
      addTo(dxPtr + at, (s * (<f64>load<f32>(dyPtr + at) - mean)) / temperature);
    }
  }
}

/**
 * λ by Newton's method between bounds that close in. Where as many elements lie above λ as are wanted, the sum is k but for tails on
 * either side, P below and Q above, which must be equal: ln P − ln Q is nearly straight in λ, and exact where the sum itself has
 * long been k. Elsewhere the logit of the mean is.
 */
function levelOf(xPtr: usize, cols: usize, k: usize, temperature: f64): f64 {
  if (k == 0) return Infinity;
  if (k == cols) return -Infinity;
  const n = <f64>cols;
  const wanted = <f64>k;
  const range = rangeOf(xPtr, cols);
  const logit = logOf(wanted / (n - wanted));
  let high = <f64>f32x4.extract_lane(range, 0) - temperature * logit;
  let low = <f64>f32x4.extract_lane(range, 1) - temperature * logit;
  let level = (low + high) * 0.5;
  for (let step = 0; step < 200; step++) {
    let above: f64 = 0;
    let tailBelow: f64 = 0;
    let tailAbove: f64 = 0;
    let slopeBelow: f64 = 0;
    let slopeAbove: f64 = 0;
    for (let i: usize = 0; i < cols; i++) {
      const a = (<f64>load<f32>(xPtr + (i << 2)) - level) / temperature;
      const z = expOf(-abs(a));
      const tail = z / (1 + z);
      if (a > 0) {
        above += 1;
        tailAbove += tail;
        slopeAbove += tail / (1 + z);
      } else {
        tailBelow += tail;
        slopeBelow += tail / (1 + z);
      }
    }
    const surplus = above - wanted + (tailBelow - tailAbove);
    if (surplus == 0) break;
    if (surplus > 0) low = level;
    else high = level;
    let next = NaN;
    if (above == wanted && isNormal(tailBelow) && isNormal(tailAbove)) {
      const slope = slopeBelow / tailBelow + slopeAbove / tailAbove;
      next = level + (temperature * (logOf(tailBelow) - logOf(tailAbove))) / slope;
    } else {
      const sum = above - tailAbove + tailBelow;
      const rest = n - above + tailAbove - tailBelow;
      const slope = (n * (slopeBelow + slopeAbove)) / (sum * rest);
      if (isNormal(sum) && isNormal(rest)) next = level + (temperature * (logOf(sum / rest) - logit)) / slope;
    }
    if (!(next > low && next < high)) next = (low + high) * 0.5;
    if (next == level || next == low || next == high) break;
    level = next;
  }
  return level;
}

// @ts-ignore: decorator
@inline
function sigmoid(a: f64): f64 {
  const z = expOf(-abs(a));
  return (a < 0 ? z : 1) / (1 + z);
}

/** σ (1 − σ). */
// @ts-ignore: decorator
@inline
function slopeOf(a: f64): f64 {
  const z = expOf(-abs(a));
  return z / (1 + z) / (1 + z);
}

/** What `logOf` takes. */
// @ts-ignore: decorator
@inline
function isNormal(x: f64): bool {
  return x >= 2.2250738585072014e-308;
}

function isFinite(xPtr: usize, cols: usize): bool {
  let zeros: f32 = 0;
  for (let i: usize = 0; i < cols; i++) zeros += load<f32>(xPtr + (i << 2)) * 0;
  return zeros == 0;
}
