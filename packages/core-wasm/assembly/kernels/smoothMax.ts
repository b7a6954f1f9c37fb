import { exp64 } from "../lib/exp64";
import { maxOf, sumPair } from "../lib/rows";
import { addTo, expOf, fillNaN, loadPair, logOf } from "../lib/scalar64";

/** In the order of `smoothMaxKinds` in src/kernels/smoothMax.ts. */
const enum Kind {
  logSumExp,
  mellowmax,
  boltzmann,
  pNorm,
}

/**
 * out[r] = a smooth maximum of x[r, ·], in float64 inside.
 *
 * @param outPtr f32[rows]
 * @param temperature τ > 0; 1 / p for the p-norm
 */
export function smoothMax(kind: i32, outPtr: usize, xPtr: usize, rows: usize, cols: usize, temperature: f64): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += 4, xPtr += stride) {
    store<f32>(outPtr, <f32>rowMax(kind, xPtr, cols, temperature));
  }
}

/**
 * dx[r, c] += dy[r] · ∂out[r] / ∂x[r, c].
 *
 * @param dxPtr f32[rows, cols]
 */
export function smoothMaxBackward(
  kind: i32,
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  rows: usize,
  cols: usize,
  temperature: f64,
): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += 4, xPtr += stride) {
    const dy = <f64>load<f32>(dyPtr);
    if (kind == Kind.pNorm) addNormSlopes(dxPtr, dy, xPtr, cols, temperature);
    else addShares(kind, dxPtr, dy, xPtr, cols, temperature);
  }
}

function rowMax(kind: i32, xPtr: usize, cols: usize, temperature: f64): f64 {
  if (kind == Kind.pNorm) {
    const greatest = greatestSize(xPtr, cols);
    if (greatest == 0 || greatest - greatest != 0) return greatest;
    return greatest * expOf(temperature * logOf(sumOfPowers(xPtr, cols, greatest, 1 / temperature)));
  }
  const greatest = <f64>maxOf(xPtr, cols);
  if (greatest - greatest != 0) return greatest;
  if (kind == Kind.boltzmann) return greatest - lackOfMean(xPtr, cols, greatest, temperature);
  const sum = sumOfShares(xPtr, cols, greatest, temperature);
  return greatest + temperature * logOf(kind == Kind.mellowmax ? sum / <f64>cols : sum);
}

/** Σ e^((x − greatest) / τ), in a fixed order: even elements, odd elements, and both. */
function sumOfShares(xPtr: usize, cols: usize, greatest: f64, temperature: f64): f64 {
  const maxima = f64x2.splat(greatest);
  const inverses = f64x2.splat(1 / temperature);
  let sums = f64x2.splat(0);
  for (let i: usize = 0; i < cols; i += 2) {
    const x = loadPair(xPtr + (i << 2), cols - i, -Infinity);
    sums = f64x2.add(sums, exp64(f64x2.mul(f64x2.sub(x, maxima), inverses)));
  }
  return sumPair(sums);
}

/** Σ p (greatest − x), p = softmax(x / τ): what Boltzmann's mean lacks to the maximum. −∞ adds nothing. */
function lackOfMean(xPtr: usize, cols: usize, greatest: f64, temperature: f64): f64 {
  const maxima = f64x2.splat(greatest);
  const inverses = f64x2.splat(-1 / temperature);
  let sums = f64x2.splat(0);
  let lacks = f64x2.splat(0);
  for (let i: usize = 0; i < cols; i += 2) {
    const below = f64x2.sub(maxima, loadPair(xPtr + (i << 2), cols - i, -Infinity));
    const e = exp64(f64x2.mul(below, inverses));
    sums = f64x2.add(sums, e);
    // The greatest number in place of ∞, which is not to be multiplied by its 0.
    lacks = f64x2.add(lacks, f64x2.mul(f64x2.pmin(below, f64x2.splat(f64.MAX_VALUE)), e));
  }
  return sumPair(lacks) / sumPair(sums);
}

/** Adds dy · p_i, and for Boltzmann's mean dy · p_i (1 + (x_i − y) / τ), with p = softmax(x / τ). */
function addShares(kind: i32, dxPtr: usize, dy: f64, xPtr: usize, cols: usize, temperature: f64): void {
  const greatest = <f64>maxOf(xPtr, cols);
  const sum = sumOfShares(xPtr, cols, greatest, temperature);
  const y = kind == Kind.boltzmann ? greatest - lackOfMean(xPtr, cols, greatest, temperature) : 0;
  const maxima = f64x2.splat(greatest);
  const inverses = f64x2.splat(1 / temperature);
  const scales = f64x2.splat(dy / sum);
  for (let i: usize = 0; i < cols; i += 2) {
    const x = loadPair(xPtr + (i << 2), cols - i, -Infinity);
    let slopes = f64x2.mul(scales, exp64(f64x2.mul(f64x2.sub(x, maxima), inverses)));
    if (kind == Kind.boltzmann) {
      const distances = f64x2.mul(f64x2.sub(x, f64x2.splat(y)), inverses);
      slopes = f64x2.mul(slopes, f64x2.add(f64x2.splat(1), f64x2.pmax(distances, f64x2.splat(-f64.MAX_VALUE))));
    }
    addTo(dxPtr + (i << 2), f64x2.extract_lane(slopes, 0));
    if (i + 1 < cols) addTo(dxPtr + (i << 2) + 4, f64x2.extract_lane(slopes, 1));
  }
}

/** The greatest |x|; NaN if one is. */
function greatestSize(xPtr: usize, cols: usize): f64 {
  let greatest: f32 = 0;
  for (let i: usize = 0; i < cols; i++) greatest = max(greatest, abs(load<f32>(xPtr + (i << 2))));
  return <f64>greatest;
}

/** Σ (|x| / greatest)^p. */
function sumOfPowers(xPtr: usize, cols: usize, greatest: f64, p: f64): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < cols; i++) {
    const share = abs(<f64>load<f32>(xPtr + (i << 2))) / greatest;
    if (share > 0) sum += expOf(p * logOf(share));
  }
  return sum;
}

/** Adds dy · sign(x) (|x| / y)^(p − 1): with S the sum of powers, y = greatest · S^τ and τ (p − 1) = 1 − τ. */
function addNormSlopes(dxPtr: usize, dy: f64, xPtr: usize, cols: usize, temperature: f64): void {
  const greatest = greatestSize(xPtr, cols);
  if (greatest == 0) return;
  if (greatest - greatest != 0) return fillNaN(dxPtr, cols);
  const p = 1 / temperature;
  const scale = (temperature - 1) * logOf(sumOfPowers(xPtr, cols, greatest, p));
  for (let i: usize = 0; i < cols; i++) {
    const x = <f64>load<f32>(xPtr + (i << 2));
    const share = abs(x) / greatest;
    if (share == 0) continue;
    const slope = expOf((p - 1) * logOf(share) + scale);
    addTo(dxPtr + (i << 2), x < 0 ? -dy * slope : dy * slope);
  }
}
