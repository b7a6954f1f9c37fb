/**
 * Four float32 at a time, or one in lane 0 (the others are zero) with the same operations: a tail then gets the same
 * bits as the rest. `single` is a constant at every call, so that no branch is left.
 */
// @ts-ignore: decorator
@inline
export function loadLanes(single: bool, ptr: usize): v128 {
  return single ? v128.load32_zero(ptr) : v128.load(ptr);
}

// @ts-ignore: decorator
@inline
export function storeLanes(single: bool, ptr: usize, value: v128): void {
  if (single) v128.store32_lane(ptr, value, 0);
  else v128.store(ptr, value);
}
