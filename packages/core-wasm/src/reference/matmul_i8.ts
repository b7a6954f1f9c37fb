/** Weights as whole numbers −127 to 127, values: i8[n, k], with a scale for each column of the product. */
interface Quantized {
  values: ArrayLike<number>;
  scales: ArrayLike<number>;
}

/**
 * scale[j] = max_p |w[p, j]| / 127 and value[j, p] = nearest(w[p, j] · (127 / max_p |w[p, j]|)). What float32 rounds decides
 * whole numbers here, so it is part of the specification.
 *
 * @param w f32[k, n], or f32[n, k] if `transposeB`
 */
export function quantizeColumns(
  w: ArrayLike<number>,
  { n, k, transposeB = false }: { n: number; k: number; transposeB?: boolean },
): { values: Int8Array; scales: Float32Array } {
  const [values, scales] = [new Int8Array(n * k), new Float32Array(n)];
  for (let j = 0; j < n; j++) {
    const column = Array.from({ length: k }, (_, p) => w[transposeB ? j * k + p : p * n + j]!);
    const greatest = Math.max(0, ...column.map(Math.abs));
    scales[j] = normal(greatest / 127);
    if (scales[j] === 0) continue;
    for (let p = 0; p < k; p++) values[j * k + p] = nearest(column[p]! * (127 / greatest));
  }
  return { values, scales };
}

/** x[p] ≈ (q[p] − zero) · scale with q from 0 to 127 over a range that includes 0. */
export function quantizeRow(x: ArrayLike<number>): { q: number[]; zero: number; scale: number } {
  const values = Array.from(x);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  if (!values.every(Number.isFinite)) return { q: values.map(() => 0), zero: 0, scale: NaN };
  const scale = normal((high - low) / 127);
  if (scale === 0) return { q: values.map(() => 0), zero: 0, scale };
  const inverse = Math.fround(127 / (high - low));
  const zero = nearest(Math.fround(-low * inverse));
  const q = values.map((v) => Math.min(Math.max(nearest(Math.fround(v * inverse) + zero), 0), 127));
  return { q, zero, scale };
}

/** out[i, j] = scale[i] · wScale[j] · Σ_p (q[i, p] − zero[i]) · value[j, p] + bias[j]: the kernel's bits. */
export function matmul_i8(
  x: ArrayLike<number>,
  { values, scales }: Quantized,
  { m, n, k, bias }: { m: number; n: number; k: number; bias?: ArrayLike<number> | undefined },
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    const row = quantizeRow(Array.from({ length: k }, (_, p) => x[i * k + p]!));
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += (row.q[p]! - row.zero) * values[j * k + p]!;
      const product = Math.fround(Math.fround(row.scale * scales[j]!) * Math.fround(sum));
      out[i * n + j] = bias ? product + bias[j]! : product;
    }
  }
  return out;
}

/** In float32, with 0 for what would be denormal. */
function normal(scale: number): number {
  const rounded = Math.fround(scale);
  return rounded < 2 ** -126 ? 0 : rounded;
}

/** The nearest whole number, the even one of two. */
function nearest(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
}
