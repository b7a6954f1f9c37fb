import { drawsAtOnce, gumbels16, normals16, uniforms16 } from "../lib/draws";
import { highProducts, philox8, philoxWord, philoxBytes, storeWords, wordAt } from "../lib/philox";

/**
 * Random numbers by Philox4x32-10 (lib/philox.ts). `seed`, `stream` and `offset` are whole numbers below 2⁵³
 * that come as float64; `offset` counts blocks of 128 bits. `workPtr` is 384 bytes of working memory.
 *
 *     f32 uniforms, integers, bits   four elements a block: element i from block offset + (i >> 2)
 *     all others                     two elements a block: element i from block offset + (i >> 1)
 */

/** How lib/draws.ts fills sixteen float64. */
const enum Draw {
  Uniform,
  Normal,
  Gumbel,
}

/** One block for a counter u32[4] and a key u32[2], all bits free: for known answers. Writes u32[4]. */
export function philox4x32(outPtr: usize, counterPtr: usize, keyPtr: usize, workPtr: usize): void {
  philox8(workPtr, load<u64>(counterPtr), load<u64>(keyPtr), load<u64>(counterPtr, 8));
  storeWords(outPtr, workPtr, 4);
}

/** out: u32[n], raw words. */
export function randomBits(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  for (let i: u32 = 0; i < n; i += 32) {
    philox8(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    storeWords(outPtr + ((<usize>i) << 2), workPtr, min(n - i, 32));
  }
}

/** out: f32[n] = low + (high − low) · u with u = max(k, ½) · 2^−24 in (0, 1); `span` is high − low in f32. */
export function randomUniform(
  outPtr: usize,
  n: u32,
  seed: f64,
  stream: f64,
  offset: f64,
  low: f32,
  high: f32,
  workPtr: usize,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const span = f32x4.splat(high - low);
  const half = v128.load32_splat(numbers);
  const unit = v128.load32_splat(numbers, 4);
  for (let i: u32 = 0; i < n; i += 32) {
    philox8(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    // In place: words become floats, in the order of the words.
    for (let at = workPtr; at < workPtr + philoxBytes; at += 16) {
      const k = f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(at), 8));
      const u = f32x4.mul(f32x4.pmax(k, half), unit);
      const value = f32x4.add(f32x4.mul(u, span), lows);
      v128.store(at, f32x4.pmin(highs, f32x4.pmax(value, lows)));
    }
    storeWords(outPtr + ((<usize>i) << 2), workPtr, min(n - i, 32));
  }
}

/** ½ and 2^−24. In memory: see `spread`. */
// @ts-ignore: decorator
@inline
const numbers: usize = memory.data<f32>([0.5, 5.9604644775390625e-8]);

/** out: f64[n] = low + (high − low) · u, u of 53 bits in (0, 1). */
export function randomUniform_f64(
  outPtr: usize,
  n: u32,
  seed: f64,
  stream: f64,
  offset: f64,
  low: f64,
  high: f64,
  workPtr: usize,
): void {
  const lows = f64x2.splat(low);
  const highs = f64x2.splat(high);
  const span = f64x2.splat(high - low);
  for (let i: u32 = 0; i < n; i += drawsAtOnce) {
    uniforms16(workPtr, <u64>offset + (i >> 1), <u64>seed, <u64>stream);
    const to = outPtr + ((<usize>i) << 3);
    const count = min(n - i, drawsAtOnce);
    for (let j: u32 = 0; j < count; j += 2) {
      const at = (<usize>j) << 3;
      const value = f64x2.add(f64x2.mul(v128.load(workPtr + at), span), lows);
      const drawn = f64x2.pmin(highs, f64x2.pmax(value, lows));
      if (j + 1 < count) v128.store(to + at, drawn);
      else v128.store64_lane(to + at, drawn, 0);
    }
  }
}

/** out: f32[n] = mean + std · z, in float64 and rounded once. */
export function randomNormal(
  outPtr: usize,
  n: u32,
  seed: f64,
  stream: f64,
  offset: f64,
  mean: f64,
  std: f64,
  workPtr: usize,
): void {
  fill<f32>(outPtr, n, Draw.Normal, seed, stream, offset, mean, std, workPtr);
}

/** out: f64[n] = mean + std · z. */
export function randomNormal_f64(
  outPtr: usize,
  n: u32,
  seed: f64,
  stream: f64,
  offset: f64,
  mean: f64,
  std: f64,
  workPtr: usize,
): void {
  fill<f64>(outPtr, n, Draw.Normal, seed, stream, offset, mean, std, workPtr);
}

/** out: f32[n], −ln(−ln u), in float64 and rounded once. */
export function randomGumbel(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  fill<f32>(outPtr, n, Draw.Gumbel, seed, stream, offset, 0, 1, workPtr);
}

/** out: f64[n], −ln(−ln u). */
export function randomGumbel_f64(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  fill<f64>(outPtr, n, Draw.Gumbel, seed, stream, offset, 0, 1, workPtr);
}

/** out: i32[n], each of low … low + span − 1 equally likely; 1 ≤ span ≤ 2³². */
export function randomIntegers(
  outPtr: usize,
  n: u32,
  seed: f64,
  stream: f64,
  offset: f64,
  low: i32,
  span: f64,
  workPtr: usize,
): void {
  // Four at once where a vector holds the span and none of the four has to be drawn again.
  const spans = i32x4.splat(<i32><u64>span);
  const lows = i32x4.splat(low);
  const fits = span < 4294967296;
  for (let i: u32 = 0; i < n; i += 32) {
    philox8(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    const to = outPtr + ((<usize>i) << 2);
    const count = min(n - i, 32);
    storeWords(to, workPtr, count);
    for (let j: u32 = 0; j < count; j += 4) {
      const at = to + ((<usize>j) << 2);
      if (fits && j + 4 <= count) {
        const words = v128.load(at);
        if (!v128.any_true(i32x4.lt_u(i32x4.mul(words, spans), spans))) {
          v128.store(at, i32x4.add(highProducts(words, spans), lows));
          continue;
        }
      }
      for (let element = j; element < min(j + 4, count); element++) {
        const elementPtr = to + ((<usize>element) << 2);
        const drawn = below(load<u32>(elementPtr), <u64>span, i + element, seed, stream, offset);
        store<i32>(elementPtr, low + <i32>drawn);
      }
    }
  }
}

/** out: i32[n], the numbers 0 … n − 1 in random order (Fisher and Yates, from the end); each order equally likely. */
export function randomPermutation(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  for (let i: u32 = 0; i < n; i++) store<i32>(outPtr + ((<usize>i) << 2), i);
  for (let i: u32 = 0; i < n; i++) {
    if (!(i & 31)) philox8(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    const last = n - 1 - i;
    const other = below(load<u32>(wordAt(workPtr, i & 31)), <u64>last + 1, i, seed, stream, offset);
    const lastPtr = outPtr + ((<usize>last) << 2);
    const otherPtr = outPtr + ((<usize>other) << 2);
    const moved = load<i32>(lastPtr);
    store<i32>(lastPtr, load<i32>(otherPtr));
    store<i32>(otherPtr, moved);
  }
}

/**
 * A whole number in [0, span) from a word w: the high half of w · span. The words whose low half falls under
 * 2³² mod span would make some numbers likelier; they are drawn again from the same block with the next attempt,
 * which is counted in the eleven highest bits of the counter, where no stream reaches.
 *
 * Ref: Lemire 2019, "Fast random integer generation in an interval", arXiv:1805.10941.
 */
function below(word: u32, span: u64, i: u32, seed: f64, stream: f64, offset: f64): u32 {
  let product = <u64>word * span;
  if (<u64>(<u32>product) < span) {
    const threshold = ((<u64>1) << 32) % span;
    for (let attempt: u64 = 1; <u64>(<u32>product) < threshold; attempt++) {
      const again = <u64>stream | (attempt << 53);
      product = <u64>philoxWord(<u64>offset + (i >> 2), <u64>seed, again, i & 3) * span;
    }
  }
  return <u32>(product >> 32);
}

function fill<T>(
  outPtr: usize,
  n: u32,
  draw: Draw,
  seed: f64,
  stream: f64,
  offset: f64,
  mean: f64,
  std: f64,
  workPtr: usize,
): void {
  const means = f64x2.splat(mean);
  const stds = f64x2.splat(std);
  for (let i: u32 = 0; i < n; i += drawsAtOnce) {
    const block = <u64>offset + (i >> 1);
    if (draw == Draw.Normal) normals16(workPtr, block, <u64>seed, <u64>stream);
    else gumbels16(workPtr, block, <u64>seed, <u64>stream);
    const to = outPtr + (<usize>i) * sizeof<T>();
    const count = min(n - i, drawsAtOnce);
    for (let j: u32 = 0; j < count; j += 2) {
      const value = f64x2.add(f64x2.mul(v128.load(workPtr + ((<usize>j) << 3)), stds), means);
      storePair<T>(to + (<usize>j) * sizeof<T>(), value, count - j);
    }
  }
}

/** Two elements, or the one that is left. */
// @ts-ignore: decorator
@inline
function storePair<T>(ptr: usize, value: v128, left: u32): void {
  if (sizeof<T>() == 8) {
    if (left > 1) v128.store(ptr, value);
    else v128.store64_lane(ptr, value, 0);
  } else {
    const rounded = f32x4.demote_f64x2_zero(value);
    if (left > 1) v128.store64_lane(ptr, rounded, 0);
    else v128.store32_lane(ptr, rounded, 0);
  }
}
