import { exp64 } from "../lib/exp64";
import { maxOf, sumPair } from "../lib/rows";
import { addTo, expOf, fillNaN, loadPair, logOf } from "../lib/scalar64";

/**
 * out[r, c] = [z − t]₊^e with z = (α − 1)(x − max) / τ and e = 1 / (α − 1), where t makes the row add up to 1. In float64 inside.
 *
 * @param outPtr f32[rows, cols]; may be xPtr
 * @param alpha from 1.01 to 2; 1 for softmax
 */
export function entmax(outPtr: usize, xPtr: usize, rows: usize, cols: usize, alpha: f64, temperature: f64): void {
  if (cols == 0) return;
  const stride = cols << 2;
  const power = 1 / (alpha - 1);
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    const greatest = <f64>maxOf(xPtr, cols);
    if (greatest - greatest != 0) {
      fillNaN(outPtr, cols);
      continue;
    }
    if (alpha == 1) {
      softmaxRow(outPtr, xPtr, cols, greatest, temperature);
      continue;
    }
    const scale = (alpha - 1) / temperature;
    const t = threshold(xPtr, cols, greatest, scale, power);
    for (let i: usize = 0; i < cols; i++) {
      const u = (<f64>load<f32>(xPtr + (i << 2)) - greatest) * scale - t;
      store<f32>(outPtr + (i << 2), u > 0 ? <f32>(u * raise(u, power - 1)) : 0);
    }
  }
}

/**
 * dx[r, c] += s (dy − Σ s dy / Σ s) / τ with s = y^(2 − α) where y > 0, else 0; y = entmax(x).
 *
 * @param dxPtr f32[rows, cols]
 */
export function entmaxBackward(
  dxPtr: usize,
  dyPtr: usize,
  yPtr: usize,
  rows: usize,
  cols: usize,
  alpha: f64,
  temperature: f64,
): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, yPtr += stride) {
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let i: usize = 0; i < cols; i++) {
      const s = weight(<f64>load<f32>(yPtr + (i << 2)), alpha);
      sum += s;
      dot += s * <f64>load<f32>(dyPtr + (i << 2));
    }
    const mean = dot / sum;
    for (let i: usize = 0; i < cols; i++) {
      const s = weight(<f64>load<f32>(yPtr + (i << 2)), alpha);
      if (s != 0) addTo(dxPtr + (i << 2), (s * (<f64>load<f32>(dyPtr + (i << 2)) - mean)) / temperature);
    }
  }
}

/** e^((x − greatest) / τ) over their sum: nothing is rounded before the difference, as x / τ would be. */
function softmaxRow(outPtr: usize, xPtr: usize, cols: usize, greatest: f64, temperature: f64): void {
  let sums = f64x2.splat(0);
  for (let i: usize = 0; i < cols; i += 2) sums = f64x2.add(sums, shares(xPtr, i, cols, greatest, temperature));
  const sum = sumPair(sums);
  for (let i: usize = 0; i < cols; i += 2) {
    const e = shares(xPtr, i, cols, greatest, temperature);
    store<f32>(outPtr + (i << 2), <f32>(f64x2.extract_lane(e, 0) / sum));
    if (i + 1 < cols) store<f32>(outPtr + (i << 2) + 4, <f32>(f64x2.extract_lane(e, 1) / sum));
  }
}

/** e^((x − greatest) / τ) of elements i and i + 1; 0 beyond the end. */
// @ts-ignore: decorator
@inline
function shares(xPtr: usize, i: usize, cols: usize, greatest: f64, temperature: f64): v128 {
  const x = loadPair(xPtr + (i << 2), cols - i, -Infinity);
  return exp64(f64x2.div(f64x2.sub(x, f64x2.splat(greatest)), f64x2.splat(temperature)));
}

/**
 * t with ‖[z − t]₊‖_e = 1, which is the same as a sum of powers of 1. The norm is convex and falls in t, so Newton's steps from the
 * left, t = −1, come nearer and never pass: for e = 1 in finitely many steps (the exact threshold of sparsemax), else
 * quadratically. The norm in place of the sum, because that is nearly straight for large e as well.
 */
function threshold(xPtr: usize, cols: usize, greatest: f64, scale: f64, power: f64): f64 {
  let t: f64 = -1;
  for (let step = 0; step < 100; step++) {
    let sum: f64 = 0;
    let slope: f64 = 0;
    for (let i: usize = 0; i < cols; i++) {
      const u = (<f64>load<f32>(xPtr + (i << 2)) - greatest) * scale - t;
      if (u > 0) {
        const lower = raise(u, power - 1);
        sum += u * lower;
        slope += lower;
      }
    }
    // (‖u‖ − 1) / (‖u‖^(1 − e) · Σ u^(e − 1)) with ‖u‖ = sum^(1/e): the sum itself for e = 1, √sum for e = 2.
    const next = t + (sum - raise(sum, 1 - 1 / power)) / slope;
    if (!(next > t)) break;
    t = next;
  }
  return t;
}

/** u^e for u > 0. */
// @ts-ignore: decorator
@inline
function raise(u: f64, e: f64): f64 {
  if (e == 0) return 1;
  if (e == 0.5) return sqrt(u);
  if (e == 1) return u;
  return expOf(e * logOf(u));
}

/** y^(2 − α), 0 for 0; NaN comes through. */
// @ts-ignore: decorator
@inline
function weight(y: f64, alpha: f64): f64 {
  if (!(y > 0)) return y;
  return raise(y, 2 - alpha);
}
