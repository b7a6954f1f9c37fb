/** Where the element `i` of a u32 or f32 array lies. */
// @ts-ignore: decorator
@inline
export function at4(basePtr: usize, i: u32): usize {
  return basePtr + ((<usize>i) << 2);
}

/** Where the element `i` of an f64 or u64 array lies. */
// @ts-ignore: decorator
@inline
export function at8(basePtr: usize, i: u32): usize {
  return basePtr + ((<usize>i) << 3);
}
