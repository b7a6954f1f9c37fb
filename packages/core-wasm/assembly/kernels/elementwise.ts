import { fma } from "../lib/simd";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";

const enum Op {
  add,
  sub,
  mul,
  div,
}

/** out[i] = a[i] + b[i]; out may be a or b, here and below. */
export function add(outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  combine(Op.add, outPtr, aPtr, bPtr, n);
}

/** out[i] = a[i] − b[i]. */
export function sub(outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  combine(Op.sub, outPtr, aPtr, bPtr, n);
}

/** out[i] = a[i] · b[i]. */
export function mul(outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  combine(Op.mul, outPtr, aPtr, bPtr, n);
}

/** out[i] = a[i] / b[i]. */
export function div(outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  combine(Op.div, outPtr, aPtr, bPtr, n);
}

/** out[i] += a[i] · b[i]. */
export function mulAdd(outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    v128.store(outPtr + at, fma(v128.load(aPtr + at), v128.load(bPtr + at), v128.load(outPtr + at)));
  }
  if (i == n) return;
  const at = i << 2;
  const left = n - i;
  const sums = fma(loadUpTo4(aPtr + at, left), loadUpTo4(bPtr + at, left), loadUpTo4(outPtr + at, left));
  storeUpTo4(outPtr + at, sums, left);
}

/** out[i] += scale · x[i]. */
export function addScaled(outPtr: usize, xPtr: usize, n: usize, scale: f32): void {
  const scales = f32x4.splat(scale);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    v128.store(outPtr + at, fma(scales, v128.load(xPtr + at), v128.load(outPtr + at)));
  }
  if (i == n) return;
  const at = i << 2;
  storeUpTo4(outPtr + at, fma(scales, loadUpTo4(xPtr + at, n - i), loadUpTo4(outPtr + at, n - i)), n - i);
}

/** out[i] = scale · x[i] + shift. */
export function scale(outPtr: usize, xPtr: usize, n: usize, scale: f32, shift: f32): void {
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    v128.store(outPtr + at, fma(scales, v128.load(xPtr + at), shifts));
  }
  if (i == n) return;
  const at = i << 2;
  storeUpTo4(outPtr + at, fma(scales, loadUpTo4(xPtr + at, n - i), shifts), n - i);
}

/** out[i] = value. */
export function fill(outPtr: usize, n: usize, value: f32): void {
  const values = f32x4.splat(value);
  for (let i: usize = 0; i < n; i += 4) storeUpTo4(outPtr + (i << 2), values, n - i);
}

/** out[r, c] = x[r, c] + row[c]; out may be x. */
export function addRow(outPtr: usize, xPtr: usize, rowPtr: usize, rows: usize, cols: usize): void {
  if (cols == 0) return;
  const stride = cols << 2;
  for (let r: usize = 0; r < rows; r++) {
    combine(Op.add, outPtr + r * stride, xPtr + r * stride, rowPtr, cols);
  }
}

// @ts-ignore: decorator
@inline
function combine(op: i32, outPtr: usize, aPtr: usize, bPtr: usize, n: usize): void {
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const at = i << 2;
    v128.store(outPtr + at, apply(op, v128.load(aPtr + at), v128.load(bPtr + at)));
  }
  if (i < n) {
    const at = i << 2;
    const left = n - i;
    storeUpTo4(outPtr + at, apply(op, loadUpTo4(aPtr + at, left), loadUpTo4(bPtr + at, left)), left);
  }
}

// @ts-ignore: decorator
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  if (op == Op.add) return f32x4.add(a, b);
  if (op == Op.sub) return f32x4.sub(a, b);
  if (op == Op.mul) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}
