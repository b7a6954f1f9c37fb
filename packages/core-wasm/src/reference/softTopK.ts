interface SoftTopK {
  rows: number;
  cols: number;
  k: number;
  temperature?: number;
}

/** p_i = σ((x_i − λ) / τ), with λ such that the row adds up to k; λ by bisection. */
export function softTopK(x: ArrayLike<number>, options: SoftTopK): Float64Array {
  const { rows, cols } = options;
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    argumentsOf(x, r, options).forEach((a, c) => (out[r * cols + c] = sigmoid(a)));
  }
  return out;
}

/** s_i (dy_i − Σ s dy / Σ s) / τ, with s_i = p_i (1 − p_i): λ moves so that the sum stays. 0 where no s is left. */
export function softTopKBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  options: SoftTopK,
): Float64Array {
  const { rows, cols, temperature = 1 } = options;
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const s = argumentsOf(x, r, options).map((a) => sigmoid(a) * sigmoid(-a));
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

/**
 * (x − λ) / τ of a row, as (x − x_(k)) / τ − d: beside an x, λ itself would not have the digits that a small τ asks for. d is between
 * −g/τ − ln k, where k + 1 elements have at least k/(k + 1), and ln(n − k), where the n − k + 1 least have no more than 1 together.
 */
function argumentsOf(x: ArrayLike<number>, r: number, { cols, k, temperature = 1 }: SoftTopK): Float64Array {
  const row = Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
  if (!row.every(Number.isFinite)) return row.fill(NaN);
  if (k === 0 || k === cols) return row.fill(k === 0 ? -Infinity : Infinity);
  const sorted = row.toSorted((a, b) => b - a);
  const pivot = sorted[k - 1]!;
  const distances = row.map((x) => (x - pivot) / temperature);
  let low = (sorted[k]! - pivot) / temperature - Math.log(k);
  let high = Math.log(cols - k);
  for (;;) {
    const d = (low + high) / 2;
    const over = surplus(distances, d, k);
    // None: where the gap is so wide that both sides vanish, any level within it is right, but not those at its ends.
    if (over === 0 || d === low || d === high) return distances.map((a) => a - d);
    if (over > 0) low = d;
    else high = d;
  }
}

/** Σ p − k, from what p lacks to 1 above the level and has below it: exact also where the sum is k but for 1e-300. */
function surplus(distances: Float64Array, d: number, k: number): number {
  let [above, lack, rest] = [0, 0, 0];
  for (const distance of distances) {
    const a = distance - d;
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
