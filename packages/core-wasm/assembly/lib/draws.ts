import { minusLogs } from "./log64";
import { philox8 } from "./philox";
import { cosQuarter, cosTurn, quarters, remainder, sinQuarter, sinTurn } from "./sincos64";

/**
 * Sixteen float64 draws from eight blocks of Philox: two a block, in the blocks' order. Each function writes its
 * sixteen to the first 128 of the `drawsBytes` at `ptr`. Element i of a call comes from block `offset + (i >> 1)`.
 *
 * A uniform is k · 2^−53 from the 53 leading bits of two words, and half a step where k = 0: never 0, never 1.
 */

/** How many draws come at once. */
// @ts-ignore: decorator
@inline
export const drawsAtOnce: u32 = 16;

/** The bytes of working memory for them: the draws, and room for their logarithms. */
// @ts-ignore: decorator
@inline
export const drawsBytes: usize = 384;

/** Uniforms in the open interval (0, 1). */
export function uniforms16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  draw(ptr, block, seed, stream);
  interleave(ptr);
}

/** Standard normals by Box and Muller: √(−2 ln u) · cos 2πv and √(−2 ln u) · sin 2πv. At most 8.66 from 0. */
export function normals16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  draw(ptr, block, seed, stream);
  minusLogs(4, ptr, ptr + 128);
  for (let at = ptr; at < ptr + 64; at += 16) {
    const minusLog = v128.load(at);
    const v = v128.load(at, 64);
    const radius = f64x2.sqrt(f64x2.add(minusLog, minusLog));
    const q = quarters(v);
    const r = remainder(v, q);
    const s = sinQuarter(r);
    const c = cosQuarter(r);
    v128.store(at, f64x2.mul(radius, cosTurn(q, s, c)));
    v128.store(at, f64x2.mul(radius, sinTurn(q, s, c)), 64);
  }
  interleave(ptr);
}

/** Standard Gumbels, −ln(−ln u): from −3.63 to 36.7. */
export function gumbels16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  draw(ptr, block, seed, stream);
  for (let twice = 0; twice < 2; twice++) minusLogs(8, ptr, ptr + 128);
  interleave(ptr);
}

/** Uniforms, the first ones of all blocks before the second ones. */
function draw(ptr: usize, block: u64, seed: u64, stream: u64): void {
  philox8(ptr, block, seed, stream);
  const x0 = v128.load(ptr);
  const x1 = v128.load(ptr, 16);
  const x2 = v128.load(ptr, 32);
  const x3 = v128.load(ptr, 48);
  const y0 = v128.load(ptr, 64);
  const y1 = v128.load(ptr, 80);
  const y2 = v128.load(ptr, 96);
  const y3 = v128.load(ptr, 112);
  v128.store(ptr, open53(x0, x1));
  v128.store(ptr, open53(upper(x0), upper(x1)), 16);
  v128.store(ptr, open53(y0, y1), 32);
  v128.store(ptr, open53(upper(y0), upper(y1)), 48);
  v128.store(ptr, open53(x2, x3), 64);
  v128.store(ptr, open53(upper(x2), upper(x3)), 80);
  v128.store(ptr, open53(y2, y3), 96);
  v128.store(ptr, open53(upper(y2), upper(y3)), 112);
}

/** Eight firsts and eight seconds become pairs. */
// @ts-ignore: decorator
@inline
function interleave(ptr: usize): void {
  const a0 = v128.load(ptr);
  const a1 = v128.load(ptr, 16);
  const a2 = v128.load(ptr, 32);
  const a3 = v128.load(ptr, 48);
  const b0 = v128.load(ptr, 64);
  const b1 = v128.load(ptr, 80);
  const b2 = v128.load(ptr, 96);
  const b3 = v128.load(ptr, 112);
  storePairs(ptr, a0, b0);
  storePairs(ptr + 32, a1, b1);
  storePairs(ptr + 64, a2, b2);
  storePairs(ptr + 96, a3, b3);
}

/** From two words a lane (the two low lanes count): (a · 2²¹ + (b >> 11)) · 2^−53, and 2^−54 instead of 0. */
// @ts-ignore: decorator
@inline
function open53(a: v128, b: v128): v128 {
  const high = f64x2.mul(f64x2.convert_low_i32x4_u(a), v128.load64_splat(scales));
  const low = f64x2.mul(f64x2.convert_low_i32x4_u(i32x4.shr_u(b, 11)), v128.load64_splat(scales, 8));
  return f64x2.pmax(f64x2.add(high, low), v128.load64_splat(scales, 16));
}

/** 2^−32, 2^−53, 2^−54. In memory: see `spread`. */
// @ts-ignore: decorator
@inline
const scales: usize = memory.data<f64>([
  2.3283064365386963e-10,
  1.1102230246251565e-16,
  5.551115123125783e-17,
]);

/** The two high 32-bit lanes, moved low. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

/** a holds the first and b the second draws of two blocks. */
// @ts-ignore: decorator
@inline
function storePairs(ptr: usize, a: v128, b: v128): void {
  v128.store(ptr, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(ptr, v128.shuffle<f64>(a, b, 1, 3), 16);
}
