import { log64 } from "./log64";
import { philox4 } from "./philox";
import { cosQuarter, cosTurn, quarters, sinQuarter, sinTurn } from "./sincos64";

/**
 * Eight float64 draws from four blocks of Philox: two a block, in the blocks' order. Each function writes its
 * eight to the 64 bytes at `ptr`. Element i of a call comes from block `offset + (i >> 1)`.
 *
 * A uniform is k · 2^−53 from the 53 leading bits of two words, and half a step where k = 0: never 0, never 1.
 */

/** Uniforms in the open interval (0, 1). */
export function uniforms8(ptr: usize, block: u64, seed: u64, stream: u64): void {
  philox4(ptr, block, seed, stream);
  const x0 = v128.load(ptr);
  const x1 = v128.load(ptr, 16);
  const x2 = v128.load(ptr, 32);
  const x3 = v128.load(ptr, 48);
  storePairs(ptr, open53(x0, x1), open53(x2, x3));
  storePairs(ptr + 32, open53(upper(x0), upper(x1)), open53(upper(x2), upper(x3)));
}

/** Standard normals by Box and Muller: √(−2 ln u) · cos 2πv and √(−2 ln u) · sin 2πv. At most 8.66 from 0. */
export function normals8(ptr: usize, block: u64, seed: u64, stream: u64): void {
  philox4(ptr, block, seed, stream);
  const x0 = v128.load(ptr);
  const x1 = v128.load(ptr, 16);
  const x2 = v128.load(ptr, 32);
  const x3 = v128.load(ptr, 48);
  boxMuller(ptr, open53(x0, x1), open53(x2, x3));
  boxMuller(ptr + 32, open53(upper(x0), upper(x1)), open53(upper(x2), upper(x3)));
}

/** Standard Gumbels, −ln(−ln u): from −3.63 to 36.7. */
export function gumbels8(ptr: usize, block: u64, seed: u64, stream: u64): void {
  philox4(ptr, block, seed, stream);
  const x0 = v128.load(ptr);
  const x1 = v128.load(ptr, 16);
  const x2 = v128.load(ptr, 32);
  const x3 = v128.load(ptr, 48);
  storePairs(ptr, gumbel(open53(x0, x1)), gumbel(open53(x2, x3)));
  storePairs(ptr + 32, gumbel(open53(upper(x0), upper(x1))), gumbel(open53(upper(x2), upper(x3))));
}

function boxMuller(ptr: usize, u: v128, v: v128): void {
  const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log64(u)));
  const q = quarters(v);
  const r = f64x2.sub(f64x2.mul(v, f64x2.splat(4)), q);
  const s = sinQuarter(r);
  const c = cosQuarter(r);
  storePairs(ptr, f64x2.mul(radius, cosTurn(q, s, c)), f64x2.mul(radius, sinTurn(q, s, c)));
}

// @ts-ignore: decorator
@inline
function gumbel(u: v128): v128 {
  return f64x2.neg(log64(f64x2.neg(log64(u))));
}

/** From two words a lane (the two low lanes count): (a · 2²¹ + (b >> 11)) · 2^−53, and 2^−54 instead of 0. */
// @ts-ignore: decorator
@inline
function open53(a: v128, b: v128): v128 {
  const high = f64x2.mul(f64x2.convert_low_i32x4_u(a), f64x2.splat(2.3283064365386963e-10)); // 2^−32
  const low = f64x2.mul(f64x2.convert_low_i32x4_u(i32x4.shr_u(b, 11)), f64x2.splat(1.1102230246251565e-16)); // 2^−53
  return f64x2.max(f64x2.add(high, low), f64x2.splat(5.551115123125783e-17));
}

/** The two high 32-bit lanes, moved low. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** a holds the first and b the second draw of two blocks: a0, b0, a1, b1. */
// @ts-ignore: decorator
@inline
function storePairs(ptr: usize, a: v128, b: v128): void {
  v128.store(ptr, i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(ptr, i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 16);
}
