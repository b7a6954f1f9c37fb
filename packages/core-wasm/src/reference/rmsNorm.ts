interface RmsNorm {
  rows: number;
  cols: number;
  gamma?: ArrayLike<number>;
  eps?: number;
}

/** x[r, c] / √(Σ x[r, ·]² / cols + eps) · gamma[c], with each row's factor 1 / √(…). */
export function rmsNorm(
  x: ArrayLike<number>,
  { rows, cols, gamma, eps = 1e-5 }: RmsNorm,
): { out: Float64Array; rstd: Float64Array } {
  const out = new Float64Array(rows * cols);
  const rstd = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let squares = 0;
    for (let c = 0; c < cols; c++) squares += x[r * cols + c]! ** 2;
    rstd[r] = 1 / Math.sqrt(squares / cols + eps);
    for (let c = 0; c < cols; c++) out[r * cols + c] = x[r * cols + c]! * rstd[r]! * (gamma?.[c] ?? 1);
  }
  return { out, rstd };
}

/** What `rmsNormBackwardInto` adds. */
export function rmsNormBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  options: RmsNorm,
): { dx: Float64Array; dgamma: Float64Array } {
  const { rows, cols, gamma } = options;
  const { out: normalised, rstd } = rmsNorm(x, { rows, cols, eps: options.eps ?? 1e-5 });
  const dx = new Float64Array(rows * cols);
  const dgamma = new Float64Array(cols);
  for (let r = 0; r < rows; r++) {
    let slope = 0;
    for (let c = 0; c < cols; c++) {
      const at = r * cols + c;
      slope += (dy[at]! * (gamma?.[c] ?? 1) * normalised[at]!) / cols;
      dgamma[c]! += dy[at]! * normalised[at]!;
    }
    for (let c = 0; c < cols; c++) {
      const at = r * cols + c;
      dx[at] = rstd[r]! * (dy[at]! * (gamma?.[c] ?? 1) - normalised[at]! * slope);
    }
  }
  return { dx, dgamma };
}
