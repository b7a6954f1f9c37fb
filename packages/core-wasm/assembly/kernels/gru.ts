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
import { multiply } from "./matmul";

// The gates of a row lie side by side, in the order r, z, n: gates[T, B, 3·H]. The candidate n sees the state in one of
// two ways, and the state's weights fall into two parts accordingly: rows r and z (2·H of them), and rows n.
//
//   reset after the product (PyTorch, cuDNN):   n = tanh(x · Wᵀ + b + r ⊙ (h · W'ᵀ + b'))   kept: inner = h · W'ᵀ + b'
//   reset before it (Keras with reset_after=False):  n = tanh(x · Wᵀ + b + (r ⊙ h) · W'ᵀ + b')   kept: inner = r ⊙ h

/** Working memory of `gruForward` and `gruBackward`. */
export function gruWorkBytes(steps: i32, batch: i32, inputs: i32, hidden: i32): usize {
  return (
    hiddenPackedBytes(2 * hidden, hidden) +
    hiddenPackedBytes(hidden, 2 * hidden) +
    2 * hiddenPackedBytes(hidden, hidden) +
    2 * floatBytes(batch * hidden) +
    sequenceWorkBytes(steps, batch, inputs, hidden, 3 * hidden)
  );
}

/**
 * A whole sequence.
 *
 * @param hsPtr    f32[T, B, H], each step's state; may be h0 where T = 1
 * @param gatesPtr f32[T, B, 3·H], written in full: σ(r), σ(z), tanh(n); not meaningful in masked rows
 * @param innerPtr f32[T, B, H], written in full: what is kept of the candidate, see above
 * @param h0Ptr    f32[B, H], or 0 for zeros; bIhPtr and bHhPtr (f32[3·H]) too
 * @param maskPtr  u8[T, B] or 0: where it is 0, the row's state is copied
 */
export function gruForward(
  hsPtr: usize,
  gatesPtr: usize,
  innerPtr: usize,
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
  resetAfter: bool,
  workPtr: usize,
): void {
  const rows = steps * batch;
  const width = 3 * hidden;
  const step: usize = (<usize>hidden) << 2;
  const wN = wHhPtr + 2 * <usize>hidden * step;
  const packedRz = workPtr;
  const packedN = packedRz + hiddenPackedBytes(2 * hidden, hidden);
  const zerosPtr = packedN + hiddenPackedBytes(hidden, hidden);
  workPtr = zerosPtr + floatBytes(batch * hidden);
  memory.fill(zerosPtr, 0, floatBytes(batch * hidden));
  const bN = bHhPtr ? bHhPtr + 2 * step : 0;
  fillRows(gatesPtr, 3 * step, rows, 2 * hidden, bIhPtr, bHhPtr);
  fillRows(gatesPtr + 2 * step, 3 * step, rows, hidden, bIhPtr ? bIhPtr + 2 * step : 0, resetAfter ? 0 : bN);
  if (resetAfter) fillRows(innerPtr, step, rows, hidden, bN, 0);
  multiply(gatesPtr, width, xPtr, inputs, false, wIhPtr, inputs, true, rows, width, inputs, true, workPtr);
  packHidden(packedRz, wHhPtr, batch, 2 * hidden, hidden);
  packHidden(packedN, wN, batch, hidden, hidden);
  let h = h0Ptr ? h0Ptr : zerosPtr;
  for (let s = 0; s < steps; s++) {
    const row = timeAt(s, steps, reverse) * batch;
    const gates = rowAt(gatesPtr, row, width);
    const inner = rowAt(innerPtr, row, hidden);
    const candidate = gates + 2 * step;
    if (h != zerosPtr) multiplyHidden(gates, width, h, wHhPtr, packedRz, batch, 2 * hidden, hidden, workPtr);
    for (let b = 0; b < batch; b++) sigmoidInPlace(rowAt(gates, b, width), 2 * hidden);
    if (resetAfter) {
      if (h != zerosPtr) multiplyHidden(inner, hidden, h, wN, packedN, batch, hidden, hidden, workPtr);
      for (let b = 0; b < batch; b++) {
        addProduct(rowAt(candidate, b, width), rowAt(gates, b, width), rowAt(inner, b, hidden), hidden);
      }
    } else {
      for (let b = 0; b < batch; b++) {
        storeProduct(rowAt(inner, b, hidden), rowAt(gates, b, width), rowAt(h, b, hidden), hidden);
      }
      if (h != zerosPtr) multiplyHidden(candidate, width, inner, wN, packedN, batch, hidden, hidden, workPtr);
    }
    const hNext = rowAt(hsPtr, row, hidden);
    for (let b = 0; b < batch; b++) {
      const to = rowAt(hNext, b, hidden);
      const from = rowAt(h, b, hidden);
      if (maskPtr && !load<u8>(maskPtr + row + b)) memory.copy(to, from, step);
      else mix(to, from, rowAt(gates, b, width), hidden);
    }
    h = hNext;
  }
}

/** out += a ⊙ b */
function addProduct(outPtr: usize, aPtr: usize, bPtr: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at: usize = (<usize>j) << 2;
    const count = n - j;
    const sum = fma(loadLanes(aPtr + at, count), loadLanes(bPtr + at, count), loadLanes(outPtr + at, count));
    storeLanes(outPtr + at, sum, count);
  }
}

/** out = a ⊙ b */
function storeProduct(outPtr: usize, aPtr: usize, bPtr: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at: usize = (<usize>j) << 2;
    const count = n - j;
    storeLanes(outPtr + at, f32x4.mul(loadLanes(aPtr + at, count), loadLanes(bPtr + at, count)), count);
  }
}

/** n ← tanh(n); h' = (1 − z) ⊙ n + z ⊙ h, as n + z ⊙ (h − n). One row. */
function mix(hNext: usize, h: usize, gates: usize, hidden: i32): void {
  const z = gates + ((<usize>hidden) << 2);
  const n = z + ((<usize>hidden) << 2);
  tanhInPlace(n, hidden);
  for (let j = 0; j < hidden; j += 4) {
    const at: usize = (<usize>j) << 2;
    const count = hidden - j;
    const candidate = loadLanes(n + at, count);
    const change = f32x4.sub(loadLanes(h + at, count), candidate);
    storeLanes(hNext + at, fma(loadLanes(z + at, count), change, candidate), count);
  }
}

/**
 * Adds the gradients of a whole sequence to every array that is given (not 0). `gates` and `inner` go in as `gruForward`
 * left them; `gates` comes out as the gradient with respect to the sums before the activations, and `inner`, where the
 * reset comes after the product, as the gradient of that product.
 *
 * @param dhsPtr f32[T, B, H], the gradient of every step's state, or 0
 * @param dhTPtr f32[B, H], the gradient of the last step's state on top of that, or 0
 */
export function gruBackward(
  dxPtr: usize,
  dh0Ptr: usize,
  dwIhPtr: usize,
  dwHhPtr: usize,
  dbIhPtr: usize,
  dbHhPtr: usize,
  gatesPtr: usize,
  innerPtr: usize,
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
  resetAfter: bool,
  workPtr: usize,
): void {
  const rows = steps * batch;
  const width = 3 * hidden;
  const state = batch * hidden;
  const step: usize = (<usize>hidden) << 2;
  const wN = wHhPtr + 2 * <usize>hidden * step;
  const packedRz = workPtr;
  const packedN = packedRz + hiddenPackedBytes(hidden, 2 * hidden);
  const zerosPtr = packedN + hiddenPackedBytes(hidden, hidden);
  const dh = zerosPtr + floatBytes(state);
  const dInner = dh + floatBytes(state);
  workPtr = dInner + floatBytes(state);
  memory.fill(zerosPtr, 0, floatBytes(state));
  copyOrClear(dh, dhTPtr, state);
  packHiddenBack(packedRz, wHhPtr, batch, 2 * hidden, hidden);
  packHiddenBack(packedN, wN, batch, hidden, hidden);
  for (let s = steps - 1; s >= 0; s--) {
    const row = timeAt(s, steps, reverse) * batch;
    const gates = rowAt(gatesPtr, row, width);
    const inner = rowAt(innerPtr, row, hidden);
    const candidate = gates + 2 * step;
    const start = h0Ptr ? h0Ptr : zerosPtr;
    const h = s == 0 ? start : rowAt(hsPtr, timeAt(s - 1, steps, reverse) * batch, hidden);
    const mask = maskPtr ? maskPtr + row : 0;
    if (dhsPtr) addTo(dh, rowAt(dhsPtr, row, hidden), state);
    mixBackward(dh, gates, h, mask, batch, hidden);
    if (resetAfter) {
      resetAfterBackward(gates, inner, batch, hidden);
      if (s > 0 || dh0Ptr) multiplyHiddenBack(dh, inner, hidden, wN, packedN, batch, hidden, hidden, workPtr);
    } else {
      memory.fill(dInner, 0, floatBytes(state));
      multiplyHiddenBack(dInner, candidate, width, wN, packedN, batch, hidden, hidden, workPtr);
      resetBeforeBackward(dh, gates, dInner, h, mask, batch, hidden);
    }
    if (s > 0 || dh0Ptr)
      multiplyHiddenBack(dh, gates, width, wHhPtr, packedRz, batch, 2 * hidden, hidden, workPtr);
  }
  if (dh0Ptr) addTo(dh0Ptr, dh, state);
  addHiddenGradient(
    dwHhPtr,
    gatesPtr,
    width,
    2 * hidden,
    hsPtr,
    h0Ptr,
    steps,
    batch,
    hidden,
    reverse,
    workPtr,
  );
  const dwN = dwHhPtr ? dwHhPtr + 2 * <usize>hidden * step : 0;
  const gatesN = gatesPtr + 2 * step;
  const dbN = dbHhPtr ? dbHhPtr + 2 * step : 0;
  if (resetAfter) {
    addHiddenGradient(dwN, innerPtr, hidden, hidden, hsPtr, h0Ptr, steps, batch, hidden, reverse, workPtr);
    addBiasGradients(0, dbN, innerPtr, hidden, rows, hidden, workPtr);
  } else {
    if (dwN)
      multiply(
        dwN,
        hidden,
        gatesN,
        width,
        true,
        innerPtr,
        hidden,
        false,
        hidden,
        hidden,
        rows,
        true,
        workPtr,
      );
    addBiasGradients(0, dbN, gatesN, width, rows, hidden, workPtr);
  }
  addInputGradients(dxPtr, dwIhPtr, gatesPtr, xPtr, wIhPtr, rows, inputs, width, workPtr);
  addBiasGradients(dbIhPtr, 0, gatesPtr, width, rows, width, workPtr);
  addBiasGradients(0, dbHhPtr, gatesPtr, width, rows, 2 * hidden, workPtr);
}

/**
 * h' = n + z ⊙ (h − n): the gates z and n ← the gradient before their activations, dh ← z ⊙ dh. In masked rows all gates
 * ← 0 (r as well, which tells the parts below to leave the row alone) and dh stays.
 */
function mixBackward(dh: usize, gates: usize, h: usize, maskPtr: usize, batch: i32, hidden: i32): void {
  const step: usize = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    if (maskPtr && !load<u8>(maskPtr + b)) {
      memory.fill(gates, 0, 3 * step);
    } else {
      for (let j = 0; j < hidden; j += 4) {
        const at: usize = (<usize>j) << 2;
        const count = hidden - j;
        const zPtr = gates + step + at;
        const nPtr = zPtr + step;
        const dState = loadLanes(dh + at, count);
        const z = loadLanes(zPtr, count);
        const n = loadLanes(nPtr, count);
        const rest = f32x4.sub(one, z);
        const dZ = f32x4.mul(dState, f32x4.sub(loadLanes(h + at, count), n));
        storeLanes(zPtr, f32x4.mul(dZ, f32x4.mul(z, rest)), count);
        storeLanes(nPtr, f32x4.mul(f32x4.mul(dState, rest), f32x4.sub(one, f32x4.mul(n, n))), count);
        storeLanes(dh + at, f32x4.mul(dState, z), count);
      }
    }
    gates += 3 * step;
    dh += step;
    h += step;
  }
}

/** n = … + r ⊙ inner: inner ← r ⊙ dn, and the gate r ← the gradient before its activation. */
function resetAfterBackward(gates: usize, inner: usize, batch: i32, hidden: i32): void {
  const step: usize = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hidden; j += 4) {
      const at: usize = (<usize>j) << 2;
      const count = hidden - j;
      const r = loadLanes(gates + at, count);
      const dN = loadLanes(gates + 2 * step + at, count);
      const dR = f32x4.mul(dN, loadLanes(inner + at, count));
      storeLanes(inner + at, f32x4.mul(dN, r), count);
      storeLanes(gates + at, f32x4.mul(dR, f32x4.mul(r, f32x4.sub(one, r))), count);
    }
    gates += 3 * step;
    inner += step;
  }
}

/** inner = r ⊙ h: dh += r ⊙ dInner, and the gate r ← the gradient before its activation. Masked rows are left alone. */
function resetBeforeBackward(
  dh: usize,
  gates: usize,
  dInner: usize,
  h: usize,
  maskPtr: usize,
  batch: i32,
  hidden: i32,
): void {
  const step: usize = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    if (!maskPtr || load<u8>(maskPtr + b)) {
      for (let j = 0; j < hidden; j += 4) {
        const at: usize = (<usize>j) << 2;
        const count = hidden - j;
        const r = loadLanes(gates + at, count);
        const d = loadLanes(dInner + at, count);
        storeLanes(dh + at, fma(r, d, loadLanes(dh + at, count)), count);
        const dR = f32x4.mul(d, loadLanes(h + at, count));
        storeLanes(gates + at, f32x4.mul(dR, f32x4.mul(r, f32x4.sub(one, r))), count);
      }
    }
    dh += step;
    gates += 3 * step;
    dInner += step;
    h += step;
  }
}
