/**
 * Philox4x32-10: a counter of four 32-bit words and a key of two give four random words, through ten rounds of
 * two wide multiplications. Counter based: any block is had at once, without the ones before.
 *
 * The counter's low half is the block's number, its high half the stream; the key is the seed.
 *
 * Ref: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3.
 */

// The multipliers, and the steps of the key (the golden ratio, √3 − 1). For vectors they lie in memory: see `spread`.
// @ts-ignore: decorator
@inline
const multiplier0: u32 = 0xd2511f53;
// @ts-ignore: decorator
@inline
const multiplier1: u32 = 0xcd9e8d57;
// @ts-ignore: decorator
@inline
const weyl0: u32 = 0x9e3779b9;
// @ts-ignore: decorator
@inline
const weyl1: u32 = 0xbb67ae85;
// @ts-ignore: decorator
@inline
const constants: usize = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85]);

/** The bytes that `philox8` writes. */
// @ts-ignore: decorator
@inline
export const philoxBytes: usize = 128;

/**
 * Eight consecutive blocks at once, one a lane of two groups: one group alone would wait for its multiplications. Writes
 * for each four blocks 64 bytes: their words 0, then their words 1, 2 and 3.
 */
export function philox8(ptr: usize, block: u64, seed: u64, stream: u64): void {
  const blocks = i64x2.splat(block);
  const blocks01 = i64x2.add(blocks, i64x2(0, 1));
  const blocks23 = i64x2.add(blocks, i64x2(2, 3));
  const blocks45 = i64x2.add(blocks, i64x2(4, 5));
  const blocks67 = i64x2.add(blocks, i64x2(6, 7));
  let x0 = evenWords(blocks01, blocks23);
  let x1 = oddWords(blocks01, blocks23);
  let x2 = i32x4.splat(<i32>stream);
  let x3 = i32x4.splat(<i32>(stream >> 32));
  let y0 = evenWords(blocks45, blocks67);
  let y1 = oddWords(blocks45, blocks67);
  let y2 = x2;
  let y3 = x3;
  let k0 = i32x4.splat(<i32>seed);
  let k1 = i32x4.splat(<i32>(seed >> 32));
  const m0 = v128.load32_splat(constants);
  const m1 = v128.load32_splat(constants, 4);
  for (let round = 0; round < 10; round++) {
    const xHigh0 = highProducts(x0, m0);
    const xHigh1 = highProducts(x2, m1);
    const xLow0 = i32x4.mul(x0, m0);
    x0 = v128.xor(v128.xor(xHigh1, x1), k0);
    x1 = i32x4.mul(x2, m1);
    x2 = v128.xor(v128.xor(xHigh0, x3), k1);
    x3 = xLow0;
    const yHigh0 = highProducts(y0, m0);
    const yHigh1 = highProducts(y2, m1);
    const yLow0 = i32x4.mul(y0, m0);
    y0 = v128.xor(v128.xor(yHigh1, y1), k0);
    y1 = i32x4.mul(y2, m1);
    y2 = v128.xor(v128.xor(yHigh0, y3), k1);
    y3 = yLow0;
    k0 = i32x4.add(k0, v128.load32_splat(constants, 8));
    k1 = i32x4.add(k1, v128.load32_splat(constants, 12));
  }
  v128.store(ptr, x0);
  v128.store(ptr, x1, 16);
  v128.store(ptr, x2, 32);
  v128.store(ptr, x3, 48);
  v128.store(ptr, y0, 64);
  v128.store(ptr, y1, 80);
  v128.store(ptr, y2, 96);
  v128.store(ptr, y3, 112);
}

/** Word `word` (0 to 3) of one block. */
export function philoxWord(block: u64, seed: u64, stream: u64, word: u32): u32 {
  let x0 = <u32>block;
  let x1 = <u32>(block >> 32);
  let x2 = <u32>stream;
  let x3 = <u32>(stream >> 32);
  let k0 = <u32>seed;
  let k1 = <u32>(seed >> 32);
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>x0 * multiplier0;
    const product1 = <u64>x2 * multiplier1;
    x0 = <u32>(product1 >> 32) ^ x1 ^ k0;
    x1 = <u32>product1;
    x2 = <u32>(product0 >> 32) ^ x3 ^ k1;
    x3 = <u32>product0;
    k0 += weyl0;
    k1 += weyl1;
  }
  return word == 0 ? x0 : word == 1 ? x1 : word == 2 ? x2 : x3;
}

/** Where word j of `philox8` lies, counted block after block. */
// @ts-ignore: decorator
@inline
export function wordAt(ptr: usize, j: u32): usize {
  return ptr + (((<usize>(j >> 4)) << 6) | ((<usize>(j & 3)) << 4) | ((<usize>((j >> 2) & 3)) << 2));
}

/** The first `count` words of `philox8`, at most 32, block after block. */
export function storeWords(outPtr: usize, ptr: usize, count: u32): void {
  if (count == 32) {
    storeTransposed(outPtr, ptr);
    storeTransposed(outPtr + 64, ptr + 64);
  } else {
    for (let j: u32 = 0; j < count; j++) store<u32>(outPtr + ((<usize>j) << 2), load<u32>(wordAt(ptr, j)));
  }
}

/** The 4 × 4 words at `ptr`, transposed. */
// @ts-ignore: decorator
@inline
function storeTransposed(outPtr: usize, ptr: usize): void {
  const a = v128.load(ptr);
  const b = v128.load(ptr, 16);
  const c = v128.load(ptr, 32);
  const d = v128.load(ptr, 48);
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(outPtr, v128.shuffle<i32>(ab01, cd01, 0, 1, 4, 5));
  v128.store(outPtr, v128.shuffle<i32>(ab01, cd01, 2, 3, 6, 7), 16);
  v128.store(outPtr, v128.shuffle<i32>(ab23, cd23, 0, 1, 4, 5), 32);
  v128.store(outPtr, v128.shuffle<i32>(ab23, cd23, 2, 3, 6, 7), 48);
}

/** The high halves of x · m. */
// @ts-ignore: decorator
@inline
export function highProducts(x: v128, m: v128): v128 {
  return oddWords(i64x2.extmul_low_i32x4_u(x, m), i64x2.extmul_high_i32x4_u(x, m));
}

/** The low halves of four 64-bit lanes. */
// @ts-ignore: decorator
@inline
function evenWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

/** The high halves of four 64-bit lanes. */
// @ts-ignore: decorator
@inline
function oddWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}
