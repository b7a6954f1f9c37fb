import { addParameterGradients, addSums, normalise, normaliseBackward } from "../lib/normalise";
import { centredSquaresOf, gradientSums } from "../lib/moments";
import { sumOf } from "../lib/rows";

/**
 * out[r, c] = (x[r, c] − mean) / √(variance + eps) · gamma[c] + beta[c], the variance without Bessel's correction.
 *
 * Two passes and float64 sums: of x, and of the squares of x − mean.
 *
 * @param outPtr   f32[rows, cols]; may be xPtr
 * @param gammaPtr f32[cols], or 0 for ones; betaPtr the same, for zeros
 * @param meanPtr  where the means go, f32[rows], or 0 for nowhere; rstdPtr the same, for 1 / √(variance + eps)
 */
export function layerNorm(
  outPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  betaPtr: usize,
  meanPtr: usize,
  rstdPtr: usize,
  eps: f64,
  rows: usize,
  cols: usize,
): void {
  const count = <f64>cols;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    const mean = sumOf(xPtr, cols) / count;
    const centre = <f32>mean;
    // Σ (x − centre)² = Σ (x − mean)² + n · (mean − centre)².
    const rest = mean - <f64>centre;
    const variance = max(centredSquaresOf(xPtr, cols, centre) / count - rest * rest, 0);
    const rstd = 1 / sqrt(variance + eps);
    normalise(outPtr, xPtr, gammaPtr, betaPtr, cols, centre, <f32>rstd, <f32>(-rest * rstd));
    if (meanPtr) store<f32>(meanPtr + (r << 2), centre);
    if (rstdPtr) store<f32>(rstdPtr + (r << 2), <f32>rstd);
  }
}

/**
 * With g = dy · gamma and x̂ = (x − mean) · rstd:
 * dx[r, c] += rstd · (g − mean(g[r, ·]) − x̂ · mean(g[r, ·] · x̂[r, ·])),
 * dgamma[c] += Σ dy[·, c] · x̂[·, c], dbeta[c] += Σ dy[·, c].
 *
 * @param dgammaPtr f32[cols], or 0; dbetaPtr too
 * @param workPtr   f64[2 · cols + 4]
 */
export function layerNormBackward(
  dxPtr: usize,
  dgammaPtr: usize,
  dbetaPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  meanPtr: usize,
  rstdPtr: usize,
  rows: usize,
  cols: usize,
  workPtr: usize,
): void {
  const count = <f64>cols;
  const stride = cols << 2;
  const wanted = dgammaPtr || dbetaPtr;
  const gammaSumsPtr = workPtr + 32;
  const betaSumsPtr = gammaSumsPtr + (cols << 3);
  if (wanted) memory.fill(gammaSumsPtr, 0, cols << 4);
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    const centre = load<f32>(meanPtr + (r << 2));
    const scale = load<f32>(rstdPtr + (r << 2));
    gradientSums(workPtr, dyPtr, gammaPtr, xPtr, cols, centre);
    const offset = load<f64>(workPtr) / count;
    // What float32 has lost of the mean.
    const rest = load<f64>(workPtr, 16) / count;
    const slope = (load<f64>(workPtr, 8) / count - rest * offset) * scale;
    const shift = <f32>(-rest * scale);
    normaliseBackward(dxPtr, dyPtr, xPtr, gammaPtr, cols, centre, scale, shift, <f32>offset, <f32>slope);
    if (wanted) addParameterGradients(gammaSumsPtr, betaSumsPtr, dyPtr, xPtr, cols, centre, scale, shift);
  }
  if (dgammaPtr) addSums(dgammaPtr, gammaSumsPtr, cols);
  if (dbetaPtr) addSums(dbetaPtr, betaSumsPtr, cols);
}
