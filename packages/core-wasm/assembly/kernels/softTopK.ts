import { exp64 } from "../lib/exp64";
import { kthGreatest } from "../lib/orderedBits";
import { sumPair } from "../lib/rows";
import { addTo, expOf, fillNaN, loadPair, logOf } from "../lib/scalar64";

/**
 * out[r, c] = σ((x[r, c] − λ) / τ) with λ such that the row adds up to k. In float64 inside.
 *
 * @param outPtr f32[rows, cols]; may be xPtr
 */
export function softTopK(outPtr: usize, xPtr: usize, rows: usize, cols: usize, k: usize, temperature: f64): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    if (!isFinite(xPtr, cols)) {
      fillNaN(outPtr, cols);
      continue;
    }
    const pivot = pivotOf(xPtr, cols, k);
    const d = offsetOf(xPtr, cols, k, temperature, pivot);
    for (let i: usize = 0; i < cols; i++) {
      const at = i << 2;
      store<f32>(outPtr + at, <f32>sigmoid(distance(xPtr + at, pivot, temperature) - d));
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
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    if (!isFinite(xPtr, cols)) {
      fillNaN(dxPtr, cols);
      continue;
    }
    const pivot = pivotOf(xPtr, cols, k);
    const d = offsetOf(xPtr, cols, k, temperature, pivot);
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let i: usize = 0; i < cols; i++) {
      const s = slopeOf(distance(xPtr + (i << 2), pivot, temperature) - d);
      sum += s;
      dot += s * <f64>load<f32>(dyPtr + (i << 2));
    }
    if (sum == 0) continue;
    const mean = dot / sum;
    for (let i: usize = 0; i < cols; i++) {
      const at = i << 2;
      const s = slopeOf(distance(xPtr + at, pivot, temperature) - d);
      addTo(dxPtr + at, (s * (<f64>load<f32>(dyPtr + at) - mean)) / temperature);
    }
  }
}

/** The k-th greatest, from which λ is measured: beside an x, λ itself would not have the digits that a small τ asks for. */
function pivotOf(xPtr: usize, cols: usize, k: usize): f64 {
  return k == 0 ? 0 : <f64>kthGreatest(xPtr, cols, k);
}

/** (x − pivot) / τ. */
// @ts-ignore: decorator
@inline
function distance(xPtr: usize, pivot: f64, temperature: f64): f64 {
  return (<f64>load<f32>(xPtr) - pivot) / temperature;
}

/**
 * d = (λ − pivot) / τ by Newton's method between bounds that close in. Where as many elements lie above λ as are wanted, the sum is
 * k but for tails on either side, P below and Q above, which must be equal: ln P − ln Q is nearly straight in d, and exact where the
 * sum itself has long been k. Elsewhere the logit of the mean is.
 *
 * No higher than ln(n − k): there the n − k + 1 least have no more than 1 together. No lower than where the least of all has k / n.
 */
function offsetOf(xPtr: usize, cols: usize, k: usize, temperature: f64, pivot: f64): f64 {
  if (k == 0) return Infinity;
  if (k == cols) return -Infinity;
  const n = <f64>cols;
  const wanted = <f64>k;
  const logit = logOf(wanted / (n - wanted));
  let high = logOf(n - wanted);
  let low: f64 = 0;
  for (let i: usize = 0; i < cols; i++) low = min(low, distance(xPtr + (i << 2), pivot, temperature));
  low -= max<f64>(logit, 0);
  const pivots = f64x2.splat(pivot);
  const temperatures = f64x2.splat(temperature);
  let d: f64 = 0;
  for (let step = 0; step < 200; step++) {
    let counts = f64x2.splat(0);
    let tailsBelow = counts;
    let tailsAbove = counts;
    let slopesBelow = counts;
    let slopesAbove = counts;
    for (let i: usize = 0; i < cols; i += 2) {
      // Two exponentials at once; beyond the end a distance of −∞, which adds nothing.
      const x = loadPair(xPtr + (i << 2), cols - i, -Infinity);
      const a = f64x2.sub(f64x2.div(f64x2.sub(x, pivots), temperatures), f64x2.splat(d));
      const z = exp64(f64x2.neg(f64x2.abs(a)));
      const divisors = f64x2.add(f64x2.splat(1), z);
      const tails = f64x2.div(z, divisors);
      const slopes = f64x2.div(tails, divisors);
      const isAbove = f64x2.gt(a, f64x2.splat(0));
      counts = f64x2.add(counts, v128.and(f64x2.splat(1), isAbove));
      tailsAbove = f64x2.add(tailsAbove, v128.and(tails, isAbove));
      tailsBelow = f64x2.add(tailsBelow, v128.andnot(tails, isAbove));
      slopesAbove = f64x2.add(slopesAbove, v128.and(slopes, isAbove));
      slopesBelow = f64x2.add(slopesBelow, v128.andnot(slopes, isAbove));
    }
    const above = sumPair(counts);
    const tailAbove = sumPair(tailsAbove);
    const tailBelow = sumPair(tailsBelow);
    const slopeAbove = sumPair(slopesAbove);
    const slopeBelow = sumPair(slopesBelow);
    const surplus = above - wanted + (tailBelow - tailAbove);
    if (surplus == 0) break;
    if (surplus > 0) low = d;
    else high = d;
    let next = NaN;
    if (above == wanted && isNormal(tailBelow) && isNormal(tailAbove)) {
      const slope = slopeBelow / tailBelow + slopeAbove / tailAbove;
      next = d + (logOf(tailBelow) - logOf(tailAbove)) / slope;
    } else {
      const sum = above - tailAbove + tailBelow;
      const rest = n - above + tailAbove - tailBelow;
      const slope = (n * (slopeBelow + slopeAbove)) / (sum * rest);
      if (isNormal(sum) && isNormal(rest)) next = d + (logOf(sum / rest) - logit) / slope;
    }
    if (!(next > low && next < high)) next = (low + high) * 0.5;
    if (next == d || next == low || next == high) break;
    d = next;
  }
  return d;
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
