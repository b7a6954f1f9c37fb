import { drawsAtOnce, normals16 } from "../lib/draws";

/**
 * One step of a sampler: x ← (a·x + b·d) + c·ε with standard normal ε, worked out in float64 in this order and
 * rounded once to the type of x. Element i takes ε from block offset + (i >> 1). Where c = 0 nothing is drawn, and
 * where dPtr = 0 the term b·d is left out.
 *
 * x: f32[n] or f64[n]; d: f32[n] or f64[n]
 *
 * @param workPtr 384 bytes
 */
export function diffusionStep(
  xPtr: usize,
  dPtr: usize,
  n: u32,
  xIsWide: bool,
  dIsWide: bool,
  a: f64,
  b: f64,
  c: f64,
  seed: f64,
  stream: f64,
  offset: f64,
  workPtr: usize,
): void {
  if (xIsWide) {
    if (dIsWide) step<f64, f64>(xPtr, dPtr, n, a, b, c, <u64>seed, <u64>stream, <u64>offset, workPtr);
    else step<f64, f32>(xPtr, dPtr, n, a, b, c, <u64>seed, <u64>stream, <u64>offset, workPtr);
  } else {
    if (dIsWide) step<f32, f64>(xPtr, dPtr, n, a, b, c, <u64>seed, <u64>stream, <u64>offset, workPtr);
    else step<f32, f32>(xPtr, dPtr, n, a, b, c, <u64>seed, <u64>stream, <u64>offset, workPtr);
  }
}

function step<X, D>(
  xPtr: usize,
  dPtr: usize,
  n: u32,
  a: f64,
  b: f64,
  c: f64,
  seed: u64,
  stream: u64,
  offset: u64,
  workPtr: usize,
): void {
  for (let i: u32 = 0; i < n; i += drawsAtOnce) {
    const count = min(n - i, drawsAtOnce);
    if (c != 0) normals16(workPtr, offset + (i >> 1), seed, stream);
    for (let j: u32 = 0; j < count; j++) {
      const at = xPtr + (<usize>(i + j)) * sizeof<X>();
      let value = a * <f64>load<X>(at);
      if (dPtr != 0) value += b * <f64>load<D>(dPtr + (<usize>(i + j)) * sizeof<D>());
      if (c != 0) value += c * load<f64>(workPtr + ((<usize>j) << 3));
      store<X>(at, <X>value);
    }
  }
}
