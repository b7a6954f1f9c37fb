/**
 * The next four floats of an array that has `count` ≥ 1 left, with zeros for what is beyond its end: an element
 * goes through the same instructions wherever it stands, and so has the same bits whatever the array's length.
 */
// @ts-ignore: decorator
@inline
export function loadUpTo4(ptr: usize, count: usize): v128 {
  return count >= 4 ? v128.load(ptr) : loadTail(ptr, count);
}

/** Writes four floats, or the first `count` ≥ 1 where fewer are left. */
// @ts-ignore: decorator
@inline
export function storeUpTo4(ptr: usize, v: v128, count: usize): void {
  if (count >= 4) v128.store(ptr, v);
  else storeTail(ptr, v, count);
}

/** The last one to three floats of an array, the other lanes 0. */
function loadTail(ptr: usize, count: usize): v128 {
  let v = v128.load32_zero(ptr);
  if (count > 1) v = v128.load32_lane(ptr, v, 1, 4);
  if (count > 2) v = v128.load32_lane(ptr, v, 2, 8);
  return v;
}

/** Writes the first one to three lanes. */
function storeTail(ptr: usize, v: v128, count: usize): void {
  v128.store32_lane(ptr, v, 0);
  if (count > 1) v128.store32_lane(ptr, v, 1, 4);
  if (count > 2) v128.store32_lane(ptr, v, 2, 8);
}
