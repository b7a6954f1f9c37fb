import type { SmoothMaxKind } from "../kernels/smoothMax.js";

interface SmoothMax {
  rows: number;
  cols: number;
  kind: SmoothMaxKind;
  temperature?: number;
}

/** A smooth maximum of each row; of the p-norm, p = 1/τ. */
export function smoothMax(x: ArrayLike<number>, options: SmoothMax): Float64Array {
  const { rows, cols, kind, temperature = 1 } = options;
  return Float64Array.from({ length: rows }, (_, r) => rowMax(kind, rowOf(x, r, cols), temperature));
}

/** dy[r] · ∂out[r] / ∂x[r, c]. */
export function smoothMaxBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { rows, cols, kind, temperature = 1 }: SmoothMax,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const row = rowOf(x, r, cols);
    const y = rowMax(kind, row, temperature);
    const slopes = kind === "pNorm" ? normSlopes(row, temperature) : shares(row, temperature);
    if (kind === "boltzmann") {
      // −∞ has no share, and 0 · ∞ is none either.
      slopes.forEach((p, c) => (slopes[c] = p === 0 ? 0 : p * (1 + (row[c]! - y) / temperature)));
    }
    slopes.forEach((slope, c) => (dx[r * cols + c] = dy[r]! * slope));
  }
  return dx;
}

function rowMax(kind: SmoothMaxKind, row: Float64Array, temperature: number): number {
  if (kind === "pNorm") {
    const greatest = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (greatest === 0 || !Number.isFinite(greatest)) return greatest;
    return greatest * sumOfPowers(row, greatest, 1 / temperature) ** temperature;
  }
  const greatest = row.reduce((most, x) => Math.max(most, x), -Infinity);
  if (!Number.isFinite(greatest)) return greatest;
  const e = row.map((x) => Math.exp((x - greatest) / temperature));
  const sum = e.reduce((sum, e) => sum + e, 0);
  if (kind === "boltzmann") {
    return greatest + e.reduce((sum, e, c) => (e === 0 ? sum : sum + e * (row[c]! - greatest)), 0) / sum;
  }
  return greatest + temperature * Math.log(kind === "mellowmax" ? sum / row.length : sum);
}

/** softmax(row / τ). */
function shares(row: Float64Array, temperature: number): Float64Array {
  const greatest = row.reduce((most, x) => Math.max(most, x), -Infinity);
  const e = row.map((x) => Math.exp((x - greatest) / temperature));
  const sum = e.reduce((sum, e) => sum + e, 0);
  return e.map((e) => e / sum);
}

/** sign(x) (|x| / ‖x‖_p)^(p − 1); 0 for a row of zeros. */
function normSlopes(row: Float64Array, temperature: number): Float64Array {
  const greatest = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (greatest === 0) return row.map(() => 0);
  const p = 1 / temperature;
  const scale = sumOfPowers(row, greatest, p) ** (temperature - 1);
  return row.map((x) => Math.sign(x) * (Math.abs(x) / greatest) ** (p - 1) * scale);
}

function sumOfPowers(row: Float64Array, greatest: number, p: number): number {
  return row.reduce((sum, x) => sum + (Math.abs(x) / greatest) ** p, 0);
}

function rowOf(x: ArrayLike<number>, r: number, cols: number): Float64Array {
  return Float64Array.from({ length: cols }, (_, c) => x[r * cols + c]!);
}
