import { exp64 } from "./exp64";
import { log64 } from "./log64";

// One number at a time, for what is done once a row or an iteration, or goes element by element.

/** e^x in float64. */
// @ts-ignore: decorator
@inline
export function expOf(x: f64): f64 {
  return f64x2.extract_lane(exp64(f64x2.splat(x)), 0);
}

/** ln x in float64, for positive normal x. */
// @ts-ignore: decorator
@inline
export function logOf(x: f64): f64 {
  return f64x2.extract_lane(log64(f64x2.splat(x)), 0);
}

/** The next two of an array that has `count` ≥ 1 left, as float64; `beyond` for what is not there. */
// @ts-ignore: decorator
@inline
export function loadPair(ptr: usize, count: usize, beyond: f64): v128 {
  if (count >= 2) return f64x2.promote_low_f32x4(v128.load64_zero(ptr));
  return f64x2.replace_lane(f64x2.splat(beyond), 0, <f64>load<f32>(ptr));
}

/** x[i] += change, in the precision of the sum. */
// @ts-ignore: decorator
@inline
export function addTo(ptr: usize, change: f64): void {
  store<f32>(ptr, <f32>(<f64>load<f32>(ptr) + change));
}

/** n floats of NaN. */
export function fillNaN(ptr: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) store<f32>(ptr + (i << 2), NaN);
}
