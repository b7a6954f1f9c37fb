import { addFloats, highPair, productInF64, sumPair } from "./rows";
import { loadUpTo4 } from "./tail";

/** Σ (x[i] − centre)² in float64, in a fixed order. */
export function centredSquaresOf(xPtr: usize, n: usize, centre: f32): f64 {
  const centres = f32x4.splat(centre);
  let low = f64x2.splat(0);
  let high = low;
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const d = f32x4.sub(v128.load(xPtr + (i << 2)), centres);
    const e = highPair(d);
    low = f64x2.add(low, productInF64(d, d));
    high = f64x2.add(high, productInF64(e, e));
  }
  let sum = sumPair(f64x2.add(low, high));
  for (; i < n; i++) {
    const d = <f64>(load<f32>(xPtr + (i << 2)) - centre);
    sum += d * d;
  }
  return sum;
}

/**
 * With g = dy · gamma and d = x − centre: Σ g, Σ g · d and Σ d, in float64 and a fixed order.
 *
 * @param sumsPtr  f64[3]
 * @param gammaPtr f32[n], or 0 for ones
 */
export function gradientSums(
  sumsPtr: usize,
  dyPtr: usize,
  gammaPtr: usize,
  xPtr: usize,
  n: usize,
  centre: f32,
): void {
  const centres = f32x4.splat(centre);
  let gradients = f64x2.splat(0);
  let low = gradients;
  let high = gradients;
  let offsets = gradients;
  for (let i: usize = 0; i < n; i += 4) {
    const at = i << 2;
    const left = n - i;
    let g = loadUpTo4(dyPtr + at, left);
    if (gammaPtr) g = f32x4.mul(g, loadUpTo4(gammaPtr + at, left));
    // Zeros beyond the end: the centre itself in the place of x.
    const x = left >= 4 ? v128.load(xPtr + at) : centredTail(xPtr + at, left, centres);
    const d = f32x4.sub(x, centres);
    gradients = addFloats(gradients, g);
    offsets = addFloats(offsets, d);
    low = f64x2.add(low, productInF64(g, d));
    high = f64x2.add(high, productInF64(highPair(g), highPair(d)));
  }
  store<f64>(sumsPtr, sumPair(gradients));
  store<f64>(sumsPtr, sumPair(f64x2.add(low, high)), 8);
  store<f64>(sumsPtr, sumPair(offsets), 16);
}

/** The last one to three floats, and those of `rest` behind them. */
function centredTail(ptr: usize, count: usize, rest: v128): v128 {
  let v = v128.load32_lane(ptr, rest, 0);
  if (count > 1) v = v128.load32_lane(ptr, v, 1, 4);
  if (count > 2) v = v128.load32_lane(ptr, v, 2, 8);
  return v;
}
