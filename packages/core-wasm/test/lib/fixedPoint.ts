/**
 * Elementary functions in fixed point with 220 fractional bits, far finer than float64: the yardstick for errors
 * in units in the last place.
 */
const bits = 220n;
const one = 1n << bits;

/** A finite float64, exactly (below 2^−220: cut). */
export function toFixed(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const biased = (word >> 52n) & 0x7ffn;
  const mantissa = (word & 0xfffffffffffffn) | (biased > 0n ? 1n << 52n : 0n);
  const shift = bits + (biased > 0n ? biased : 1n) - 1075n;
  const magnitude = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return word >> 63n ? -magnitude : magnitude;
}

const multiply = (a: bigint, b: bigint): bigint => (a * b) >> bits;

/** 2 atanh(s) by its series. */
function twoAtanh(s: bigint): bigint {
  const z = multiply(s, s);
  let sum = 0n;
  for (let [term, k] = [s, 1n]; term !== 0n && term !== -1n; term = multiply(term, z), k += 2n)
    sum += term / k;
  return 2n * sum;
}

const ln2: bigint = twoAtanh(one / 3n);

/** 16 atan(1/5) − 4 atan(1/239), by Machin. */
const pi: bigint = (() => {
  const atan = (inverse: bigint): bigint => {
    let sum = 0n;
    for (let [term, k] = [one / inverse, 1n]; term !== 0n; term = -term / (inverse * inverse), k += 2n)
      sum += term / k;
    return sum;
  };
  return 16n * atan(5n) - 4n * atan(239n);
})();

/** ln x of a positive normal float64. */
export function ln(x: number): bigint {
  const e = Math.floor(Math.log2(x));
  // Halved first where 2^e is out of range by itself; exact either way.
  const m = toFixed(x / 2 ** Math.trunc(e / 2) / 2 ** (e - Math.trunc(e / 2)));
  return twoAtanh(((m - one) << bits) / (m + one)) + BigInt(e) * ln2;
}

/** e^x as mantissa · 2^exponent, the mantissa in fixed point near 1. */
export function exp(x: number): { mantissa: bigint; exponent: number } {
  const exponent = Math.round(x / Math.LN2);
  return { mantissa: taylor(toFixed(x) - BigInt(exponent) * ln2, 0, 1, 1n), exponent };
}

/** sin 2πu, 0 ≤ u ≤ 1. */
export function sinTurns(u: number): bigint {
  return taylor(multiply(2n * pi, toFixed(u)), 1, 2, -1n);
}

/** cos 2πu, 0 ≤ u ≤ 1. */
export function cosTurns(u: number): bigint {
  return taylor(multiply(2n * pi, toFixed(u)), 0, 2, -1n);
}

/** Σ ± x^k / k! over k = first, first + by, … */
function taylor(x: bigint, first: number, by: number, sign: bigint): bigint {
  let term = first === 0 ? one : x;
  let sum = term;
  for (let k = first + by; term !== 0n && term !== -1n; k += by) {
    for (let i = 0; i < by; i++) term = multiply(term, x) / BigInt(k - i);
    term *= sign;
    sum += term;
  }
  return sum;
}

/** How far `approximation` is off, in units in the last place (of float64) of the exact value. */
export function ulpError(approximation: number, exact: bigint): number {
  const magnitude = exact < 0n ? -exact : exact;
  const exponent = magnitude.toString(2).length - 1 - Number(bits); // 2^exponent ≤ |exact|
  const difference = toFixed(approximation) - exact;
  // 40 more bits, so that the quotient keeps its fraction.
  return (
    Number(((difference < 0n ? -difference : difference) << 40n) / (1n << (bits + BigInt(exponent) - 52n))) /
    2 ** 40
  );
}
