import { loadLanes, storeLanes } from "../lib/lanes";
import { fma } from "../lib/simd";

/**
 * One step of stochastic gradient descent, in place:
 *
 *     g ← grad + decay · p
 *     b ← momentum · b + fresh · g            where bufferPtr is not 0
 *     p ← p − rate · (ownShare · g + bufferShare · b)
 *
 * The shares are 1, 0 without a buffer, 0, 1 with one, and 1, momentum for Nesterov's; fresh is 1 − dampening.
 * If `first`, b counts as 0 whatever it holds.
 *
 * param, grad, buffer: f32[n]
 */
export function sgd(
  paramPtr: usize,
  gradPtr: usize,
  bufferPtr: usize,
  n: u32,
  first: bool,
  rate: f32,
  decay: f32,
  momentum: f32,
  fresh: f32,
  ownShare: f32,
  bufferShare: f32,
): void {
  const bytes = (<usize>n) << 2;
  const vectorBytes = bytes & ~15;
  let i: usize = 0;
  if (bufferPtr == 0) {
    for (; i < vectorBytes; i += 16) plain(false, paramPtr + i, gradPtr + i, rate, decay);
    for (; i < bytes; i += 4) plain(true, paramPtr + i, gradPtr + i, rate, decay);
    return;
  }
  if (first) memory.fill(bufferPtr, 0, bytes);
  for (; i < vectorBytes; i += 16) {
    buffered(false, paramPtr + i, gradPtr + i, bufferPtr + i, rate, decay, momentum, fresh, ownShare, bufferShare);
  }
  for (; i < bytes; i += 4) {
    buffered(true, paramPtr + i, gradPtr + i, bufferPtr + i, rate, decay, momentum, fresh, ownShare, bufferShare);
  }
}

/** Four elements, or one (lib/lanes.ts). */
// @ts-ignore: decorator
@inline
function plain(single: bool, paramPtr: usize, gradPtr: usize, rate: f32, decay: f32): void {
  const p = loadLanes(single, paramPtr);
  const g = fma(p, f32x4.splat(decay), loadLanes(single, gradPtr));
  storeLanes(single, paramPtr, fma(g, f32x4.splat(-rate), p));
}

// @ts-ignore: decorator
@inline
function buffered(
  single: bool,
  paramPtr: usize,
  gradPtr: usize,
  bufferPtr: usize,
  rate: f32,
  decay: f32,
  momentum: f32,
  fresh: f32,
  ownShare: f32,
  bufferShare: f32,
): void {
  const p = loadLanes(single, paramPtr);
  const g = fma(p, f32x4.splat(decay), loadLanes(single, gradPtr));
  const b = fma(loadLanes(single, bufferPtr), f32x4.splat(momentum), f32x4.mul(g, f32x4.splat(fresh)));
  storeLanes(single, bufferPtr, b);
  const direction = fma(g, f32x4.splat(ownShare), f32x4.mul(b, f32x4.splat(bufferShare)));
  storeLanes(single, paramPtr, fma(direction, f32x4.splat(-rate), p));
}
