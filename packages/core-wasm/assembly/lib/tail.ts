/**
 * The last one to three floats of an array as a vector, the other lanes 0: an element goes through the same
 * instructions wherever it stands, and so has the same bits whatever the array's length.
 */
export function loadTail(ptr: usize, count: usize): v128 {
  let v = v128.load32_zero(ptr);
  if (count > 1) v = v128.load32_lane(ptr, v, 1, 4);
  if (count > 2) v = v128.load32_lane(ptr, v, 2, 8);
  return v;
}

/** Writes the first one to three lanes. */
export function storeTail(ptr: usize, v: v128, count: usize): void {
  v128.store32_lane(ptr, v, 0);
  if (count > 1) v128.store32_lane(ptr, v, 1, 4);
  if (count > 2) v128.store32_lane(ptr, v, 2, 8);
}
