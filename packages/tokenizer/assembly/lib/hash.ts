// Hashes of short runs of bytes, a product of odd 64-bit constants folded once: the high bits choose a slot. Whoever finds
// something by a hash compares the bytes as well, so that a collision costs time and never an answer.

const A: u64 = 0x9e3779b97f4a7c15;
const B: u64 = 0xc2b2ae3d27d4eb4f;
const C: u64 = 0x165667b19e3779f9;

/** The first `length` (1 … 8) of the eight bytes at `pointer`, the others zero. */
// @ts-ignore: decorator
@inline
export function loadHead(pointer: usize, length: u32): u64 {
  return load<u64>(pointer) & (~(<u64>0) >> (64 - (<u64>length << 3)));
}

// @ts-ignore: decorator
@inline
export function hashPair(first: u64, second: u64): u64 {
  const sum = first * A + second * B;
  return (sum ^ (sum >> 32)) * C;
}

/** Of up to 16 bytes: the first eight (zero where there are fewer), and the last eight of more than eight, else zero. */
// @ts-ignore: decorator
@inline
export function hashWords(first: u64, second: u64, length: u32): u64 {
  return hashPair(first + <u64>length, second);
}

/** Of any number of bytes, at least one; reads up to 8 bytes behind them. Equal to `hashWords` where that applies. */
export function hashBytes(pointer: usize, length: u32): u64 {
  if (length <= 8) return hashWords(loadHead(pointer, length), 0, length);
  if (length <= 16) return hashWords(load<u64>(pointer), load<u64>(pointer + length - 8), length);
  let first: u64 = 0;
  const last = pointer + length - 8;
  for (; pointer < last; pointer += 8) {
    first = (first ^ load<u64>(pointer)) * A;
    first = rotl<u64>(first, 29);
  }
  return hashWords(first, load<u64>(last), length);
}

/** Whether two runs of bytes are equal. */
export function equalBytes(a: usize, b: usize, length: u32): bool {
  const end = a + length;
  for (; a + 8 <= end; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  for (; a < end; a++, b++) if (load<u8>(a) != load<u8>(b)) return false;
  return true;
}
