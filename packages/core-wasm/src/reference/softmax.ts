interface Shape {
  rows: number;
  cols: number;
}

/** e^x[r, c] / Σ e^x[r, ·], with the row's maximum subtracted first. */
export function softmax(x: ArrayLike<number>, shape: Shape): Float64Array {
  return logSoftmax(x, shape).map(Math.exp);
}

/** y[r, c] · (dy[r, c] − Σ dy[r, ·] · y[r, ·]), where y = softmax(x). */
export function softmaxBackward(
  dy: ArrayLike<number>,
  y: ArrayLike<number>,
  { rows, cols }: Shape,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let dot = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) dot += dy[i]! * y[i]!;
    for (let i = r * cols; i < (r + 1) * cols; i++) dx[i] = y[i]! * (dy[i]! - dot);
  }
  return dx;
}

/** (x[r, c] − max) − log Σ e^(x[r, ·] − max). */
export function logSoftmax(x: ArrayLike<number>, { rows, cols }: Shape): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
    const greatest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    // All but one of the greatest: that one adds 1 to the sum, and log1p keeps what is small beside it.
    const at = row.indexOf(greatest);
    // 0, and NaN for a row whose maximum is infinite.
    let rest = greatest - greatest;
    for (let c = 0; c < cols; c++) if (c !== at) rest += Math.exp(row[c]! - greatest);
    const log = Math.log1p(rest);
    for (let c = 0; c < cols; c++) out[r * cols + c] = row[c]! - greatest - log;
  }
  return out;
}

/** dy[r, c] − e^y[r, c] · Σ dy[r, ·], where y = logSoftmax(x). */
export function logSoftmaxBackward(
  dy: ArrayLike<number>,
  y: ArrayLike<number>,
  { rows, cols }: Shape,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += dy[i]!;
    for (let i = r * cols; i < (r + 1) * cols; i++) dx[i] = dy[i]! - Math.exp(y[i]!) * sum;
  }
  return dx;
}

/** log Σ e^x[r, ·]. */
export function logSumExp(x: ArrayLike<number>, { rows, cols }: Shape): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => {
    let greatest = -Infinity;
    for (let i = r * cols; i < (r + 1) * cols; i++) greatest = Math.max(greatest, x[i]!);
    if (!Number.isFinite(greatest)) return greatest;
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += Math.exp(x[i]! - greatest);
    return greatest + Math.log(sum);
  });
}

/** dy[r] · e^(x[r, c] − y[r]), where y = logSumExp(x). */
export function logSumExpBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { rows, cols }: Shape,
): Float64Array {
  const y = logSumExp(x, { rows, cols });
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    const r = Math.floor(i / cols);
    return dy[r]! * Math.exp(x[i]! - y[r]!);
  });
}
