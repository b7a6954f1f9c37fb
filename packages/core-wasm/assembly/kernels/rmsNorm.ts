import { gradientSums } from "../lib/moments";
import { addParameterGradients, addSums, normalise, normaliseBackward } from "../lib/normalise";
import { dotOf } from "../lib/rows";

/**
 * out[r, c] = x[r, c] / √(Σ x[r, ·]² / cols + eps) · gamma[c], the sum in float64.
 *
 * @param outPtr   f32[rows, cols]; may be xPtr
 * @param gammaPtr f32[cols], or 0 for ones
 * @param rstdPtr  where 1 / √(…) goes, f32[rows], or 0 for nowhere
 */
export function rmsNorm(
  outPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  rstdPtr: usize,
  eps: f64,
  rows: usize,
  cols: usize,
): void {
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    const rstd = <f32>(1 / sqrt(dotOf(xPtr, xPtr, cols) / <f64>cols + eps));
    normalise(outPtr, xPtr, gammaPtr, 0, cols, 0, rstd, 0);
    if (rstdPtr) store<f32>(rstdPtr + (r << 2), rstd);
  }
}

/**
 * With g = dy · gamma and x̂ = x · rstd:
 * dx[r, c] += rstd · (g − x̂ · mean(g[r, ·] · x̂[r, ·])), dgamma[c] += Σ dy[·, c] · x̂[·, c].
 *
 * @param dgammaPtr f32[cols], or 0
 * @param workPtr   f64[cols + 4]
 */
export function rmsNormBackward(
  dxPtr: usize,
  dgammaPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  gammaPtr: usize,
  rstdPtr: usize,
  rows: usize,
  cols: usize,
  workPtr: usize,
): void {
  const stride = cols << 2;
  const gammaSumsPtr = workPtr + 32;
  if (dgammaPtr) memory.fill(gammaSumsPtr, 0, cols << 3);
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    const scale = load<f32>(rstdPtr + (r << 2));
    gradientSums(workPtr, dyPtr, gammaPtr, xPtr, cols, 0);
    const slope = <f32>((load<f64>(workPtr, 8) / <f64>cols) * scale);
    normaliseBackward(dxPtr, dyPtr, xPtr, gammaPtr, cols, 0, scale, 0, 0, slope);
    if (dgammaPtr) addParameterGradients(gammaSumsPtr, 0, dyPtr, xPtr, cols, 0, scale, 0);
  }
  if (dgammaPtr) addSums(dgammaPtr, gammaSumsPtr, cols);
}
