/** a[i] + b[i]. */
export function add(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (a, i) => a + b[i]!);
}

/** a[i] − b[i]. */
export function sub(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (a, i) => a - b[i]!);
}

/** a[i] · b[i]. */
export function mul(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (a, i) => a * b[i]!);
}

/** a[i] / b[i]. */
export function div(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (a, i) => a / b[i]!);
}

/** c[i] + a[i] · b[i]. */
export function mulAdd(c: ArrayLike<number>, a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(c, (c, i) => c + a[i]! * b[i]!);
}

/** out[i] + scale · x[i]. */
export function addScaled(
  out: ArrayLike<number>,
  x: ArrayLike<number>,
  { scale }: { scale: number },
): Float64Array {
  return Float64Array.from(out, (out, i) => out + scale * x[i]!);
}

/** scale · x[i] + shift. */
export function scale(
  x: ArrayLike<number>,
  { scale, shift = 0 }: { scale: number; shift?: number },
): Float64Array {
  return Float64Array.from(x, (x) => scale * x + shift);
}

/** x[r, c] + row[c]. */
export function addRow(x: ArrayLike<number>, row: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (x, i) => x + row[i % row.length]!);
}
