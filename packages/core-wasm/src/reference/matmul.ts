import type { ActivationKind } from "../kernels/activations.js";
import { activation } from "./activations.js";

/** What the product looks like: as in the kernel of this name. */
export interface MatmulShape {
  m: number;
  n: number;
  k: number;
  transposeA?: boolean;
  transposeB?: boolean;
  batch?: number;
  broadcastB?: boolean;
}

/** out[i, j] = Σ_p a[i, p] · b[p, j] for each pair of the batch: three loops. */
export function matmul(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  shape: MatmulShape,
): Float64Array<ArrayBuffer> {
  const { m, n, k, transposeA = false, transposeB = false, batch = 1, broadcastB = false } = shape;
  const out = new Float64Array(batch * m * n);
  for (let product = 0; product < batch; product++) {
    const aOffset = product * m * k;
    const bOffset = broadcastB ? 0 : product * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          const aElement = a[aOffset + (transposeA ? p * m + i : i * k + p)]!;
          const bElement = b[bOffset + (transposeB ? j * k + p : p * n + j)]!;
          sum += aElement * bElement;
        }
        out[(product * m + i) * n + j] = sum;
      }
    }
  }
  return out;
}

/** What follows a product: as in the kernel of this name. */
export interface MatmulEpilogue {
  bias?: ArrayLike<number> | undefined;
  activation?: ActivationKind | undefined;
  residual?: ArrayLike<number> | undefined;
}

/** activation(c[i, j] + bias[j]) + residual[i, j], for c[m, n]. */
export function matmulEpilogue(
  c: ArrayLike<number>,
  n: number,
  { bias, activation: kind, residual }: MatmulEpilogue,
): Float64Array<ArrayBuffer> {
  const sums = Float64Array.from(c, (value, i) => value + (bias?.[i % n] ?? 0));
  const values = kind === undefined ? sums : activation(sums, { kind });
  return Float64Array.from(values, (value, i) => value + (residual?.[i] ?? 0));
}
