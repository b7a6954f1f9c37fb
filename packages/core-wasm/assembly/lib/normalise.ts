import { fma } from "./simd";
import { loadUpTo4, storeUpTo4 } from "./tail";

// The rows of layerNorm and rmsNorm: x̂ = (x − centre) · scale + shift. The mean is a float64 and `centre` is what float32
// keeps of it; `shift` = −(mean − centre) · scale brings the rest, so that a mean far from 0 costs no accuracy. Without a mean
// both are 0.

/** out = x̂ · gamma + beta; gammaPtr and betaPtr: f32[n], or 0 for ones and zeros. */
export function normalise(
  outPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  betaPtr: usize,
  n: usize,
  centre: f32,
  scale: f32,
  shift: f32,
): void {
  if (gammaPtr && betaPtr) normaliseRow(true, true, outPtr, xPtr, gammaPtr, betaPtr, n, centre, scale, shift);
  else if (gammaPtr) normaliseRow(true, false, outPtr, xPtr, gammaPtr, 0, n, centre, scale, shift);
  else if (betaPtr) normaliseRow(false, true, outPtr, xPtr, 0, betaPtr, n, centre, scale, shift);
  else normaliseRow(false, false, outPtr, xPtr, 0, 0, n, centre, scale, shift);
}

/** Inlined with constants for `hasGamma` and `hasBeta`. */
// @ts-ignore: decorator
@inline
function normaliseRow(
  hasGamma: bool,
  hasBeta: bool,
  outPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  betaPtr: usize,
  n: usize,
  centre: f32,
  scale: f32,
  shift: f32,
): void {
  const centres = f32x4.splat(centre);
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    let y = fma(f32x4.sub(v128.load(xPtr + at), centres), scales, shifts);
    if (hasGamma && hasBeta) y = fma(y, v128.load(gammaPtr + at), v128.load(betaPtr + at));
    else if (hasGamma) y = f32x4.mul(y, v128.load(gammaPtr + at));
    else if (hasBeta) y = f32x4.add(y, v128.load(betaPtr + at));
    v128.store(outPtr + at, y);
  }
  if (i == n) return;
  const at = i << 2;
  const left = n - i;
  let y = fma(f32x4.sub(loadUpTo4(xPtr + at, left), centres), scales, shifts);
  if (hasGamma && hasBeta) y = fma(y, loadUpTo4(gammaPtr + at, left), loadUpTo4(betaPtr + at, left));
  else if (hasGamma) y = f32x4.mul(y, loadUpTo4(gammaPtr + at, left));
  else if (hasBeta) y = f32x4.add(y, loadUpTo4(betaPtr + at, left));
  storeUpTo4(outPtr + at, y, left);
}

/**
 * dx += scale · (dy · gamma − offset − x̂ · slope), with gammaPtr 0 for ones.
 *
 * @param offset the mean of dy · gamma; 0 where rows have no mean
 * @param slope  the mean of dy · gamma · x̂
 */
export function normaliseBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  n: usize,
  centre: f32,
  scale: f32,
  shift: f32,
  offset: f32,
  slope: f32,
): void {
  const centres = f32x4.splat(centre);
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  const offsets = f32x4.splat(offset);
  const slopes = f32x4.splat(-slope);
  for (let i: usize = 0; i < n; i += 4) {
    const at = i << 2;
    const left = n - i;
    let g = loadUpTo4(dyPtr + at, left);
    if (gammaPtr) g = f32x4.mul(g, loadUpTo4(gammaPtr + at, left));
    const normalised = fma(f32x4.sub(loadUpTo4(xPtr + at, left), centres), scales, shifts);
    const change = fma(normalised, slopes, f32x4.sub(g, offsets));
    storeUpTo4(dxPtr + at, fma(scales, change, loadUpTo4(dxPtr + at, left)), left);
  }
}

/**
 * gammaSums += dy · x̂ and betaSums += dy, in float64.
 *
 * @param gammaSumsPtr f64[n]
 * @param betaSumsPtr  f64[n], or 0 for none
 */
export function addParameterGradients(
  gammaSumsPtr: usize,
  betaSumsPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  n: usize,
  centre: f32,
  scale: f32,
  shift: f32,
): void {
  const centres = f32x4.splat(centre);
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const dy = v128.load(dyPtr + (i << 2));
    const normalised = fma(f32x4.sub(v128.load(xPtr + (i << 2)), centres), scales, shifts);
    addPairs(gammaSumsPtr + (i << 3), f32x4.mul(dy, normalised));
    if (betaSumsPtr) addPairs(betaSumsPtr + (i << 3), dy);
  }
  for (; i < n; i++) {
    const dy = v128.load32_splat(dyPtr + (i << 2));
    const normalised = fma(f32x4.sub(v128.load32_splat(xPtr + (i << 2)), centres), scales, shifts);
    const gammaAt = gammaSumsPtr + (i << 3);
    store<f64>(gammaAt, load<f64>(gammaAt) + <f64>f32x4.extract_lane(f32x4.mul(dy, normalised), 0));
    if (betaSumsPtr) store<f64>(betaSumsPtr + (i << 3), load<f64>(betaSumsPtr + (i << 3)) + <f64>f32x4.extract_lane(dy, 0));
  }
}

/** out += sums, rounded once. */
export function addSums(outPtr: usize, sumsPtr: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const at = outPtr + (i << 2);
    store<f32>(at, <f32>(<f64>load<f32>(at) + load<f64>(sumsPtr + (i << 3))));
  }
}

/** Four float64 += four float32. */
// @ts-ignore: decorator
@inline
function addPairs(sumsPtr: usize, v: v128): void {
  v128.store(sumsPtr, f64x2.add(v128.load(sumsPtr), f64x2.promote_low_f32x4(v)));
  const high = f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  v128.store(sumsPtr, f64x2.add(v128.load(sumsPtr, 16), high), 16);
}
