/**
 * a · b + c in every lane. The `relaxed` variant fuses it (one rounding, where the machine can);
 * the `simd` variant rounds twice, and so gives the same bits on every machine.
 */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The four float32 lanes added in a fixed order: (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/**
 * The float at `address` in all lanes: for the constants of a long formula. A load proved faster in V8 than a vector
 * constant in the code (`f32x4.splat` of a literal), with the same bits.
 */
// @ts-ignore: decorator
@inline
export function spread(address: usize): v128 {
  return v128.load32_splat(address);
}
