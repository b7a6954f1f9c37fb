import { gumbels8, normals8, uniforms8 } from "../lib/draws";
import { philox4, philoxWord } from "../lib/philox";

/**
 * Random numbers by Philox4x32-10 (lib/philox.ts). `seed`, `stream` and `offset` are whole numbers below 2⁵³
 * that come as float64; `offset` counts blocks of 128 bits. `workPtr` is 64 bytes of working memory.
 *
 *     f32 uniforms, integers, bits   four elements a block: element i from block offset + (i >> 2)
 *     all others                     two elements a block: element i from block offset + (i >> 1)
 */

/** How lib/draws.ts fills eight float64. */
const enum Draw {
  Uniform,
  Normal,
  Gumbel,
}

/** One block for a counter u32[4] and a key u32[2], all bits free: for known answers. Writes u32[4]. */
export function philox4x32(outPtr: usize, counterPtr: usize, keyPtr: usize, workPtr: usize): void {
  philox4(workPtr, load<u64>(counterPtr), load<u64>(keyPtr), load<u64>(counterPtr, 8));
  for (let word: usize = 0; word < 4; word++) store<u32>(outPtr + (word << 2), load<u32>(workPtr + (word << 4)));
}

/** out: u32[n], raw words. */
export function randomBits(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  for (let i: u32 = 0; i < n; i += 16) {
    philox4(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    const count = min(n - i, 16);
    for (let j: u32 = 0; j < count; j++) store<u32>(outPtr + ((<usize>(i + j)) << 2), wordAt(workPtr, j));
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
  for (let i: u32 = 0; i < n; i += 16) {
    philox4(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    // In place: words become floats, word-major as before.
    for (let at: usize = 0; at < 64; at += 16) {
      const k = f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(workPtr + at), 8));
      const u = f32x4.mul(f32x4.max(k, f32x4.splat(0.5)), f32x4.splat(5.9604644775390625e-8)); // 2^−24
      const value = f32x4.min(f32x4.max(f32x4.add(f32x4.mul(u, span), lows), lows), highs);
      v128.store(workPtr + at, value);
    }
    if (n - i >= 16) storeTransposed(outPtr + ((<usize>i) << 2), workPtr);
    else for (let j: u32 = 0; j < n - i; j++) store<u32>(outPtr + ((<usize>(i + j)) << 2), wordAt(workPtr, j));
  }
}

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
  const span = high - low;
  for (let i: u32 = 0; i < n; i += 8) {
    uniforms8(workPtr, <u64>offset + (i >> 1), <u64>seed, <u64>stream);
    const count = min(n - i, 8);
    for (let j: u32 = 0; j < count; j++) {
      const value = load<f64>(workPtr + ((<usize>j) << 3)) * span + low;
      store<f64>(outPtr + ((<usize>(i + j)) << 3), min(max(value, low), high));
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
  for (let i: u32 = 0; i < n; i++) {
    if (!(i & 15)) philox4(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    const drawn = below(wordAt(workPtr, i & 15), <u64>span, i, seed, stream, offset, workPtr + 64);
    store<i32>(outPtr + ((<usize>i) << 2), low + <i32>drawn);
  }
}

/** out: i32[n], the numbers 0 … n − 1 in random order (Fisher and Yates, from the end); each order equally likely. */
export function randomPermutation(outPtr: usize, n: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): void {
  for (let i: u32 = 0; i < n; i++) store<i32>(outPtr + ((<usize>i) << 2), i);
  for (let i: u32 = 0; i < n; i++) {
    if (!(i & 15)) philox4(workPtr, <u64>offset + (i >> 2), <u64>seed, <u64>stream);
    const last = n - 1 - i;
    const other = below(wordAt(workPtr, i & 15), <u64>last + 1, i, seed, stream, offset, workPtr + 64);
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
function below(word: u32, span: u64, i: u32, seed: f64, stream: f64, offset: f64, workPtr: usize): u32 {
  let product = <u64>word * span;
  if (<u64>(<u32>product) < span) {
    const threshold = ((<u64>1) << 32) % span;
    for (let attempt: u64 = 1; <u64>(<u32>product) < threshold; attempt++) {
      const again = <u64>stream | (attempt << 53);
      product = <u64>philoxWord(workPtr, <u64>offset + (i >> 2), <u64>seed, again, i & 3) * span;
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
  for (let i: u32 = 0; i < n; i += 8) {
    const block = <u64>offset + (i >> 1);
    if (draw == Draw.Normal) normals8(workPtr, block, <u64>seed, <u64>stream);
    else gumbels8(workPtr, block, <u64>seed, <u64>stream);
    const count = min(n - i, 8);
    for (let j: u32 = 0; j < count; j++) {
      const value = load<f64>(workPtr + ((<usize>j) << 3)) * std + mean;
      store<T>(outPtr + (<usize>(i + j)) * sizeof<T>(), <T>value);
    }
  }
}

/** Word j of sixteen, in the order of the blocks: the work area is word-major (lib/philox.ts). */
// @ts-ignore: decorator
@inline
function wordAt(workPtr: usize, j: u32): u32 {
  return load<u32>(workPtr + (((<usize>(j & 3)) << 4) | ((<usize>(j >> 2)) << 2)));
}

/** The 4 × 4 words at workPtr, transposed: block after block. */
// @ts-ignore: decorator
@inline
function storeTransposed(outPtr: usize, workPtr: usize): void {
  const a = v128.load(workPtr);
  const b = v128.load(workPtr, 16);
  const c = v128.load(workPtr, 32);
  const d = v128.load(workPtr, 48);
  const ab01 = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const ab23 = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const cd01 = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd23 = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(outPtr, i8x16.shuffle(ab01, cd01, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(outPtr, i8x16.shuffle(ab01, cd01, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 16);
  v128.store(outPtr, i8x16.shuffle(ab23, cd23, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), 32);
  v128.store(outPtr, i8x16.shuffle(ab23, cd23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 48);
}
