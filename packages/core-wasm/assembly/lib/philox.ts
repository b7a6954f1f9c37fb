/**
 * Philox4x32-10: a counter of four 32-bit words and a key of two give four random words, through ten rounds of
 * two wide multiplications. Counter based: any block is had at once, without the ones before.
 *
 * The counter's low half is the block's number, its high half the stream; the key is the seed.
 *
 * Ref: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3.
 */

/**
 * Four consecutive blocks at once, one a lane. Writes 64 bytes: word 0 of the four blocks, then word 1 of the
 * four, word 2, word 3.
 */
export function philox4(ptr: usize, block: u64, seed: u64, stream: u64): void {
  const first = i64x2.add(i64x2.splat(block), i64x2(0, 1));
  const second = i64x2.add(i64x2.splat(block), i64x2(2, 3));
  let x0 = evenWords(first, second);
  let x1 = oddWords(first, second);
  let x2 = i32x4.splat(<i32>stream);
  let x3 = i32x4.splat(<i32>(stream >> 32));
  let k0 = i32x4.splat(<i32>seed);
  let k1 = i32x4.splat(<i32>(seed >> 32));
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  const weyl0 = i32x4.splat(0x9e3779b9); // the golden ratio
  const weyl1 = i32x4.splat(0xbb67ae85); // √3 − 1
  for (let round = 0; round < 10; round++) {
    const high0 = oddWords(i64x2.extmul_low_i32x4_u(x0, m0), i64x2.extmul_high_i32x4_u(x0, m0));
    const high1 = oddWords(i64x2.extmul_low_i32x4_u(x2, m1), i64x2.extmul_high_i32x4_u(x2, m1));
    const low0 = i32x4.mul(x0, m0);
    x0 = v128.xor(v128.xor(high1, x1), k0);
    x1 = i32x4.mul(x2, m1);
    x2 = v128.xor(v128.xor(high0, x3), k1);
    x3 = low0;
    k0 = i32x4.add(k0, weyl0);
    k1 = i32x4.add(k1, weyl1);
  }
  v128.store(ptr, x0);
  v128.store(ptr, x1, 16);
  v128.store(ptr, x2, 32);
  v128.store(ptr, x3, 48);
}

/** Word `word` (0 to 3) of one block. */
export function philoxWord(ptr: usize, block: u64, seed: u64, stream: u64, word: u32): u32 {
  philox4(ptr, block, seed, stream);
  return load<u32>(ptr + ((<usize>word) << 4));
}

/** The low halves of four 64-bit lanes. */
// @ts-ignore: decorator
@inline
function evenWords(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

/** The high halves of four 64-bit lanes. */
// @ts-ignore: decorator
@inline
function oddWords(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
