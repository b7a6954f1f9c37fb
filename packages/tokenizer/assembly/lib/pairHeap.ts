import { Field } from "./mergeState";
import { compareTokens, tokenAt } from "./tokenTable";

/**
 * The pairs that may merge, the best at the top: a binary heap of (count f64, the left token's first bytes u64, left u32,
 * right u32). A count is what it was when the pair was put there; it has not risen since without the pair being put there again.
 */
export const HEAP_RECORD: usize = 24;

/** Whether the pair at `a` is better: met more often, or as often and smaller, by the left token's bytes, then the right's. */
function isBetter(state: usize, a: usize, b: usize): bool {
  const firstCount = load<f64>(a);
  const secondCount = load<f64>(b);
  if (firstCount !== secondCount) return firstCount > secondCount;
  const first = load<u64>(a, 8);
  const second = load<u64>(b, 8);
  if (first !== second) return first < second;
  const lefts = compareTokens(state, load<u32>(a, 16), load<u32>(b, 16));
  return lefts ? lefts < 0 : compareTokens(state, load<u32>(a, 20), load<u32>(b, 20)) < 0;
}

// @ts-ignore: decorator
@inline
function write(at: usize, count: f64, prefix: u64, pair: u64): void {
  store<f64>(at, count);
  store<u64>(at, prefix, 8);
  store<u64>(at, pair, 16);
}

// @ts-ignore: decorator
@inline
function move(to: usize, from: usize): void {
  write(to, load<f64>(from), load<u64>(from, 8), load<u64>(from, 16));
}

/** Adds a pair. There must be room for it, and for one more entry behind the last. */
export function pushPair(state: usize, count: f64, left: u32, right: u32): void {
  const heap: usize = load<u32>(state, Field.HEAP);
  const size = load<u32>(state, Field.HEAP_SIZE);
  const entry = heap + ((size + 1) as usize) * HEAP_RECORD;
  write(entry, count, load<u64>(tokenAt(state, left)), ((right as u64) << 32) | (left as u64));
  let at = size;
  while (at) {
    const parent = (at - 1) >> 1;
    const parentPtr = heap + (parent as usize) * HEAP_RECORD;
    if (!isBetter(state, entry, parentPtr)) break;
    move(heap + (at as usize) * HEAP_RECORD, parentPtr);
    at = parent;
  }
  move(heap + (at as usize) * HEAP_RECORD, entry);
  store<u32>(state, size + 1, Field.HEAP_SIZE);
}

/** Removes the top. */
export function popPair(state: usize): void {
  const size = load<u32>(state, Field.HEAP_SIZE) - 1;
  store<u32>(state, size, Field.HEAP_SIZE);
  if (size) settle(state, (load<u32>(state, Field.HEAP) as usize) + (size as usize) * HEAP_RECORD, size);
}

/** Corrects the count at the top, and lets it sink to where it belongs. */
export function correctTop(state: usize, count: f64): void {
  const heap: usize = load<u32>(state, Field.HEAP);
  const size = load<u32>(state, Field.HEAP_SIZE);
  const entry = heap + (size as usize) * HEAP_RECORD;
  move(entry, heap);
  store<f64>(entry, count);
  settle(state, entry, size);
}

/** Puts the entry, which lies outside, where it belongs from the top down. */
function settle(state: usize, entry: usize, size: u32): void {
  const heap: usize = load<u32>(state, Field.HEAP);
  let at: u32 = 0;
  for (;;) {
    let child: u32 = 2 * at + 1;
    if (child >= size) break;
    let childPtr = heap + (child as usize) * HEAP_RECORD;
    if (child + 1 < size && isBetter(state, childPtr + HEAP_RECORD, childPtr)) {
      child++;
      childPtr += HEAP_RECORD;
    }
    if (!isBetter(state, childPtr, entry)) break;
    move(heap + (at as usize) * HEAP_RECORD, childPtr);
    at = child;
  }
  move(heap + (at as usize) * HEAP_RECORD, entry);
}
