import { leastScale, packActivations } from "../lib/int8Rows";
import { int8Tile, panelColumns, rowBytes, rowsOfTile, stepBytes, stepDepth, stepsOf } from "../lib/int8Tile";

// Packed weights are one block of ⌈n / 8⌉ · (⌈k / 4⌉ · 32 + 64) bytes: panels in the order of lib/int8Tile.ts, with zeros
// beyond n and k; then for each column the sum of its weights (i32), and for each its scale (f32). The order of the weights
// differs between the variants.

/** The rows that are quantised together: with a panel of weights they stay in the second-level cache. */
const blockRows: i32 = 64;

function panelsOf(n: i32): usize {
  return (n + panelColumns - 1) / panelColumns;
}

/** The bytes of one number for each column, filled up to whole panels. */
function columnBytes(n: i32): usize {
  return panelsOf(n) * (panelColumns << 2);
}

function sumsOffset(n: i32, k: i32): usize {
  return panelsOf(n) * <usize>stepsOf(k) * stepBytes;
}

function scalesOffset(n: i32, k: i32): usize {
  return sumsOffset(n, k) + columnBytes(n);
}

/** The bytes of working memory that `matmul_i8` needs. */
export function matmul_i8WorkBytes(m: i32, n: i32, k: i32): usize {
  return columnBytes(n) + <usize>min(m, blockRows) * (8 + <usize>stepsOf(k) * rowBytes);
}

/** Where column j has its weight p. */
// @ts-ignore: decorator
@inline
function weightAt(packedPtr: usize, k: i32, j: i32, p: i32): usize {
  const step = <usize>(j / panelColumns) * stepsOf(k) + p / stepDepth;
  return packedPtr + step * stepBytes + (j % panelColumns) * stepDepth + (p % stepDepth);
}

/**
 * Quantises and packs a matrix of floats, each column of the product by itself:
 *
 *     scale[j] = max_p |w[j, p]| / 127,  q[j, p] = nearest(w[j, p] · (127 / max_p |w[j, p]|))
 *
 * in float64, ties to the even neighbour. A column whose scale would be denormal becomes zeros.
 *
 * @param packedPtr zeros, as many as packed weights take
 * @param wPtr      f32[k, n], or f32[n, k] if `byColumns`
 * @returns the first column with a weight that is not finite, −1 if there is none
 */
export function matmul_i8Quantize(packedPtr: usize, wPtr: usize, byColumns: bool, n: i32, k: i32): i32 {
  const columnStep: usize = byColumns ? (<usize>k) << 2 : 4;
  const weightStep: usize = byColumns ? 4 : (<usize>n) << 2;
  for (let j = 0; j < n; j++) {
    let greatest: f32 = 0;
    let from = wPtr;
    for (let p = 0; p < k; p++) {
      greatest = max(greatest, abs(load<f32>(from)));
      from += weightStep;
    }
    if (!(greatest < Infinity)) return j;
    let scale = <f32>(<f64>greatest / 127);
    if (scale < leastScale) scale = 0;
    const inverse: f64 = scale > 0 ? 127 / <f64>greatest : 0;
    let sum = 0;
    from = wPtr;
    for (let p = 0; p < k; p++) {
      const q = <i32>nearest(<f64>load<f32>(from) * inverse);
      store<i8>(weightAt(packedPtr, k, j, p), <i8>q);
      sum += q;
      from += weightStep;
    }
    setColumn(packedPtr, n, k, j, sum, scale);
    wPtr += columnStep;
  }
  return -1;
}

/** Packs weights that are quantised already: values: i8[n, k], scales: f32[n]; `packedPtr` as in `matmul_i8Quantize`. */
export function matmul_i8Pack(packedPtr: usize, valuesPtr: usize, scalesPtr: usize, n: i32, k: i32): void {
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let p = 0; p < k; p++) {
      const q = load<i8>(valuesPtr + <usize>p);
      store<i8>(weightAt(packedPtr, k, j, p), q);
      sum += q;
    }
    setColumn(packedPtr, n, k, j, sum, load<f32>(scalesPtr + ((<usize>j) << 2)));
    valuesPtr += k;
  }
}

/** The weights and scales that `matmul_i8Pack` took, or `matmul_i8Quantize` made. */
export function matmul_i8Unpack(valuesPtr: usize, scalesPtr: usize, packedPtr: usize, n: i32, k: i32): void {
  memory.copy(scalesPtr, packedPtr + scalesOffset(n, k), (<usize>n) << 2);
  for (let j = 0; j < n; j++) {
    for (let p = 0; p < k; p++) store<i8>(valuesPtr + <usize>p, load<i8>(weightAt(packedPtr, k, j, p)));
    valuesPtr += k;
  }
}

function setColumn(packedPtr: usize, n: i32, k: i32, j: i32, sum: i32, scale: f32): void {
  store<i32>(packedPtr + sumsOffset(n, k) + ((<usize>j) << 2), sum);
  store<f32>(packedPtr + scalesOffset(n, k) + ((<usize>j) << 2), scale);
}

/**
 * out[i, j] = scale[i] · wScale[j] · Σ_p (q[i, p] − zero[i]) · w[j, p] + bias[j], with rows of x quantised on the way
 * (lib/int8Rows.ts). The sum is exact in whole numbers for k ≤ 132104 (128 · 127 · k < 2³¹). What follows it is float32
 * arithmetic in a fixed order, nothing fused: the same bits on every machine and in each variant.
 *
 * @param outPtr    f32[m, n]
 * @param xPtr      f32[m, k]
 * @param packedPtr from `matmul_i8Quantize` or `matmul_i8Pack`
 * @param biasPtr   f32[n], or 0
 * @param first     a multiple of 8; of the n columns, `columns` from this one on are computed
 * @param workPtr   `matmul_i8WorkBytes(m, n, k)` bytes, aligned to 16
 */
export function matmul_i8(
  outPtr: usize,
  xPtr: usize,
  packedPtr: usize,
  biasPtr: usize,
  m: i32,
  n: i32,
  k: i32,
  first: i32,
  columns: i32,
  workPtr: usize,
): void {
  const steps = stepsOf(k);
  const panelBytes = <usize>steps * stepBytes;
  const sumsPtr = packedPtr + sumsOffset(n, k);
  const scalesPtr = packedPtr + scalesOffset(n, k);
  const outStep = (<usize>n) << 2;
  // The bias, filled up to whole panels.
  if (biasPtr) memory.copy(workPtr, biasPtr, outStep);
  const rowsPtr = workPtr + columnBytes(n);
  const activationsPtr = rowsPtr + ((<usize>min(m, blockRows)) << 3);
  for (let i = 0; i < m; i += blockRows) {
    const rows = min(blockRows, m - i);
    packActivations(activationsPtr, rowsPtr, xPtr + ((<usize>i * k) << 2), rows, k);
    const outRowsPtr = outPtr + <usize>i * outStep;
    for (let j = first; j < first + columns; j += panelColumns) {
      const at = (<usize>j) << 2;
      const panelPtr = packedPtr + <usize>(j / panelColumns) * panelBytes;
      for (let r = 0; r < rows; r += rowsOfTile) {
        int8Tile(
          min(rowsOfTile, rows - r),
          outRowsPtr + <usize>r * outStep + at,
          outStep,
          min(panelColumns, first + columns - j),
          activationsPtr + <usize>r * steps * rowBytes,
          rowsPtr + ((<usize>r) << 3),
          panelPtr,
          steps,
          sumsPtr + at,
          scalesPtr + at,
          biasPtr ? workPtr + at : 0,
        );
      }
    }
  }
}
