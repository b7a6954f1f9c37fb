import { orderedBits } from "./orderedBits";

/**
 * Sorts a row of finite floats, ascending, equal ones in the order in which they stand: u64[n] at keysPtr, each with its element's
 * bits above (turned so that they order as whole numbers do) and its place below. A merge sort from the bottom up.
 *
 * @param workPtr u64[n]
 */
export function sortRow(keysPtr: usize, xPtr: usize, n: usize, workPtr: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u64>(keysPtr + (i << 3), (<u64>orderedBits(load<f32>(xPtr + (i << 2))) << 32) | <u64>i);
  }
  for (let begin: usize = 0; begin < n; begin += run) insertionSort(keysPtr, begin, min(begin + run, n));
  let from = keysPtr;
  let to = workPtr;
  for (let width = run; width < n; width <<= 1) {
    for (let begin: usize = 0; begin < n; begin += width << 1) {
      merge(to, from, begin, min(begin + width, n), min(begin + (width << 1), n));
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from != keysPtr) memory.copy(keysPtr, from, n << 3);
}

/** Where the element stood that is now at i. */
// @ts-ignore: decorator
@inline
export function placeOf(keysPtr: usize, i: usize): usize {
  return <usize>load<u32>(keysPtr + (i << 3));
}

/** Runs of so many are sorted by insertion. */
const run: usize = 16;

function insertionSort(keysPtr: usize, begin: usize, end: usize): void {
  for (let i = begin + 1; i < end; i++) {
    const key = load<u64>(keysPtr + (i << 3));
    let j = i;
    for (; j > begin && load<u64>(keysPtr + ((j - 1) << 3)) > key; j--) {
      store<u64>(keysPtr + (j << 3), load<u64>(keysPtr + ((j - 1) << 3)));
    }
    store<u64>(keysPtr + (j << 3), key);
  }
}

function merge(toPtr: usize, fromPtr: usize, begin: usize, middle: usize, end: usize): void {
  let left = begin;
  let right = middle;
  for (let i = begin; i < end; i++) {
    const takesLeft =
      right >= end || (left < middle && load<u64>(fromPtr + (left << 3)) < load<u64>(fromPtr + (right << 3)));
    const from = takesLeft ? left++ : right++;
    store<u64>(toPtr + (i << 3), load<u64>(fromPtr + (from << 3)));
  }
}
