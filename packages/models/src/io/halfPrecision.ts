/*
 * float16 is 1 sign bit, 5 of exponent and 10 of fraction; bfloat16 is the upper half of a float32: 1, 8 and 7.
 * Everything goes through the bits of a float32, which has more than two spare bits for both.
 */
const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The bits of infinity as a float32; with more in them than these, and no sign, a NaN. */
const infinityBits = 0x7f800000;

/**
 * The bits of `x` as a float32, rounded to odd: cut off towards zero, with the last bit set if anything was lost.
 * Rounding the result to nearest then gives what rounding `x` at once would have: a number that lies close to a tie
 * cannot be rounded onto it first.
 *
 * Ref: Boldo and Melquiond 2008, Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd.
 */
function oddBits(x: number): number {
  single[0] = x;
  const rounded = single[0];
  const bits = word[0]!;
  if (rounded === x || x !== x) return bits;
  return (Math.abs(rounded) > Math.abs(x) ? bits - 1 : bits) | 1;
}

/** Rounds the bits of a float32 to those of a float16, to nearest, ties to even. A NaN keeps its sign and upper bits. */
function float16FromSingleBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > infinityBits) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200);
  // From 65520 on (halfway between the largest float16 and the next that there would be), infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: change the exponent's bias from 127 to 15, and add just under half a step, or half a step if odd.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Below half of 2^-24, the smallest float16, zero.
  if (magnitude < 0x33000000) return sign;
  // Subnormal: whole steps of 2^-24.
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const steps = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && (steps & 1) === 1) ? steps + 1 : steps);
}

/** Rounds the bits of a float32 to those of a bfloat16, to nearest, ties to even. A NaN keeps its sign and upper bits. */
function bfloat16FromSingleBits(bits: number): number {
  const upper = bits >>> 16;
  if ((bits & 0x7fffffff) > infinityBits) return (upper & 0x7f) === 0 ? upper | 0x40 : upper;
  return (bits + 0x7fff + (upper & 1)) >>> 16;
}

/** The bits of the float32 that equals a float16. */
function singleBitsFromFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | infinityBits | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: its leading bit becomes the hidden one.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/**
 * The bits of the float16 nearest to `x`, ties to even, rounded once. From 65520 on, infinity. Every float16 comes
 * back bit for bit from `float16Value`.
 */
export function float16Bits(x: number): number {
  return float16FromSingleBits(oddBits(x));
}

/** The number that the bits of a float16 stand for; exact. */
export function float16Value(bits: number): number {
  word[0] = singleBitsFromFloat16(bits);
  return single[0]!;
}

/** The bits of the bfloat16 nearest to `x`, ties to even, rounded once. */
export function bfloat16Bits(x: number): number {
  return bfloat16FromSingleBits(oddBits(x));
}

/** The number that the bits of a bfloat16 stand for; exact. */
export function bfloat16Value(bits: number): number {
  word[0] = bits << 16;
  return single[0]!;
}

/** Rounds to float16 (as bits), to nearest, ties to even. NaNs keep their sign and the upper bits of their payload. */
export function toFloat16(values: Float32Array | Float64Array): Uint16Array<ArrayBuffer> {
  return round(values, float16FromSingleBits);
}

/** Rounds to bfloat16 (as bits), to nearest, ties to even. NaNs keep their sign and the upper bits of their payload. */
export function toBfloat16(values: Float32Array | Float64Array): Uint16Array<ArrayBuffer> {
  return round(values, bfloat16FromSingleBits);
}

function round(
  values: Float32Array | Float64Array,
  narrow: (bits: number) => number,
): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(values.length);
  if (values.BYTES_PER_ELEMENT === 4) {
    // From the bits: a NaN that passes through a variable may lose its payload.
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < out.length; i++) out[i] = narrow(bits[i]!);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = narrow(oddBits(values[i]!));
  }
  return out;
}

/** Writes the numbers that float16 bits stand for into `out`, from its start; exact, NaN payloads included. */
export function fromFloat16Into(out: Float32Array, bits: Uint16Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bits.length; i++) words[i] = singleBitsFromFloat16(bits[i]!);
}

/** Writes the numbers that bfloat16 bits stand for into `out`, from its start; exact, NaN payloads included. */
export function fromBfloat16Into(out: Float32Array, bits: Uint16Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
}
