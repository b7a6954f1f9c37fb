import { addTo, fillNaN } from "../lib/scalar64";
import { placeOf, sortRow } from "../lib/sortRow";

/** Bytes of working memory: keys and their copy, and a sum and an end for each block. */
export function softSortWorkBytes(cols: usize): usize {
  return 28 * cols;
}

/**
 * out[r, ·] = the point of the permutahedron of x[r, ·] nearest to ρ / τ, ascending: in each block of the sorted row
 * (ρ_i − mean ρ) / τ + mean x.
 *
 * @param outPtr f32[rows, cols]
 */
export function softSort(outPtr: usize, xPtr: usize, rows: usize, cols: usize, temperature: f64, workPtr: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    if (!place(xPtr, cols, workPtr)) {
      fillNaN(outPtr, cols);
      continue;
    }
    const blocks = pool(false, xPtr, cols, temperature, workPtr);
    for (let b: usize = 0, begin: usize = 0; b < blocks; b++) {
      const end = endOf(workPtr, cols, b);
      const mean = meanOf(xPtr, workPtr, begin, end);
      const middle = <f64>(begin + end - 1) * 0.5;
      for (; begin < end; begin++) {
        store<f32>(outPtr + (begin << 2), <f32>((<f64>begin - middle) / temperature + mean));
      }
    }
  }
}

/** dx[r, ·] += the block's mean of dy, for each element of the block. */
export function softSortBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  rows: usize,
  cols: usize,
  temperature: f64,
  workPtr: usize,
): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    if (!place(xPtr, cols, workPtr)) {
      fillNaN(dxPtr, cols);
      continue;
    }
    const blocks = pool(false, xPtr, cols, temperature, workPtr);
    for (let b: usize = 0, begin: usize = 0; b < blocks; b++) {
      const end = endOf(workPtr, cols, b);
      let sum: f64 = 0;
      for (let i = begin; i < end; i++) sum += <f64>load<f32>(dyPtr + (i << 2));
      const mean = sum / <f64>(end - begin);
      for (; begin < end; begin++) addTo(dxPtr + (placeOf(workPtr, begin) << 2), mean);
    }
  }
}

/**
 * out[r, ·] = the point of the permutahedron of ρ nearest to x[r, ·] / τ: in each block of the sorted row
 * (x_i − mean x) / τ + mean ρ.
 *
 * @param outPtr f32[rows, cols]
 */
export function softRank(outPtr: usize, xPtr: usize, rows: usize, cols: usize, temperature: f64, workPtr: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, outPtr += stride, xPtr += stride) {
    if (!place(xPtr, cols, workPtr)) {
      fillNaN(outPtr, cols);
      continue;
    }
    const blocks = pool(true, xPtr, cols, temperature, workPtr);
    for (let b: usize = 0, begin: usize = 0; b < blocks; b++) {
      const end = endOf(workPtr, cols, b);
      const mean = meanOf(xPtr, workPtr, begin, end);
      const middle = <f64>(begin + end + 1) * 0.5;
      for (; begin < end; begin++) {
        const at = placeOf(workPtr, begin) << 2;
        store<f32>(outPtr + at, <f32>((<f64>load<f32>(xPtr + at) - mean) / temperature + middle));
      }
    }
  }
}

/** dx[r, ·] += (dy − the block's mean of dy) / τ. */
export function softRankBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  rows: usize,
  cols: usize,
  temperature: f64,
  workPtr: usize,
): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++, dxPtr += stride, dyPtr += stride, xPtr += stride) {
    if (!place(xPtr, cols, workPtr)) {
      fillNaN(dxPtr, cols);
      continue;
    }
    const blocks = pool(true, xPtr, cols, temperature, workPtr);
    for (let b: usize = 0, begin: usize = 0; b < blocks; b++) {
      const end = endOf(workPtr, cols, b);
      const mean = meanOf(dyPtr, workPtr, begin, end);
      for (; begin < end; begin++) {
        const at = placeOf(workPtr, begin) << 2;
        addTo(dxPtr + at, (<f64>load<f32>(dyPtr + at) - mean) / temperature);
      }
    }
  }
}

/** Sorts the row; false if it is not all finite. */
function place(xPtr: usize, cols: usize, workPtr: usize): bool {
  let zeros: f32 = 0;
  for (let i: usize = 0; i < cols; i++) zeros += load<f32>(xPtr + (i << 2)) * 0;
  if (zeros != 0) return false;
  sortRow(workPtr, xPtr, cols, workPtr + (cols << 3));
  return true;
}

/**
 * The blocks of the non-decreasing row nearest to y (pool adjacent violators), y_i = x_i / τ − i for ranks and i / τ − x_i for sorting.
 * Leaves each block's end behind the sums, and says how many there are. Linear: each step makes a block or takes one away.
 */
function pool(ranks: bool, xPtr: usize, cols: usize, temperature: f64, workPtr: usize): usize {
  const sumsPtr = workPtr + 16 * cols;
  const endsPtr = workPtr + 24 * cols;
  // The block at the end, and the others as a stack.
  let blocks: usize = 0;
  for (let i: usize = 0; i < cols; i++) {
    const x = <f64>load<f32>(xPtr + (placeOf(workPtr, i) << 2));
    let sum = ranks ? x / temperature - <f64>(i + 1) : <f64>(i + 1) / temperature - x;
    let begin = i;
    while (blocks > 0) {
      const before = blocks > 1 ? <usize>load<u32>(endsPtr + ((blocks - 2) << 2)) : 0;
      const sumBefore = load<f64>(sumsPtr + ((blocks - 1) << 3));
      if (!(sumBefore / <f64>(begin - before) > sum / <f64>(i + 1 - begin))) break;
      sum = sumBefore + sum;
      begin = before;
      blocks--;
    }
    store<f64>(sumsPtr + (blocks << 3), sum);
    store<u32>(endsPtr + (blocks << 2), <u32>(i + 1));
    blocks++;
  }
  return blocks;
}

// @ts-ignore: decorator
@inline
function endOf(workPtr: usize, cols: usize, block: usize): usize {
  return <usize>load<u32>(workPtr + 24 * cols + (block << 2));
}

/** The mean over the elements that stand at [begin, end) once they are sorted. */
function meanOf(valuesPtr: usize, keysPtr: usize, begin: usize, end: usize): f64 {
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) sum += <f64>load<f32>(valuesPtr + (placeOf(keysPtr, i) << 2));
  return sum / <f64>(end - begin);
}
