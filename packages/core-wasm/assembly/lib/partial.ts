/** The first `count` (1, 2 or 3) floats at `ptr`, and zeros above them: nothing behind them is touched. */
// @ts-ignore: decorator
@inline
export function loadPartial(ptr: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(ptr);
  const two = v128.load64_zero(ptr);
  return count == 2 ? two : v128.load_lane<f32>(ptr, two, 2, 8);
}

/** Stores the first `count` (1, 2 or 3) lanes. */
// @ts-ignore: decorator
@inline
export function storePartial(ptr: usize, v: v128, count: i32): void {
  if (count == 1) {
    v128.store_lane<f32>(ptr, v, 0);
  } else {
    v128.store_lane<u64>(ptr, v, 0);
    if (count == 3) v128.store_lane<f32>(ptr, v, 2, 8);
  }
}

/** Four floats, or what is left of them: zeros in the lanes from `count` on. For loops that are long for each vector. */
// @ts-ignore: decorator
@inline
export function loadLanes(ptr: usize, count: i32): v128 {
  return count >= 4 ? v128.load(ptr) : loadPartial(ptr, count);
}

/** Stores four lanes, or the first `count` of them. */
// @ts-ignore: decorator
@inline
export function storeLanes(ptr: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(ptr, v);
  else storePartial(ptr, v, count);
}
