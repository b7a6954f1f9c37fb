import { Field, NONE } from "./mergeState";

/**
 * Pairs of tokens that stand side by side somewhere, and where. A record: left u32, right u32, count f64, first occurrence
 * u32, number of occurrences u32, link among those that gained u32 (0: not among them), unused u32. A free record's left is NONE.
 */
export const PAIR_RECORD: usize = 32;
export namespace Pair {
  // @ts-ignore: decorator
  @inline export const LEFT: usize = 0;
  // @ts-ignore: decorator
  @inline export const RIGHT: usize = 4;
  // @ts-ignore: decorator
  @inline export const COUNT: usize = 8;
  // @ts-ignore: decorator
  @inline export const HEAD: usize = 16;
  // @ts-ignore: decorator
  @inline export const OCCURRENCES: usize = 20;
  // @ts-ignore: decorator
  @inline export const GAINED: usize = 24;
}

// @ts-ignore: decorator
@inline
export function pairAt(state: usize, number: u32): usize {
  return (load<u32>(state, Field.PAIRS) as usize) + (number as usize) * PAIR_RECORD;
}

// @ts-ignore: decorator
@inline
function hashPair(left: u32, right: u32): u32 {
  const mixed = (((left as u64) << 32) | (right as u64)) * 0x9e3779b97f4a7c15;
  return ((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9 >> 32) as u32;
}

/** The record of a pair, or NONE. */
export function findPair(state: usize, left: u32, right: u32): u32 {
  const slots: usize = load<u32>(state, Field.PAIR_SLOTS);
  const mask = load<u32>(state, Field.PAIR_MASK);
  let at = hashPair(left, right) & mask;
  let entry: u32;
  while ((entry = load<u32>(slots + ((at as usize) << 2))) !== 0) {
    const pair = pairAt(state, entry - 1);
    if (load<u32>(pair, Pair.LEFT) === left && load<u32>(pair, Pair.RIGHT) === right) break;
    at = (at + 1) & mask;
  }
  // NONE where the slot was empty.
  return entry - 1;
}

/** Whether so many new records can be made. */
// @ts-ignore: decorator
@inline
export function hasRoomForPairs(state: usize, wanted: u32): bool {
  return load<u32>(state, Field.PAIRS_USED) + wanted <= load<u32>(state, Field.PAIR_ROOM);
}

/** The record of a pair, which is made where there is none yet: there must be room for it. */
export function enterPair(state: usize, left: u32, right: u32): u32 {
  const slots: usize = load<u32>(state, Field.PAIR_SLOTS);
  const mask = load<u32>(state, Field.PAIR_MASK);
  let at = hashPair(left, right) & mask;
  let entry: u32;
  while ((entry = load<u32>(slots + ((at as usize) << 2))) !== 0) {
    const pair = pairAt(state, entry - 1);
    if (load<u32>(pair, Pair.LEFT) === left && load<u32>(pair, Pair.RIGHT) === right) return entry - 1;
    at = (at + 1) & mask;
  }
  let number = load<u32>(state, Field.FREE_PAIR);
  if (number === NONE) {
    number = load<u32>(state, Field.PAIRS_USED);
    store<u32>(state, number + 1, Field.PAIRS_USED);
  } else {
    store<u32>(state, load<u32>(pairAt(state, number), Pair.HEAD), Field.FREE_PAIR);
  }
  store<u32>(slots + ((at as usize) << 2), number + 1);
  const pair = pairAt(state, number);
  store<u32>(pair, left, Pair.LEFT);
  store<u32>(pair, right, Pair.RIGHT);
  store<f64>(pair, 0, Pair.COUNT);
  store<u32>(pair, NONE, Pair.HEAD);
  store<u32>(pair, 0, Pair.OCCURRENCES);
  store<u32>(pair, 0, Pair.GAINED);
  return number;
}

/** Frees a record, and closes the gap that it leaves in the slots. */
export function removePair(state: usize, number: u32): void {
  const slots: usize = load<u32>(state, Field.PAIR_SLOTS);
  const mask = load<u32>(state, Field.PAIR_MASK);
  const pair = pairAt(state, number);
  let gap = hashPair(load<u32>(pair, Pair.LEFT), load<u32>(pair, Pair.RIGHT)) & mask;
  while (load<u32>(slots + ((gap as usize) << 2)) !== number + 1) gap = (gap + 1) & mask;
  for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
    const entry = load<u32>(slots + ((at as usize) << 2));
    if (!entry) break;
    const other = pairAt(state, entry - 1);
    const home = hashPair(load<u32>(other, Pair.LEFT), load<u32>(other, Pair.RIGHT)) & mask;
    // What is nearer to its home than to the gap stays.
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    store<u32>(slots + ((gap as usize) << 2), entry);
    gap = at;
  }
  store<u32>(slots + ((gap as usize) << 2), 0);
  store<u32>(pair, NONE, Pair.LEFT);
  store<u32>(pair, load<u32>(state, Field.FREE_PAIR), Pair.HEAD);
  store<u32>(state, number, Field.FREE_PAIR);
}

/** Enters all the records into the slots, which have been made anew and are zero. */
export function rehashPairs(state: usize): void {
  const slots: usize = load<u32>(state, Field.PAIR_SLOTS);
  const mask = load<u32>(state, Field.PAIR_MASK);
  const used = load<u32>(state, Field.PAIRS_USED);
  for (let number: u32 = 0; number < used; number++) {
    const pair = pairAt(state, number);
    const left = load<u32>(pair, Pair.LEFT);
    if (left === NONE) continue;
    let at = hashPair(left, load<u32>(pair, Pair.RIGHT)) & mask;
    while (load<u32>(slots + ((at as usize) << 2))) at = (at + 1) & mask;
    store<u32>(slots + ((at as usize) << 2), number + 1);
  }
}
