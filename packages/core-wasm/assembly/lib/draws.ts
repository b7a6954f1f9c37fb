import { log64 } from "./log64";
import { philox8 } from "./philox";
import { cosQuarter, cosTurn, quarters, sinQuarter, sinTurn } from "./sincos64";

/**
 * Sixteen float64 draws from eight blocks of Philox: two a block, in the blocks' order. Each function writes its
 * sixteen to the 128 bytes at `ptr`. Element i of a call comes from block `offset + (i >> 1)`.
 *
 * A uniform is k · 2^−53 from the 53 leading bits of two words, and half a step where k = 0: never 0, never 1.
 */

/** How many draws come at once. */
// @ts-ignore: decorator
@inline
export const drawsAtOnce: u32 = 16;

/** The bytes of working memory for them. */
// @ts-ignore: decorator
@inline
export const drawsBytes: usize = 128;

/** Uniforms in the open interval (0, 1). */
export function uniforms16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  philox8(ptr, block, seed, stream);
  for (const end = ptr + drawsBytes; ptr < end; ptr += 64) {
    const x0 = v128.load(ptr);
    const x1 = v128.load(ptr, 16);
    const x2 = v128.load(ptr, 32);
    const x3 = v128.load(ptr, 48);
    storePairs(ptr, open53(x0, x1), open53(x2, x3));
    storePairs(ptr + 32, open53(upper(x0), upper(x1)), open53(upper(x2), upper(x3)));
  }
}

/** Standard normals by Box and Muller: √(−2 ln u) · cos 2πv and √(−2 ln u) · sin 2πv. At most 8.66 from 0. */
export function normals16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  uniforms16(ptr, block, seed, stream);
  for (const end = ptr + drawsBytes; ptr < end; ptr += 32) {
    const a = v128.load(ptr);
    const b = v128.load(ptr, 16);
    const u = v128.shuffle<f64>(a, b, 0, 2);
    const v = v128.shuffle<f64>(a, b, 1, 3);
    const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log64(u)));
    const q = quarters(v);
    const r = f64x2.sub(f64x2.mul(v, f64x2.splat(4)), q);
    const s = sinQuarter(r);
    const c = cosQuarter(r);
    storePairs(ptr, f64x2.mul(radius, cosTurn(q, s, c)), f64x2.mul(radius, sinTurn(q, s, c)));
  }
}

/** Standard Gumbels, −ln(−ln u): from −3.63 to 36.7. */
export function gumbels16(ptr: usize, block: u64, seed: u64, stream: u64): void {
  uniforms16(ptr, block, seed, stream);
  for (const end = ptr + drawsBytes; ptr < end; ptr += 16) {
    v128.store(ptr, f64x2.neg(log64(f64x2.neg(log64(v128.load(ptr))))));
  }
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

/** a holds the first and b the second draw of two blocks: a0, b0, a1, b1. */
// @ts-ignore: decorator
@inline
function storePairs(ptr: usize, a: v128, b: v128): void {
  v128.store(ptr, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(ptr, v128.shuffle<f64>(a, b, 1, 3), 16);
}
