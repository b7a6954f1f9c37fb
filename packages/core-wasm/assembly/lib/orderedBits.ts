/** The bits of a float, turned so that they order as whole numbers do; −0 as 0, so that equal floats are equal. */
// @ts-ignore: decorator
@inline
export function orderedBits(x: f32): u32 {
  const bits = reinterpret<u32>(x + 0);
  return <i32>bits < 0 ? ~bits : bits | 0x80000000;
}

/** The k-th greatest of n floats without NaN, 1 ≤ k ≤ n: its bits from the highest down, by counting what reaches them. */
export function kthGreatest(xPtr: usize, n: usize, k: usize): f32 {
  let found: u32 = 0;
  for (let bit: u32 = 0x80000000; bit != 0; bit >>= 1) {
    let count: usize = 0;
    for (let i: usize = 0; i < n; i++) count += <usize>(orderedBits(load<f32>(xPtr + (i << 2))) >= (found | bit));
    if (count >= k) found |= bit;
  }
  return reinterpret<f32>(<i32>found < 0 ? found & 0x7fffffff : ~found);
}
