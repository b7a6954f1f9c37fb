import type { Pacer } from "../optim/pacer.js";

/** A matrix of which most is 0, by rows: f64[rows, columns]. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** f64[rows + 1]: where each row begins in the two lists below, and at last where they end. */
  readonly starts: Float64Array;
  /** The columns of what is not 0, ascending in a row. */
  readonly columnIds: Int32Array;
  readonly values: Float64Array;
}

/** How many multiplications are done between two looks at the clock. */
const productsAtOnce = 1 << 20;

/**
 * The product with a dense matrix: f64[rows, n] from x: f64[columns, n]; with `transposed`, f64[columns, n] from x: f64[rows, n].
 * Sums run in the order of the sparse matrix.
 */
export async function sparseProduct(
  { rows, columns, starts, columnIds, values }: SparseMatrix,
  x: Float64Array,
  n: number,
  { transposed, pacer }: { transposed: boolean; pacer: Pacer },
): Promise<Float64Array> {
  const out = new Float64Array((transposed ? columns : rows) * n);
  let products = 0;
  for (let row = 0; row < rows; row++) {
    const end = starts[row + 1]!;
    for (let at = starts[row]!; at < end; at++) {
      const [from, to] = transposed ? [row, columnIds[at]!] : [columnIds[at]!, row];
      addScaled(out, to * n, x, from * n, values[at]!, n);
    }
    products += (end - starts[row]!) * n;
    if (products >= productsAtOnce) {
      products = 0;
      if (pacer.due) await pacer.pause();
    }
  }
  return out;
}

function addScaled(
  out: Float64Array,
  to: number,
  x: Float64Array,
  from: number,
  scale: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) out[to + j]! += scale * x[from + j]!;
}
