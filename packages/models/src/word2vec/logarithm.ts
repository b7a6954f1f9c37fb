/**
 * The natural logarithm of a positive number, with the same bits in every engine, as those of `Math.log` are not: x = m · 2^e
 * with m in [√½, √2), and ln m = 2 artanh((m − 1) / (m + 1)) by its series. Within 2 units of the last place, and within 10⁻¹⁶ near
 * 1. Of 0 it is −∞; of what is no positive number NaN.
 */
export function naturalLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  // Below the normal numbers the exponent's bits are 0.
  const scaled = x < 2 ** -1022 ? 2 ** 54 : 1;
  float[0] = x * scaled;
  let exponent = (bits[high]! >>> 20) - 1023 - (scaled === 1 ? 0 : 54);
  bits[high] = (bits[high]! & 0xfffff) | 0x3ff00000;
  let m = float[0];
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum = 0;
  for (let k = 23; k >= 3; k -= 2) sum = sum * z + 1 / k;
  return exponent * ln2High + (exponent * ln2Low + (2 * s + 2 * s * z * sum));
}

/** base^exponent of a base ≥ 0, with the same bits in every engine: e^(exponent · ln base). 0^0 is 1. */
export function power(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === 0.75) return Math.sqrt(base) * Math.sqrt(Math.sqrt(base));
  if (base === 0) return exponent > 0 ? 0 : Infinity;
  return exponential(exponent * naturalLog(base));
}

/** e^x = 2^k · e^r with |r| ≤ ½ ln 2, by the series of e^r. */
function exponential(x: number): number {
  if (!(x < 709)) return x > 0 ? Infinity : NaN;
  if (x < -745) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * ln2High - k * ln2Low;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * r) / n;
  // In two steps: 2^k alone may lie below the normal numbers.
  const half = Math.trunc(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for a normal number. */
function powerOfTwo(k: number): number {
  float[0] = 0;
  bits[high] = (k + 1023) << 20;
  return float[0];
}

/** ln 2 in two parts, of which the first has so few bits that its product with an exponent is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

const float: Float64Array = new Float64Array(1);
const bits: Uint32Array = new Uint32Array(float.buffer);
/** Which half of a double has its exponent. */
const high = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
