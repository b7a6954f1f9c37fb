import { exp64 } from "../lib/exp64";
import { maxOf, sumPair } from "../lib/rows";
import { addTo, expOf, loadPair, logOf } from "../lib/scalar64";

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
  const sum = sumOfShares(xPtr, cols, greatest, temperature);
  if (kind == Kind.boltzmann) return greatest - lack(xPtr, cols, greatest, temperature) / sum;
  return greatest + temperature * logOf(kind == Kind.mellowmax ? sum / <f64>cols : sum);
}

/** Σ e^((x − greatest) / τ), in a fixed order: even elements, odd elements, and both. */
function sumOfShares(xPtr: usize, cols: usize, greatest: f64, temperature: f64): f64 {
  const maxima = f64x2.splat(greatest);
  const temperatures = f64x2.splat(temperature);
  let sums = f64x2.splat(0);
  for (let i: usize = 0; i < cols; i += 2) {
    const x = loadPair(xPtr + (i << 2), cols - i, -Infinity);
    sums = f64x2.add(sums, exp64(f64x2.div(f64x2.sub(x, maxima), temperatures)));
  }
  return sumPair(sums);
}

/** Σ (greatest − x) e^((x − greatest) / τ): what the mean lacks to the maximum. −∞ adds nothing. */
function lack(xPtr: usize, cols: usize, greatest: f64, temperature: f64): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < cols; i++) {
    const below = greatest - <f64>load<f32>(xPtr + (i << 2));
    const e = expOf(-below / temperature);
    if (e > 0) sum += below * e;
  }
  return sum;
}

/** Adds dy · p_i, and for Boltzmann's mean dy · p_i (1 + (x_i − y) / τ), with p = softmax(x / τ). */
function addShares(kind: i32, dxPtr: usize, dy: f64, xPtr: usize, cols: usize, temperature: f64): void {
  const greatest = <f64>maxOf(xPtr, cols);
  const sum = sumOfShares(xPtr, cols, greatest, temperature);
  const y = kind == Kind.boltzmann ? greatest - lack(xPtr, cols, greatest, temperature) / sum : 0;
  for (let i: usize = 0; i < cols; i++) {
    const x = <f64>load<f32>(xPtr + (i << 2));
    let slope = expOf((x - greatest) / temperature) / sum;
    // NaN comes through, and where there is no share −∞ is not multiplied.
    if (kind == Kind.boltzmann && slope != 0) slope *= 1 + (x - y) / temperature;
    addTo(dxPtr + (i << 2), dy * slope);
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
  const p = 1 / temperature;
  const scale = (temperature - 1) * logOf(sumOfPowers(xPtr, cols, greatest, p));
  for (let i: usize = 0; i < cols; i++) {
    const x = <f64>load<f32>(xPtr + (i << 2));
    const share = abs(x) / greatest;
    if (share == 0) continue;
    // NaN where the greatest is ∞ or NaN.
    const slope = greatest - greatest == 0 ? expOf((p - 1) * logOf(share) + scale) : NaN;
    addTo(dxPtr + (i << 2), x < 0 ? -dy * slope : dy * slope);
  }
}
