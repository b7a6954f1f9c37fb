interface SoftTopK {
  rows: number;
  cols: number;
  k: number;
  temperature?: number;
}

/** p_i = σ((x_i − λ) / τ), with λ such that the row adds up to k; λ by bisection. */
export function softTopK(x: ArrayLike<number>, options: SoftTopK): Float64Array {
  const { rows, cols, temperature = 1 } = options;
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const row = rowOf(x, r, cols);
    const level = levelOf(row, options.k, temperature);
    row.forEach((x, c) => (out[r * cols + c] = sigmoid((x - level) / temperature)));
  }
  return out;
}

/** s_i (dy_i − Σ s dy / Σ s) / τ, with s_i = p_i (1 − p_i): λ moves so that the sum stays. 0 where no s is left. */
export function softTopKBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { rows, cols, k, temperature = 1 }: SoftTopK,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const row = rowOf(x, r, cols);
    const level = levelOf(row, k, temperature);
    const s = row.map((x) => sigmoid((x - level) / temperature) * sigmoid((level - x) / temperature));
    let [dot, sum] = [0, 0];
    s.forEach((s, c) => {
      dot += s * dy[r * cols + c]!;
      sum += s;
    });
    if (sum === 0) continue;
    s.forEach((s, c) => (dx[r * cols + c] = (s * (dy[r * cols + c]! - dot / sum)) / temperature));
  }
  return dx;
}

function levelOf(row: Float64Array, k: number, temperature: number): number {
  const n = row.length;
  if (k === 0) return Infinity;
  if (k === n) return -Infinity;
  const shift = temperature * Math.log(k / (n - k));
  let low = row.reduce((least, x) => Math.min(least, x), Infinity) - shift;
  let high = row.reduce((most, x) => Math.max(most, x), -Infinity) - shift;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return NaN;
  for (let i = 0; i < 200; i++) {
    const level = (low + high) / 2;
    if (surplus(row, level, k, temperature) > 0) low = level;
    else high = level;
  }
  return (low + high) / 2;
}

/** Σ p − k, from what p lacks to 1 above the level and has below it: exact also where the sum is k but for 1e-300. */
function surplus(row: Float64Array, level: number, k: number, temperature: number): number {
  let [above, lack, rest] = [0, 0, 0];
  for (const x of row) {
    const a = (x - level) / temperature;
    if (a > 0) {
      above++;
      lack += sigmoid(-a);
    } else rest += sigmoid(a);
  }
  return above - k + (rest - lack);
}

function sigmoid(x: number): number {
  const z = Math.exp(-Math.abs(x));
  return x < 0 ? z / (1 + z) : 1 / (1 + z);
}

function rowOf(x: ArrayLike<number>, r: number, cols: number): Float64Array {
  return Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
}
