// Loops that touch nothing but registers: how many multiply-adds a second the engine gets out of the processor at all.
// Each does twelve vectors of multiply-adds a turn and returns the sum of its accumulators. The operands come in as
// arguments, so that no compiler knows the result beforehand.

// @ts-ignore: decorator
@inline
function total(a: v128): f32 {
  return (
    f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3)
  );
}

/**
 * Fused: c ← x · y + c, twelve chains. Two units with a latency of four cycles are busy from eight chains on: what is measured is
 * the units. The sum is 48 · turns · x · y. NaN in a build without relaxed SIMD.
 */
export function fused(turns: i32, xs: f32, ys: f32): f32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return NaN;
  const x = f32x4.splat(xs);
  const y = f32x4.splat(ys);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
  for (let turn = 0; turn < turns; turn++) {
    c0 = f32x4.relaxed_madd(x, y, c0);
    c1 = f32x4.relaxed_madd(x, y, c1);
    c2 = f32x4.relaxed_madd(x, y, c2);
    c3 = f32x4.relaxed_madd(x, y, c3);
    c4 = f32x4.relaxed_madd(x, y, c4);
    c5 = f32x4.relaxed_madd(x, y, c5);
    c6 = f32x4.relaxed_madd(x, y, c6);
    c7 = f32x4.relaxed_madd(x, y, c7);
    c8 = f32x4.relaxed_madd(x, y, c8);
    c9 = f32x4.relaxed_madd(x, y, c9);
    c10 = f32x4.relaxed_madd(x, y, c10);
    c11 = f32x4.relaxed_madd(x, y, c11);
  }
  return (
    total(c0) + total(c1) + total(c2) + total(c3) + total(c4) + total(c5) +
    total(c6) + total(c7) + total(c8) + total(c9) + total(c10) + total(c11)
  );
}

/**
 * Multiply and add in a chain: c ← c · x + y, twelve chains. Each waits for its own product and then its own sum, so on processors
 * that need more than twelve chains to hide both latencies, this is the latency. Comes to 48 · y / (1 − x) for 0 ≤ x < 1.
 */
export function chained(turns: i32, xs: f32, ys: f32): f32 {
  const x = f32x4.splat(xs);
  const y = f32x4.splat(ys);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
  for (let turn = 0; turn < turns; turn++) {
    c0 = f32x4.add(f32x4.mul(c0, x), y);
    c1 = f32x4.add(f32x4.mul(c1, x), y);
    c2 = f32x4.add(f32x4.mul(c2, x), y);
    c3 = f32x4.add(f32x4.mul(c3, x), y);
    c4 = f32x4.add(f32x4.mul(c4, x), y);
    c5 = f32x4.add(f32x4.mul(c5, x), y);
    c6 = f32x4.add(f32x4.mul(c6, x), y);
    c7 = f32x4.add(f32x4.mul(c7, x), y);
    c8 = f32x4.add(f32x4.mul(c8, x), y);
    c9 = f32x4.add(f32x4.mul(c9, x), y);
    c10 = f32x4.add(f32x4.mul(c10, x), y);
    c11 = f32x4.add(f32x4.mul(c11, x), y);
  }
  return (
    total(c0) + total(c1) + total(c2) + total(c3) + total(c4) + total(c5) +
    total(c6) + total(c7) + total(c8) + total(c9) + total(c10) + total(c11)
  );
}

/**
 * Multiply and add as a matrix product does them: c ← c + x · y, where no product waits for a sum, so what is measured is the
 * units. x changes twice a turn, or a compiler would take the products out of the loop: two additions more, which do not
 * count. Six numbers y, six accumulators, x, its step and a product fill the fifteen registers that V8 has. The sum is
 * 48 · turns · x · y for step = 0.
 */
export function unchained(turns: i32, xs: f32, ys: f32, step: f32): f32 {
  const d = f32x4.splat(step);
  let x = f32x4.splat(xs);
  const y0 = f32x4.splat(ys + 0 * step);
  const y1 = f32x4.splat(ys + 1 * step);
  const y2 = f32x4.splat(ys + 2 * step);
  const y3 = f32x4.splat(ys + 3 * step);
  const y4 = f32x4.splat(ys + 4 * step);
  const y5 = f32x4.splat(ys + 5 * step);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  for (let turn = 0; turn < turns; turn++) {
    c0 = f32x4.add(c0, f32x4.mul(x, y0));
    c1 = f32x4.add(c1, f32x4.mul(x, y1));
    c2 = f32x4.add(c2, f32x4.mul(x, y2));
    c3 = f32x4.add(c3, f32x4.mul(x, y3));
    c4 = f32x4.add(c4, f32x4.mul(x, y4));
    c5 = f32x4.add(c5, f32x4.mul(x, y5));
    x = f32x4.add(x, d);
    c0 = f32x4.add(c0, f32x4.mul(x, y0));
    c1 = f32x4.add(c1, f32x4.mul(x, y1));
    c2 = f32x4.add(c2, f32x4.mul(x, y2));
    c3 = f32x4.add(c3, f32x4.mul(x, y3));
    c4 = f32x4.add(c4, f32x4.mul(x, y4));
    c5 = f32x4.add(c5, f32x4.mul(x, y5));
    x = f32x4.add(x, d);
  }
  return total(c0) + total(c1) + total(c2) + total(c3) + total(c4) + total(c5);
}
