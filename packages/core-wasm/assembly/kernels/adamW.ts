import { loadLanes, storeLanes } from "../lib/lanes";
import { fma } from "../lib/simd";

/**
 * One step of Adam, in place:
 *
 *     g ← grad + l2 · p
 *     m ← β₁ m + (1 − β₁) g
 *     v ← β₂ v + (1 − β₂) g²
 *     p ← keep · p − rate · m / (√v · spread + ε)
 *
 * Decoupled decay (AdamW) comes as keep = 1 − learning rate · decay, the old one as l2 = decay. Bias correction
 * comes as rate = learning rate / (1 − β₁ᵗ) and spread = 1 / √(1 − β₂ᵗ).
 *
 * param, grad, m, v: f32[n]
 */
export function adamW(
  paramPtr: usize,
  gradPtr: usize,
  mPtr: usize,
  vPtr: usize,
  n: u32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  rate: f32,
  spread: f32,
  eps: f32,
  keep: f32,
  l2: f32,
): void {
  const bytes = (<usize>n) << 2;
  const vectorBytes = bytes & ~15;
  let i: usize = 0;
  for (; i < vectorBytes; i += 16) {
    step(false, paramPtr + i, gradPtr + i, mPtr + i, vPtr + i, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, spread, eps, keep, l2);
  }
  for (; i < bytes; i += 4) {
    step(true, paramPtr + i, gradPtr + i, mPtr + i, vPtr + i, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, spread, eps, keep, l2);
  }
}

/** Four elements, or one (lib/lanes.ts). */
// @ts-ignore: decorator
@inline
function step(
  single: bool,
  paramPtr: usize,
  gradPtr: usize,
  mPtr: usize,
  vPtr: usize,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  rate: f32,
  spread: f32,
  eps: f32,
  keep: f32,
  l2: f32,
): void {
  const p = loadLanes(single, paramPtr);
  const g = fma(p, f32x4.splat(l2), loadLanes(single, gradPtr));
  const m = fma(loadLanes(single, mPtr), f32x4.splat(beta1), f32x4.mul(g, f32x4.splat(oneMinusBeta1)));
  const gg = f32x4.mul(f32x4.mul(g, g), f32x4.splat(oneMinusBeta2));
  const v = fma(loadLanes(single, vPtr), f32x4.splat(beta2), gg);
  const denominator = fma(f32x4.sqrt(v), f32x4.splat(spread), f32x4.splat(eps));
  const change = f32x4.div(f32x4.mul(m, f32x4.splat(rate)), denominator);
  storeLanes(single, mPtr, m);
  storeLanes(single, vPtr, v);
  storeLanes(single, paramPtr, f32x4.sub(f32x4.mul(p, f32x4.splat(keep)), change));
}
