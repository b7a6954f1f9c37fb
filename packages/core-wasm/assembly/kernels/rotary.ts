import { Heads } from "../lib/attentionPlan";
import { exp64 } from "../lib/exp64";
import { log64 } from "../lib/log64";
import { fma } from "../lib/simd";
import { cosQuarter, cosTurn, quarters, sinQuarter, sinTurn } from "../lib/sincos64";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";

/** What is rotated: written by the binding as 32-bit words in this order, and followed by the tensors x, out. */
// @ts-ignore: decorator
@unmanaged
export class RotaryPlan {
  batch: i32 = 0;
  heads: i32 = 0;
  tokens: i32 = 0;
  headDim: i32 = 0;
  /** How many dimensions of a head turn, from the first on: even. */
  dims: i32 = 0;
  /** 1: pairs (2j, 2j + 1); 0: pairs (j, j + dims / 2). */
  interleaved: i32 = 0;
  /** 1: turns back. */
  inverse: i32 = 0;
  /** 1: adds to out. */
  accumulate: i32 = 0;
  /** The first token's position, without `positions`. */
  position: i32 = 0;
  /** i32[tokens], `positionsBatch` bytes apart; or 0. */
  positions: usize = 0;
  positionsBatch: usize = 0;
  /** f32[positions, 2, dims / 2] as `rotaryTable` writes it, or 0. */
  table: usize = 0;

  // @ts-ignore: decorator
  @inline
  tensor(i: usize): Heads {
    return changetype<Heads>(changetype<usize>(this) + offsetof<RotaryPlan>() + i * offsetof<Heads>());
  }

  // @ts-ignore: decorator
  @inline
  positionOf(b: i32, t: i32): i32 {
    if (!this.positions) return this.position + t;
    return load<i32>(this.positions + <usize>b * this.positionsBatch + ((<usize>t) << 2));
  }
}

/** The bytes of working memory that `rotary` and `rotaryTable` need: the frequencies, and the cosines and sines of a position. */
export function rotaryWorkBytes(dims: i32): usize {
  return <usize>((dims + 7) & ~7) * 8;
}

/**
 * Turns each pair of a head's dimensions by the angle position · base^(−2j / dims):
 *
 *     out[a] = x[a] · cos − x[b] · sin,   out[b] = x[a] · sin + x[b] · cos
 *
 * and copies the dimensions from `dims` on; with `accumulate` both are added to out. out may be x.
 *
 * @param planPtr a `RotaryPlan`
 * @param workPtr `rotaryWorkBytes(dims)` bytes, aligned to 16
 */
export function rotary(planPtr: usize, base: f64, workPtr: usize): void {
  const plan = changetype<RotaryPlan>(planPtr);
  const x = plan.tensor(0);
  const out = plan.tensor(1);
  const pairs = plan.dims >> 1;
  const ownAngles = workPtr + <usize>((plan.dims + 7) & ~7) * 4;
  if (!plan.table) frequencies(workPtr, base, plan.dims);
  const sign: f32 = plan.inverse ? -1 : 1;
  for (let t = 0; t < plan.tokens; t++) {
    let cosPtr = ownAngles;
    for (let b = 0; b < plan.batch; b++) {
      const position = plan.positionOf(b, t);
      if (plan.table) cosPtr = plan.table + ((<usize>position * plan.dims) << 2);
      else if (b == 0 || plan.positionsBatch) angles(ownAngles, workPtr, position, pairs);
      const sinPtr = cosPtr + ((<usize>pairs) << 2);
      for (let h = 0; h < plan.heads; h++) {
        const toPtr = out.at(b, h, t);
        const fromPtr = x.at(b, h, t);
        if (plan.interleaved) turnNeighbours(toPtr, fromPtr, cosPtr, sinPtr, sign, pairs, plan.accumulate != 0);
        else turnHalves(toPtr, fromPtr, cosPtr, sinPtr, sign, pairs, plan.accumulate != 0);
        const done = (<usize>plan.dims) << 2;
        keepRest(toPtr + done, fromPtr + done, plan.headDim - plan.dims, plan.accumulate != 0);
      }
    }
  }
}

/**
 * The cosines and then the sines of all pairs at a run of positions: f32[tokens, 2, dims / 2].
 *
 * @param workPtr `rotaryWorkBytes(dims)` bytes, aligned to 16
 */
export function rotaryTable(tablePtr: usize, position: i32, tokens: i32, dims: i32, base: f64, workPtr: usize): void {
  frequencies(workPtr, base, dims);
  for (let t = 0; t < tokens; t++) angles(tablePtr + ((<usize>t * dims) << 2), workPtr, position + t, dims >> 1);
}

/** base^(−2j / dims) / 2π for each pair, in turns a position: f64, an even number of them. */
function frequencies(toPtr: usize, base: f64, dims: i32): void {
  const rate = (-2 * f64x2.extract_lane(log64(f64x2.splat(base)), 0)) / <f64>dims;
  for (let j = 0; j < dims >> 1; j += 2) {
    const exponents = f64x2.mul(f64x2.splat(rate), f64x2(<f64>j, <f64>j + 1));
    v128.store(toPtr + ((<usize>j) << 3), f64x2.mul(exp64(exponents), f64x2.splat(0.15915494309189535)));
  }
}

/** cos and sin at a position, rounded from float64: whole turns are cut off before anything is lost to them. */
function angles(toPtr: usize, frequencyPtr: usize, position: i32, pairs: i32): void {
  const positions = f64x2.splat(<f64>position);
  const sinPtr = toPtr + ((<usize>pairs) << 2);
  for (let j = 0; j < pairs; j += 2) {
    const turns = f64x2.mul(positions, v128.load(frequencyPtr + ((<usize>j) << 3)));
    const u = f64x2.sub(turns, f64x2.floor(turns));
    const q = quarters(u);
    const r = f64x2.sub(f64x2.mul(u, f64x2.splat(4)), q);
    const s = sinQuarter(r);
    const c = cosQuarter(r);
    const at = (<usize>j) << 2;
    const cosines = f32x4.demote_f64x2_zero(cosTurn(q, s, c));
    const sines = f32x4.demote_f64x2_zero(sinTurn(q, s, c));
    if (j + 1 < pairs) {
      v128.store_lane<u64>(toPtr + at, cosines, 0);
      v128.store_lane<u64>(sinPtr + at, sines, 0);
    } else {
      v128.store_lane<f32>(toPtr + at, cosines, 0);
      v128.store_lane<f32>(sinPtr + at, sines, 0);
    }
  }
}

/** Pairs (j, j + pairs). */
function turnHalves(
  toPtr: usize,
  fromPtr: usize,
  cosPtr: usize,
  sinPtr: usize,
  sign: f32,
  pairs: i32,
  accumulate: bool,
): void {
  const half = (<usize>pairs) << 2;
  const signs = f32x4.splat(sign);
  for (let j = 0; j < pairs; j += 4) {
    const at = (<usize>j) << 2;
    const left = pairs - j;
    const c = loadUpTo4(cosPtr + at, left);
    const s = f32x4.mul(loadUpTo4(sinPtr + at, left), signs);
    const x = loadUpTo4(fromPtr + at, left);
    const y = loadUpTo4(fromPtr + half + at, left);
    put(toPtr + at, turnedFirst(x, y, c, s), left, accumulate);
    put(toPtr + half + at, turnedSecond(x, y, c, s), left, accumulate);
  }
}

/** Pairs (2j, 2j + 1). */
function turnNeighbours(
  toPtr: usize,
  fromPtr: usize,
  cosPtr: usize,
  sinPtr: usize,
  sign: f32,
  pairs: i32,
  accumulate: bool,
): void {
  const signs = f32x4.splat(sign);
  for (let j = 0; j < pairs; j += 4) {
    const left = pairs - j;
    const c = loadUpTo4(cosPtr + ((<usize>j) << 2), left);
    const s = f32x4.mul(loadUpTo4(sinPtr + ((<usize>j) << 2), left), signs);
    const at = (<usize>j) << 3;
    const low = loadUpTo4(fromPtr + at, 2 * left);
    const high = left > 2 ? loadUpTo4(fromPtr + at + 16, 2 * left - 4) : f32x4.splat(0);
    const x = v128.shuffle<f32>(low, high, 0, 2, 4, 6);
    const y = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
    const first = turnedFirst(x, y, c, s);
    const second = turnedSecond(x, y, c, s);
    put(toPtr + at, v128.shuffle<f32>(first, second, 0, 4, 1, 5), 2 * left, accumulate);
    if (left > 2) put(toPtr + at + 16, v128.shuffle<f32>(first, second, 2, 6, 3, 7), 2 * left - 4, accumulate);
  }
}

/** x · cos − y · sin */
// @ts-ignore: decorator
@inline
function turnedFirst(x: v128, y: v128, c: v128, s: v128): v128 {
  return fma(x, c, f32x4.neg(f32x4.mul(y, s)));
}

/** x · sin + y · cos */
// @ts-ignore: decorator
@inline
function turnedSecond(x: v128, y: v128, c: v128, s: v128): v128 {
  return fma(x, s, f32x4.mul(y, c));
}

/** Writes or adds up to four floats. */
// @ts-ignore: decorator
@inline
function put(toPtr: usize, value: v128, count: i32, accumulate: bool): void {
  storeUpTo4(toPtr, accumulate ? f32x4.add(loadUpTo4(toPtr, count), value) : value, count);
}

/** What does not turn. */
function keepRest(toPtr: usize, fromPtr: usize, count: i32, accumulate: bool): void {
  for (let d = 0; d < count; d += 4) {
    const at = (<usize>d) << 2;
    put(toPtr + at, loadUpTo4(fromPtr + at, count - d), count - d, accumulate);
  }
}
