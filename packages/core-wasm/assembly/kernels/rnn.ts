import { tanhInPlace } from "../lib/activate";
import { loadLanes, storeLanes } from "../lib/partial";
import {
  addBiasGradients,
  addHiddenGradient,
  addInputGradients,
  addTo,
  copyOrClear,
  fillRows,
  floatBytes,
  hiddenPackedBytes,
  multiplyHidden,
  multiplyHiddenBack,
  packHidden,
  packHiddenBack,
  rowAt,
  sequenceWorkBytes,
  timeAt,
} from "../lib/recurrent";
import { multiply } from "./matmul";

/** Working memory of `rnnForward` and `rnnBackward`. */
export function rnnWorkBytes(steps: i32, batch: i32, inputs: i32, hidden: i32): usize {
  return (
    hiddenPackedBytes(hidden, hidden) +
    floatBytes(batch * hidden) +
    floatBytes(steps * batch * hidden) +
    sequenceWorkBytes(steps, batch, inputs, hidden, hidden)
  );
}

/**
 * A whole sequence: x · wIhᵀ + bIh + bHh for all steps at once, then += h[t − 1] · wHhᵀ and the nonlinearity, step by step.
 *
 * @param hsPtr   f32[T, B, H], each step's state
 * @param h0Ptr   f32[B, H], or 0 for zeros; bIhPtr and bHhPtr (f32[H]) too
 * @param maskPtr u8[T, B] or 0: where it is 0, the row's state is copied
 * @param relu    max(0, ·) instead of tanh
 */
export function rnnForward(
  hsPtr: usize,
  xPtr: usize,
  h0Ptr: usize,
  maskPtr: usize,
  wIhPtr: usize,
  wHhPtr: usize,
  bIhPtr: usize,
  bHhPtr: usize,
  steps: i32,
  batch: i32,
  inputs: i32,
  hidden: i32,
  reverse: bool,
  relu: bool,
  workPtr: usize,
): void {
  const rows = steps * batch;
  const packedPtr = workPtr;
  const sumsPtr = packedPtr + hiddenPackedBytes(hidden, hidden);
  workPtr = sumsPtr + floatBytes(rows * hidden);
  fillRows(sumsPtr, (<usize>hidden) << 2, rows, hidden, bIhPtr, bHhPtr);
  multiply(sumsPtr, hidden, xPtr, inputs, false, wIhPtr, inputs, true, rows, hidden, inputs, true, workPtr);
  packHidden(packedPtr, wHhPtr, batch, hidden, hidden);
  let h = h0Ptr;
  for (let s = 0; s < steps; s++) {
    const row = timeAt(s, steps, reverse) * batch;
    const sums = rowAt(sumsPtr, row, hidden);
    if (h) multiplyHidden(sums, hidden, h, wHhPtr, packedPtr, batch, hidden, hidden, workPtr);
    if (relu) rectify(sums, batch * hidden);
    else tanhInPlace(sums, batch * hidden);
    const hNext = rowAt(hsPtr, row, hidden);
    for (let b = 0; b < batch; b++) {
      const masked = maskPtr && !load<u8>(maskPtr + row + b);
      const from = masked ? (h ? rowAt(h, b, hidden) : 0) : rowAt(sums, b, hidden);
      copyOrClear(rowAt(hNext, b, hidden), from, hidden);
    }
    h = hNext;
  }
}

/** x[i] = max(0, x[i]), and NaN stays NaN. */
function rectify(xPtr: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at: usize = xPtr + ((<usize>i) << 2);
    storeLanes(at, f32x4.max(loadLanes(at, n - i), f32x4.splat(0)), n - i);
  }
}

/**
 * Adds the gradients of a whole sequence to every array that is given (not 0).
 *
 * @param dhsPtr f32[T, B, H], the gradient of every step's state, or 0
 * @param dhTPtr f32[B, H], the gradient of the last step's state on top of that, or 0
 */
export function rnnBackward(
  dxPtr: usize,
  dh0Ptr: usize,
  dwIhPtr: usize,
  dwHhPtr: usize,
  dbIhPtr: usize,
  dbHhPtr: usize,
  dhsPtr: usize,
  dhTPtr: usize,
  xPtr: usize,
  h0Ptr: usize,
  maskPtr: usize,
  hsPtr: usize,
  wIhPtr: usize,
  wHhPtr: usize,
  steps: i32,
  batch: i32,
  inputs: i32,
  hidden: i32,
  reverse: bool,
  relu: bool,
  workPtr: usize,
): void {
  const rows = steps * batch;
  const state = batch * hidden;
  const packedPtr = workPtr;
  const dh = packedPtr + hiddenPackedBytes(hidden, hidden);
  const sumsPtr = dh + floatBytes(state);
  workPtr = sumsPtr + floatBytes(rows * hidden);
  copyOrClear(dh, dhTPtr, state);
  packHiddenBack(packedPtr, wHhPtr, batch, hidden, hidden);
  for (let s = steps - 1; s >= 0; s--) {
    const row = timeAt(s, steps, reverse) * batch;
    const d = rowAt(sumsPtr, row, hidden);
    if (dhsPtr) addTo(dh, rowAt(dhsPtr, row, hidden), state);
    throughNonlinearity(d, dh, rowAt(hsPtr, row, hidden), maskPtr ? maskPtr + row : 0, batch, hidden, relu);
    if (s > 0 || dh0Ptr) multiplyHiddenBack(dh, d, hidden, wHhPtr, packedPtr, batch, hidden, hidden, workPtr);
  }
  if (dh0Ptr) addTo(dh0Ptr, dh, state);
  addHiddenGradient(dwHhPtr, sumsPtr, hidden, hidden, hsPtr, h0Ptr, steps, batch, hidden, reverse, workPtr);
  addInputGradients(dxPtr, dwIhPtr, sumsPtr, xPtr, wIhPtr, rows, inputs, hidden, workPtr);
  addBiasGradients(dbIhPtr, dbHhPtr, sumsPtr, hidden, rows, hidden, workPtr);
}

/** d ← the gradient before the nonlinearity, dh ← 0; in masked rows d ← 0 and dh stays. */
function throughNonlinearity(
  d: usize,
  dh: usize,
  h: usize,
  maskPtr: usize,
  batch: i32,
  hidden: i32,
  relu: bool,
): void {
  const step: usize = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    if (maskPtr && !load<u8>(maskPtr + b)) {
      memory.fill(d, 0, step);
    } else {
      for (let j = 0; j < hidden; j += 4) {
        const at: usize = (<usize>j) << 2;
        const count = hidden - j;
        const state = loadLanes(h + at, count);
        const slope = relu
          ? v128.and(f32x4.gt(state, f32x4.splat(0)), one)
          : f32x4.sub(one, f32x4.mul(state, state));
        storeLanes(d + at, f32x4.mul(loadLanes(dh + at, count), slope), count);
      }
      memory.fill(dh, 0, step);
    }
    d += step;
    dh += step;
    h += step;
  }
}
