interface LayerNorm {
  rows: number;
  cols: number;
  gamma?: ArrayLike<number>;
  beta?: ArrayLike<number>;
  eps?: number;
}

/** (x[r, c] − mean) / √(variance + eps) · gamma[c] + beta[c], with each row's mean and 1 / √(variance + eps). */
export function layerNorm(
  x: ArrayLike<number>,
  { rows, cols, gamma, beta, eps = 1e-5 }: LayerNorm,
): { out: Float64Array; mean: Float64Array; rstd: Float64Array } {
  const out = new Float64Array(rows * cols);
  const [mean, rstd] = [new Float64Array(rows), new Float64Array(rows)];
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
    const m = row.reduce((sum, x) => sum + x, 0) / cols;
    const variance = row.reduce((sum, x) => sum + (x - m) ** 2, 0) / cols;
    mean[r] = m;
    rstd[r] = 1 / Math.sqrt(variance + eps);
    for (let c = 0; c < cols; c++) {
      out[r * cols + c] = (row[c]! - m) * rstd[r]! * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    }
  }
  return { out, mean, rstd };
}

/** What `layerNormBackwardInto` adds. */
export function layerNormBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  options: LayerNorm,
): { dx: Float64Array; dgamma: Float64Array; dbeta: Float64Array } {
  const { rows, cols, gamma } = options;
  const { out: normalised, rstd } = layerNorm(x, { rows, cols, eps: options.eps ?? 1e-5 });
  const dx = new Float64Array(rows * cols);
  const [dgamma, dbeta] = [new Float64Array(cols), new Float64Array(cols)];
  for (let r = 0; r < rows; r++) {
    let [offset, slope] = [0, 0];
    for (let c = 0; c < cols; c++) {
      const at = r * cols + c;
      const g = dy[at]! * (gamma?.[c] ?? 1);
      offset += g / cols;
      slope += (g * normalised[at]!) / cols;
      dgamma[c]! += dy[at]! * normalised[at]!;
      dbeta[c]! += dy[at]!;
    }
    for (let c = 0; c < cols; c++) {
      const at = r * cols + c;
      dx[at] = rstd[r]! * (dy[at]! * (gamma?.[c] ?? 1) - offset - normalised[at]! * slope);
    }
  }
  return { dx, dgamma, dbeta };
}
