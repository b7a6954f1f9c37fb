import { sigmoidInPlace, tanhInPlace } from "../lib/activate";
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
import { fma } from "../lib/simd";
import { tanh4 } from "../lib/tanh";
import { matmulPacked, matmulPackedBytes, multiply } from "./matmul";

// The gates of a row lie side by side, in the order i, f, g, o: gates[T, B, 4·H].

/** Working memory of `lstmForward` and `lstmBackward`. */
export function lstmWorkBytes(steps: i32, batch: i32, inputs: i32, hidden: i32): usize {
  const packed = max(
    hiddenPackedBytes(4 * hidden, hidden),
    (matmulPackedBytes(hidden, 4 * hidden) + 63) & ~63,
  );
  return (
    packed + 2 * floatBytes(batch * hidden) + sequenceWorkBytes(steps, batch, inputs, hidden, 4 * hidden)
  );
}

/**
 * A whole sequence: gates = x · wIhᵀ + bIh + bHh for all steps at once, then gates[t] += h[t − 1] · wHhᵀ and the cell,
 * step by step.
 *
 * @param hsPtr    f32[T, B, H], each step's state; may be h0 where T = 1
 * @param csPtr    f32[T, B, H], each step's cell; may be c0 where T = 1
 * @param gatesPtr f32[T, B, 4·H], written in full: σ(i), σ(f), tanh(g), σ(o); not meaningful in masked rows
 * @param h0Ptr    f32[B, H], or 0 for zeros; c0Ptr, bIhPtr and bHhPtr (f32[4·H]) too
 * @param maskPtr  u8[T, B] or 0: where it is 0, the row's state and cell are copied
 */
export function lstmForward(
  hsPtr: usize,
  csPtr: usize,
  gatesPtr: usize,
  xPtr: usize,
  h0Ptr: usize,
  c0Ptr: usize,
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
  workPtr: usize,
): void {
  const width = 4 * hidden;
  const packedPtr = workPtr;
  const zerosPtr = packedPtr + hiddenPackedBytes(width, hidden);
  workPtr = zerosPtr + floatBytes(batch * hidden);
  memory.fill(zerosPtr, 0, floatBytes(batch * hidden));
  fillRows(gatesPtr, (<usize>width) << 2, steps * batch, width, bIhPtr, bHhPtr);
  multiply(
    gatesPtr,
    width,
    xPtr,
    inputs,
    false,
    wIhPtr,
    inputs,
    true,
    steps * batch,
    width,
    inputs,
    true,
    workPtr,
  );
  packHidden(packedPtr, wHhPtr, batch, width, hidden);
  let h = h0Ptr ? h0Ptr : zerosPtr;
  let c = c0Ptr ? c0Ptr : zerosPtr;
  for (let s = 0; s < steps; s++) {
    const row = timeAt(s, steps, reverse) * batch;
    const gates = rowAt(gatesPtr, row, width);
    if (h != zerosPtr) multiplyHidden(gates, width, h, wHhPtr, packedPtr, batch, width, hidden, workPtr);
    const hNext = rowAt(hsPtr, row, hidden);
    const cNext = rowAt(csPtr, row, hidden);
    cell(hNext, cNext, gates, h, c, maskPtr ? maskPtr + row : 0, batch, hidden);
    h = hNext;
    c = cNext;
  }
}

/**
 * One step in place with weights that `matmulPack` has packed: h, c ← LSTM(x, h, c).
 *
 * @param hPtr     f32[B, H]; cPtr too
 * @param gatesPtr f32[B, 4·H], overwritten
 * @param xPtr     f32[B, I]
 * @param wIhPtr   packed B[I, 4·H], the transpose of PyTorch's weight; wHhPtr: packed B[H, 4·H]
 * @param bIhPtr   f32[4·H], or 0 for zeros; bHhPtr too
 * @param workPtr  `lstmWorkBytes(1, batch, inputs, hidden)` bytes
 */
export function lstmStepPacked(
  hPtr: usize,
  cPtr: usize,
  gatesPtr: usize,
  xPtr: usize,
  wIhPtr: usize,
  wHhPtr: usize,
  bIhPtr: usize,
  bHhPtr: usize,
  batch: i32,
  inputs: i32,
  hidden: i32,
  workPtr: usize,
): void {
  const width = 4 * hidden;
  fillRows(gatesPtr, (<usize>width) << 2, batch, width, bIhPtr, bHhPtr);
  matmulPacked(gatesPtr, width, xPtr, inputs, false, wIhPtr, batch, width, inputs, true, workPtr);
  matmulPacked(gatesPtr, width, hPtr, hidden, false, wHhPtr, batch, width, hidden, true, workPtr);
  cell(hPtr, cPtr, gatesPtr, hPtr, cPtr, 0, batch, hidden);
}

/** gates ← σ(i), σ(f), tanh(g), σ(o); c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c'). */
function cell(
  hNext: usize,
  cNext: usize,
  gates: usize,
  h: usize,
  c: usize,
  maskPtr: usize,
  batch: i32,
  hidden: i32,
): void {
  const step: usize = (<usize>hidden) << 2;
  for (let b = 0; b < batch; b++) {
    if (maskPtr && !load<u8>(maskPtr + b)) {
      memory.copy(hNext, h, step);
      memory.copy(cNext, c, step);
    } else {
      const f = gates + step;
      const g = f + step;
      const o = g + step;
      sigmoidInPlace(gates, 2 * hidden);
      tanhInPlace(g, hidden);
      sigmoidInPlace(o, hidden);
      for (let j = 0; j < hidden; j += 4) {
        const at: usize = (<usize>j) << 2;
        const count = hidden - j;
        const written = f32x4.mul(loadLanes(gates + at, count), loadLanes(g + at, count));
        const cell = fma(loadLanes(f + at, count), loadLanes(c + at, count), written);
        storeLanes(cNext + at, cell, count);
        storeLanes(hNext + at, f32x4.mul(loadLanes(o + at, count), tanh4(cell)), count);
      }
    }
    hNext += step;
    cNext += step;
    gates += step << 2;
    h += step;
    c += step;
  }
}

/**
 * Adds the gradients of a whole sequence to every array that is given (not 0). `gates` goes in as `lstmForward` left it
 * and comes out as the gradient with respect to the sums before the activations.
 *
 * @param dhsPtr f32[T, B, H], the gradient of every step's state, or 0
 * @param dhTPtr f32[B, H], the gradient of the last step's state on top of that, or 0; dcTPtr: of the last cell
 */
export function lstmBackward(
  dxPtr: usize,
  dh0Ptr: usize,
  dc0Ptr: usize,
  dwIhPtr: usize,
  dwHhPtr: usize,
  dbIhPtr: usize,
  dbHhPtr: usize,
  gatesPtr: usize,
  dhsPtr: usize,
  dhTPtr: usize,
  dcTPtr: usize,
  xPtr: usize,
  h0Ptr: usize,
  c0Ptr: usize,
  maskPtr: usize,
  hsPtr: usize,
  csPtr: usize,
  wIhPtr: usize,
  wHhPtr: usize,
  steps: i32,
  batch: i32,
  inputs: i32,
  hidden: i32,
  reverse: bool,
  workPtr: usize,
): void {
  const width = 4 * hidden;
  const state = batch * hidden;
  const packedPtr = workPtr;
  const dh = packedPtr + ((matmulPackedBytes(hidden, width) + 63) & ~63);
  const dc = dh + floatBytes(state);
  workPtr = dc + floatBytes(state);
  copyOrClear(dh, dhTPtr, state);
  copyOrClear(dc, dcTPtr, state);
  packHiddenBack(packedPtr, wHhPtr, batch, width, hidden);
  for (let s = steps - 1; s >= 0; s--) {
    const row = timeAt(s, steps, reverse) * batch;
    const gates = rowAt(gatesPtr, row, width);
    const cPrevious = s == 0 ? c0Ptr : rowAt(csPtr, timeAt(s - 1, steps, reverse) * batch, hidden);
    const dhs = dhsPtr ? rowAt(dhsPtr, row, hidden) : 0;
    cellBackward(
      gates,
      dh,
      dc,
      dhs,
      rowAt(csPtr, row, hidden),
      cPrevious,
      maskPtr ? maskPtr + row : 0,
      batch,
      hidden,
    );
    if (s > 0 || dh0Ptr) {
      multiplyHiddenBack(dh, gates, width, wHhPtr, packedPtr, batch, width, hidden, workPtr);
    }
  }
  if (dh0Ptr) addTo(dh0Ptr, dh, state);
  if (dc0Ptr) addTo(dc0Ptr, dc, state);
  addHiddenGradient(dwHhPtr, gatesPtr, width, width, hsPtr, h0Ptr, steps, batch, hidden, reverse, workPtr);
  addInputGradients(dxPtr, dwIhPtr, gatesPtr, xPtr, wIhPtr, steps * batch, inputs, width, workPtr);
  addBiasGradients(dbIhPtr, dbHhPtr, gatesPtr, width, steps * batch, width, workPtr);
}

/**
 * gates ← the gradient before the activations; dc ← the gradient of the cell before; dh ← what reaches the state before
 * past the gates: nothing, or all of it in masked rows.
 */
function cellBackward(
  gates: usize,
  dh: usize,
  dc: usize,
  dhs: usize,
  c: usize,
  cPrevious: usize,
  maskPtr: usize,
  batch: i32,
  hidden: i32,
): void {
  const step: usize = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    if (maskPtr && !load<u8>(maskPtr + b)) {
      memory.fill(gates, 0, step << 2);
      if (dhs) addTo(dh, dhs, hidden);
    } else {
      for (let j = 0; j < hidden; j += 4) {
        const at: usize = (<usize>j) << 2;
        const count = hidden - j;
        const iPtr = gates + at;
        const fPtr = iPtr + step;
        const gPtr = fPtr + step;
        const oPtr = gPtr + step;
        let dState = loadLanes(dh + at, count);
        if (dhs) dState = f32x4.add(dState, loadLanes(dhs + at, count));
        storeLanes(dh + at, f32x4.splat(0), count);
        // h = o ⊙ tanh(c)
        const tanhC = tanh4(loadLanes(c + at, count));
        const o = loadLanes(oPtr, count);
        const dO = f32x4.mul(f32x4.mul(dState, tanhC), f32x4.mul(o, f32x4.sub(one, o)));
        storeLanes(oPtr, dO, count);
        const slope = f32x4.sub(one, f32x4.mul(tanhC, tanhC));
        const dCell = fma(f32x4.mul(dState, o), slope, loadLanes(dc + at, count));
        // c = f ⊙ c' + i ⊙ g
        const i = loadLanes(iPtr, count);
        const f = loadLanes(fPtr, count);
        const g = loadLanes(gPtr, count);
        storeLanes(dc + at, f32x4.mul(dCell, f), count);
        storeLanes(iPtr, f32x4.mul(f32x4.mul(dCell, g), f32x4.mul(i, f32x4.sub(one, i))), count);
        storeLanes(gPtr, f32x4.mul(f32x4.mul(dCell, i), f32x4.sub(one, f32x4.mul(g, g))), count);
        const before = cPrevious ? loadLanes(cPrevious + at, count) : f32x4.splat(0);
        storeLanes(fPtr, f32x4.mul(f32x4.mul(dCell, before), f32x4.mul(f, f32x4.sub(one, f))), count);
      }
    }
    gates += step << 2;
    dh += step;
    dc += step;
    if (dhs) dhs += step;
    c += step;
    if (cPrevious) cPrevious += step;
  }
}
