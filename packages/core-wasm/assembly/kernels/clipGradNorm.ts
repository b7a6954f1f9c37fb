/**
 * Σ x² in float64, f32[n]. A square of a float32 is exact in float64 and cannot overflow. Lane l of two
 * accumulators takes the elements i with i mod 4 = l; they are added in a fixed order.
 */
export function clipGradNormSquares(xPtr: usize, n: u32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = xPtr + ((<usize>n) << 2);
  let ptr = xPtr;
  for (; ptr + 16 <= end; ptr += 16) {
    const x = v128.load(ptr);
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; ptr < end; ptr += 4) {
    const x = <f64>load<f32>(ptr);
    sum += x * x;
  }
  return sum;
}

/** x ← scale · x, f32[n]. */
export function clipGradNormScale(xPtr: usize, n: u32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const end = xPtr + ((<usize>n) << 2);
  let ptr = xPtr;
  for (; ptr + 16 <= end; ptr += 16) v128.store(ptr, f32x4.mul(v128.load(ptr), scales));
  for (; ptr < end; ptr += 4) store<f32>(ptr, load<f32>(ptr) * scale);
}
