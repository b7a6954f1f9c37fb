import { matmulPack, matmulPacked, matmulPackedBytes, matmulWorkBytes, multiply } from "../kernels/matmul";
import { gemvColumns } from "./gemv";
import { loadLanes, storeLanes } from "./partial";
import { fewRows } from "./matmulProduct";

// What the recurrent kernels share. A sequence x[T, B, I] runs through `s` = 0, 1, … T − 1; the s-th step works on time s,
// or on time T − 1 − s in reverse. G is the width of all gates: H, 3·H or 4·H.

/** The time that the s-th step works on. */
// @ts-ignore: decorator
@inline
export function timeAt(s: i32, steps: i32, reverse: bool): i32 {
  return reverse ? steps - 1 - s : s;
}

/** Element `index` · `width` of an array of floats. */
// @ts-ignore: decorator
@inline
export function rowAt(ptr: usize, index: i32, width: i32): usize {
  return ptr + ((<usize>index * <usize>width) << 2);
}

/** out[r, j] = a[j] + b[j]: rows that start at their bias. An address of 0 is an array of zeros. */
export function fillRows(
  outPtr: usize,
  outStep: usize,
  rows: i32,
  cols: i32,
  aPtr: usize,
  bPtr: usize,
): void {
  if (rows == 0) return;
  copyOrClear(outPtr, aPtr, cols);
  if (bPtr) addTo(outPtr, bPtr, cols);
  for (let r = 1; r < rows; r++) memory.copy(outPtr + <usize>r * outStep, outPtr, (<usize>cols) << 2);
}

/** out += x */
export function addTo(outPtr: usize, xPtr: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const offset: usize = (<usize>i) << 2;
    storeLanes(
      outPtr + offset,
      f32x4.add(loadLanes(outPtr + offset, n - i), loadLanes(xPtr + offset, n - i)),
      n - i,
    );
  }
}

/** out = x, or zeros where x is left out (an address of 0). */
export function copyOrClear(outPtr: usize, xPtr: usize, n: i32): void {
  if (xPtr) memory.copy(outPtr, xPtr, (<usize>n) << 2);
  else memory.fill(outPtr, 0, (<usize>n) << 2);
}

/** Bytes for a float array, in whole vectors. */
// @ts-ignore: decorator
@inline
export function floatBytes(n: i32): usize {
  return ((<usize>n + 15) & ~15) << 2;
}

/** The bytes of a recurrent weight w[G, H] once packed for `multiplyHidden`. */
export function hiddenPackedBytes(gates: i32, hidden: i32): usize {
  return (matmulPackedBytes(gates, hidden) + 63) & ~63;
}

/** Packs w[G, H] for `multiplyHidden`, where the batch is large enough to use it. */
export function packHidden(packedPtr: usize, wPtr: usize, batch: i32, gates: i32, hidden: i32): void {
  if (batch > fewRows) matmulPack(packedPtr, wPtr, hidden, true, gates, hidden);
}

/** out[B, G] += h[B, H] · wᵀ, with bits that are those of `matmul`. */
export function multiplyHidden(
  outPtr: usize,
  outWidth: i32,
  hPtr: usize,
  wPtr: usize,
  packedPtr: usize,
  batch: i32,
  gates: i32,
  hidden: i32,
  workPtr: usize,
): void {
  if (batch > fewRows) {
    matmulPacked(outPtr, outWidth, hPtr, hidden, false, packedPtr, batch, gates, hidden, true, workPtr);
  } else {
    multiply(outPtr, outWidth, hPtr, hidden, false, wPtr, hidden, true, batch, gates, hidden, true, workPtr);
  }
}

/** Packs w[G, H] for `multiplyHiddenBack`. */
export function packHiddenBack(packedPtr: usize, wPtr: usize, batch: i32, gates: i32, hidden: i32): void {
  if (batch > 1) matmulPack(packedPtr, wPtr, hidden, false, hidden, gates);
}

/** dh[B, H] += d[B, G] · w, with the rows of d `dWidth` apart. */
export function multiplyHiddenBack(
  dhPtr: usize,
  dPtr: usize,
  dWidth: i32,
  wPtr: usize,
  packedPtr: usize,
  batch: i32,
  gates: i32,
  hidden: i32,
  workPtr: usize,
): void {
  if (batch > 1)
    matmulPacked(dhPtr, hidden, dPtr, dWidth, false, packedPtr, batch, hidden, gates, true, workPtr);
  else multiply(dhPtr, hidden, dPtr, dWidth, false, wPtr, hidden, false, batch, hidden, gates, true, workPtr);
}

/** Working memory for all products of a sequence with G gates. */
export function sequenceWorkBytes(steps: i32, batch: i32, inputs: i32, hidden: i32, gates: i32): usize {
  const rows = steps * batch;
  let bytes = max(matmulWorkBytes(rows, gates, inputs), matmulWorkBytes(batch, gates, hidden));
  bytes = max(bytes, max(matmulWorkBytes(batch, hidden, gates), matmulWorkBytes(rows, inputs, gates)));
  bytes = max(bytes, max(matmulWorkBytes(gates, inputs, rows), matmulWorkBytes(gates, hidden, rows)));
  return max(bytes, floatBytes(rows) + floatBytes(gates));
}

/**
 * dw[G, H] += Σ_t d[t]ᵀ · h[t − 1], where h[−1] is h0: one product over all steps but the first, and one for that.
 *
 * @param dPtr  f32[T, B, ·] with rows `dWidth` apart, of which G are used
 * @param hsPtr f32[T, B, H]
 * @param h0Ptr f32[B, H], or 0 for zeros
 */
export function addHiddenGradient(
  dwPtr: usize,
  dPtr: usize,
  dWidth: i32,
  gates: i32,
  hsPtr: usize,
  h0Ptr: usize,
  steps: i32,
  batch: i32,
  hidden: i32,
  reverse: bool,
  workPtr: usize,
): void {
  if (!dwPtr || !steps) return;
  const rows = (steps - 1) * batch;
  const first = rowAt(dPtr, timeAt(0, steps, reverse) * batch, dWidth);
  // The steps that have one before them in time, and the states that come before those.
  const later = reverse ? dPtr : rowAt(dPtr, batch, dWidth);
  const before = reverse ? rowAt(hsPtr, batch, hidden) : hsPtr;
  multiply(dwPtr, hidden, later, dWidth, true, before, hidden, false, gates, hidden, rows, true, workPtr);
  if (h0Ptr)
    multiply(dwPtr, hidden, first, dWidth, true, h0Ptr, hidden, false, gates, hidden, batch, true, workPtr);
}

/** dw[G, I] += dᵀ · x and dx += d · w over all rows of all steps; each where it is wanted (not 0). */
export function addInputGradients(
  dxPtr: usize,
  dwPtr: usize,
  dPtr: usize,
  xPtr: usize,
  wPtr: usize,
  rows: i32,
  inputs: i32,
  gates: i32,
  workPtr: usize,
): void {
  if (dwPtr)
    multiply(dwPtr, inputs, dPtr, gates, true, xPtr, inputs, false, gates, inputs, rows, true, workPtr);
  if (dxPtr)
    multiply(dxPtr, inputs, dPtr, gates, false, wPtr, inputs, false, rows, inputs, gates, true, workPtr);
}

/** db += the column sums of d[rows, cols], for each of two biases that is wanted (not 0). */
export function addBiasGradients(
  dbIhPtr: usize,
  dbHhPtr: usize,
  dPtr: usize,
  dWidth: i32,
  rows: i32,
  cols: i32,
  workPtr: usize,
): void {
  if (!dbIhPtr && !dbHhPtr) return;
  const onesPtr = workPtr;
  const sumsPtr = workPtr + floatBytes(rows);
  for (let r = 0; r < rows; r++) store<f32>(rowAt(onesPtr, r, 1), 1);
  gemvColumns(sumsPtr, onesPtr, dPtr, (<usize>dWidth) << 2, cols, rows, false);
  if (dbIhPtr) addTo(dbIhPtr, sumsPtr, cols);
  if (dbHhPtr) addTo(dbHhPtr, sumsPtr, cols);
}
