/** Powers of ten that float64 holds exactly. */
const powers: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const grammar = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** A longer number is none that a file could mean. */
const mostBytes = 400;

/**
 * The number that ASCII bytes spell, as float64: decimal, with or without an exponent; NaN for anything else, "nan" and "inf"
 * too.
 *
 * Up to 15 digits and 22 places are one exact whole number by or over one exact power of ten, rounded once; what is longer
 * JavaScript reads.
 */
export function readDecimal(bytes: Uint8Array, begin: number, end: number): number {
  let at = begin;
  const sign = bytes[at];
  if (sign === 0x2d || sign === 0x2b) at++;
  let [value, digits, places] = [0, 0, 0];
  let seen = false;
  for (let beyondPoint = false; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      value = 10 * value + digit;
      seen = true;
      if (value > 0) digits++;
      if (beyondPoint) places++;
    } else if (bytes[at] === 0x2e && !beyondPoint) beyondPoint = true;
    else break;
  }
  if (at < end || digits > 15 || places > 22 || !seen) return readSlowly(bytes, begin, end);
  value /= powers[places]!;
  return sign === 0x2d ? -value : value;
}

function readSlowly(bytes: Uint8Array, begin: number, end: number): number {
  if (end - begin > mostBytes) return NaN;
  const text = String.fromCharCode(...bytes.subarray(begin, end));
  return grammar.test(text) ? Number(text) : NaN;
}

/**
 * A short decimal that reads back as the same float32, also by way of a float64.
 *
 * For usual sizes it is a whole number over a power of ten, found by trying: the quotient is what reading gives.
 */
export function formatFloat(x: number): string {
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const size = Math.abs(x);
  if (size >= 1e-3 && size < 1e3) {
    for (let places = size < 10 ? 6 : 4; places <= 12; places++) {
      const whole = Math.round(size * powers[places]!);
      if (Math.fround(whole / powers[places]!) === size) return pointed(whole, places, x < 0);
    }
  }
  for (let digits = 1; digits < 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
  return String(Number(x.toPrecision(9)));
}

/** A whole number with a point so many places from its end, without zeros at the end. */
function pointed(whole: number, places: number, negative: boolean): string {
  const digits = String(whole).padStart(places + 1, "0");
  let end = digits.length;
  const point = end - places;
  while (end > point && digits.charCodeAt(end - 1) === 0x30) end--;
  const text = end > point ? `${digits.slice(0, point)}.${digits.slice(point, end)}` : digits.slice(0, point);
  return negative ? `-${text}` : text;
}
