/**
 * A table of distinct words and how often each was met: open addressing with linear probing, words' bytes one after the
 * other in a pool. Its parts are JavaScript's; this is what the header holds (u32 each, but for what is said):
 *
 *     0  slots: (hash u32, word's number + 1, or 0)[mask + 1]        16  room for words
 *     4  mask: a power of two, less one                              20  pool: the words' bytes
 *     8  words: (count f64, offset u32, length u32)[room]            24  bytes used in it
 *    12  words in it                                                 28  room for bytes
 *
 * Words are read eight bytes at a time: 8 bytes behind the text and the pool must be there to be read and written.
 */
export const WORD_RECORD: usize = 16;

/** A hash of `length` bytes. Ends are masked, so that what lies behind does not matter. */
// @ts-ignore: decorator
@inline
export function hashBytes(ptr: usize, length: u32): u32 {
  let hash: u64 = (length as u64) * 0x9e3779b97f4a7c15;
  const whole = ptr + (length & ~7);
  while (ptr < whole) {
    hash = mix(hash ^ load<u64>(ptr));
    ptr += 8;
  }
  const rest = length & 7;
  if (rest) hash = mix(hash ^ (load<u64>(ptr) & ((1 << ((rest << 3) as u64)) - 1)));
  return (hash >> 32) as u32;
}

// @ts-ignore: decorator
@inline
function mix(x: u64): u64 {
  x *= 0xff51afd7ed558ccd;
  return x ^ (x >> 32);
}

// @ts-ignore: decorator
@inline
export function equalBytes(a: usize, b: usize, length: u32): bool {
  const whole = a + (length & ~7);
  while (a < whole) {
    if (load<u64>(a) !== load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  const rest = length & 7;
  return !rest || !((load<u64>(a) ^ load<u64>(b)) & ((1 << ((rest << 3) as u64)) - 1));
}

/** Counts one word. @returns false, and nothing has changed, where there is no room for it */
export function addWord(table: usize, ptr: usize, length: u32): bool {
  const slots: usize = load<u32>(table);
  const mask = load<u32>(table, 4);
  const words: usize = load<u32>(table, 8);
  const pool: usize = load<u32>(table, 20);
  const hash = hashBytes(ptr, length);
  let at = hash & mask;
  let slot = slots + ((at as usize) << 3);
  let number: u32;
  while ((number = load<u32>(slot, 4)) !== 0) {
    if (load<u32>(slot) === hash) {
      const word = words + ((number - 1) as usize) * WORD_RECORD;
      if (load<u32>(word, 12) === length && equalBytes(pool + load<u32>(word, 8), ptr, length)) {
        store<f64>(word, load<f64>(word) + 1);
        return true;
      }
    }
    at = (at + 1) & mask;
    slot = slots + ((at as usize) << 3);
  }
  number = load<u32>(table, 12);
  const used = load<u32>(table, 24);
  if (number === load<u32>(table, 16) || load<u32>(table, 28) - used < length) return false;
  store<u32>(slot, hash);
  store<u32>(slot, number + 1, 4);
  const word = words + (number as usize) * WORD_RECORD;
  store<f64>(word, 1);
  store<u32>(word, used, 8);
  store<u32>(word, length, 12);
  for (let i: u32 = 0; i < length; i += 8) store<u64>(pool + used + i, load<u64>(ptr + i));
  store<u32>(table, number + 1, 12);
  store<u32>(table, used + length, 24);
  return true;
}

/** Enters the table's words into its slots, which have been made anew and are zero. */
export function rehashWords(table: usize): void {
  const slots: usize = load<u32>(table);
  const mask = load<u32>(table, 4);
  const pool: usize = load<u32>(table, 20);
  const count = load<u32>(table, 12);
  let word: usize = load<u32>(table, 8);
  for (let number: u32 = 1; number <= count; number++) {
    const hash = hashBytes(pool + load<u32>(word, 8), load<u32>(word, 12));
    let at = hash & mask;
    while (load<u32>(slots + ((at as usize) << 3), 4)) at = (at + 1) & mask;
    store<u64>(slots + ((at as usize) << 3), ((number as u64) << 32) | (hash as u64));
    word += WORD_RECORD;
  }
}
