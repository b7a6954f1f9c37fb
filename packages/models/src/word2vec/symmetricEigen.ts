/** Rotations stop once all that is off the diagonal is that small beside the diagonal. */
const settled = 1e-15;

/** Cyclic Jacobi converges in fewer than ten sweeps; one that does not meets numbers that are not finite. */
const mostSweeps = 60;

/**
 * The eigenvalues of a symmetric matrix a: f64[n, n], falling, and its eigenvectors, the columns of `vectors`: f64[n, n]. By
 * Jacobi's rotations, in a fixed order, with square roots alone: the same bits in every engine.
 *
 * Ref: Golub and Van Loan, Matrix Computations, 8.5.
 */
export function symmetricEigen(a: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const matrix = a.slice();
  // Eigenvectors are kept as rows: a rotation then touches two lines of memory.
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(matrix, n) > settled * trace(matrix, n); sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(matrix, basis, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => matrix[j * n + j]! - matrix[i * n + i]!,
  );
  const values = Float64Array.from(order, (i) => matrix[i * n + i]!);
  const vectors = new Float64Array(n * n);
  for (const [column, row] of order.entries()) {
    for (let i = 0; i < n; i++) vectors[i * n + column] = basis[row * n + i]!;
  }
  return { values, vectors };
}

/** Makes the element (p, q) zero. */
function rotate(a: Float64Array, basis: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  rotateRows(a, n, p, q, c, s);
  rotateRows(basis, n, p, q, c, s);
}

function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += Math.abs(a[i * n + j]!);
  return sum;
}

function trace(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + i]!);
  return sum;
}
