import { erf4, expMinusSquare4, gaussian4, normalCdf4 } from "../lib/erf";
import { exp4, expMinusOne4 } from "../lib/exp";
import { log4, logOnePlus4 } from "../lib/log";
import {
  aboveUnderflow,
  bounded,
  expMinusAbs4,
  sigmoid4,
  sigmoidOf,
  sigmoidSlope4,
  sigmoidSlopeOf,
  silu4,
  siluSlope4,
} from "../lib/sigmoid";
import { fma } from "../lib/simd";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";
import { tanh4 } from "../lib/tanh";

/** In the order of `activationKinds` in src/activationKinds.ts. */
const enum Kind {
  exp,
  log,
  tanh,
  sigmoid,
  erf,
  relu,
  leakyRelu,
  elu,
  geluErf,
  geluTanh,
  silu,
  mish,
  softplus,
  logSigmoid,
  softsign,
  square,
  sqrt,
  abs,
  sau,
  smoothAbs,
  smoothSign,
  smoothStep,
}

/**
 * out[i] = f(x[i]). Element values depend on x[i] alone, not on where it stands.
 *
 * @param outPtr f32[n]; may be xPtr
 */
export function activation(kind: i32, outPtr: usize, xPtr: usize, n: usize, alpha: f32): void {
  switch (kind) {
    case Kind.exp: return map(Kind.exp, outPtr, xPtr, n, alpha);
    case Kind.log: return map(Kind.log, outPtr, xPtr, n, alpha);
    case Kind.tanh: return map(Kind.tanh, outPtr, xPtr, n, alpha);
    case Kind.sigmoid: return map(Kind.sigmoid, outPtr, xPtr, n, alpha);
    case Kind.erf: return map(Kind.erf, outPtr, xPtr, n, alpha);
    case Kind.relu: return map(Kind.relu, outPtr, xPtr, n, alpha);
    case Kind.leakyRelu: return map(Kind.leakyRelu, outPtr, xPtr, n, alpha);
    case Kind.elu: return map(Kind.elu, outPtr, xPtr, n, alpha);
    case Kind.geluErf: return map(Kind.geluErf, outPtr, xPtr, n, alpha);
    case Kind.geluTanh: return map(Kind.geluTanh, outPtr, xPtr, n, alpha);
    case Kind.silu: return map(Kind.silu, outPtr, xPtr, n, alpha);
    case Kind.mish: return map(Kind.mish, outPtr, xPtr, n, alpha);
    case Kind.softplus: return map(Kind.softplus, outPtr, xPtr, n, alpha);
    case Kind.logSigmoid: return map(Kind.logSigmoid, outPtr, xPtr, n, alpha);
    case Kind.softsign: return map(Kind.softsign, outPtr, xPtr, n, alpha);
    case Kind.square: return map(Kind.square, outPtr, xPtr, n, alpha);
    case Kind.sqrt: return map(Kind.sqrt, outPtr, xPtr, n, alpha);
    case Kind.abs: return map(Kind.abs, outPtr, xPtr, n, alpha);
    case Kind.sau: return map(Kind.sau, outPtr, xPtr, n, alpha);
    case Kind.smoothAbs: return map(Kind.smoothAbs, outPtr, xPtr, n, alpha);
    case Kind.smoothSign: return map(Kind.smoothSign, outPtr, xPtr, n, alpha);
    case Kind.smoothStep: return map(Kind.smoothStep, outPtr, xPtr, n, alpha);
  }
}

/**
 * dx[i] += dy[i] · f′(x[i]).
 *
 * @param dxPtr f32[n]; may be dyPtr
 */
export function activationBackward(
  kind: i32,
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  n: usize,
  alpha: f32,
): void {
  switch (kind) {
    case Kind.exp: return addProducts(Kind.exp, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.log: return addProducts(Kind.log, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.tanh: return addProducts(Kind.tanh, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.sigmoid: return addProducts(Kind.sigmoid, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.erf: return addProducts(Kind.erf, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.relu: return addProducts(Kind.relu, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.leakyRelu: return addProducts(Kind.leakyRelu, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.elu: return addProducts(Kind.elu, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.geluErf: return addProducts(Kind.geluErf, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.geluTanh: return addProducts(Kind.geluTanh, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.silu: return addProducts(Kind.silu, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.mish: return addProducts(Kind.mish, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.softplus: return addProducts(Kind.softplus, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.logSigmoid: return addProducts(Kind.logSigmoid, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.softsign: return addProducts(Kind.softsign, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.square: return addProducts(Kind.square, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.sqrt: return addProducts(Kind.sqrt, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.abs: return addProducts(Kind.abs, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.sau: return addProducts(Kind.sau, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.smoothAbs: return addProducts(Kind.smoothAbs, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.smoothSign: return addProducts(Kind.smoothSign, dxPtr, dyPtr, xPtr, n, alpha);
    case Kind.smoothStep: return addProducts(Kind.smoothStep, dxPtr, dyPtr, xPtr, n, alpha);
  }
}

/** Inlined with a constant `kind`, so that each loop holds one function and no branch on the kind. */
// @ts-ignore: decorator
@inline
function map(kind: i32, outPtr: usize, xPtr: usize, n: usize, alpha: f32): void {
  const alphas = f32x4.splat(alpha);
  for (let i: usize = 0; i < n; i += 4) {
    const x = loadUpTo4(xPtr + (i << 2), n - i);
    storeUpTo4(outPtr + (i << 2), value(kind, x, alphas), n - i);
  }
}

// @ts-ignore: decorator
@inline
function addProducts(kind: i32, dxPtr: usize, dyPtr: usize, xPtr: usize, n: usize, alpha: f32): void {
  const alphas = f32x4.splat(alpha);
  for (let i: usize = 0; i < n; i += 4) {
    const slopes = slope(kind, loadUpTo4(xPtr + (i << 2), n - i), alphas);
    const dy = loadUpTo4(dyPtr + (i << 2), n - i);
    storeUpTo4(dxPtr + (i << 2), fma(dy, slopes, loadUpTo4(dxPtr + (i << 2), n - i)), n - i);
  }
}

/** f(x). */
// @ts-ignore: decorator
@inline
function value(kind: i32, x: v128, alpha: v128): v128 {
  if (kind == Kind.exp) return exp4(x);
  if (kind == Kind.log) return log4(x);
  if (kind == Kind.tanh) return tanh4(x);
  if (kind == Kind.sigmoid) return sigmoid4(x);
  if (kind == Kind.erf) return erf4(x);
  if (kind == Kind.relu) return f32x4.pmax(x, zero());
  if (kind == Kind.leakyRelu) return v128.bitselect(f32x4.mul(alpha, x), x, f32x4.lt(x, zero()));
  if (kind == Kind.elu) return v128.bitselect(f32x4.mul(alpha, expMinusOne4(x)), x, f32x4.lt(x, zero()));
  if (kind == Kind.geluErf) return f32x4.mul(aboveUnderflow(x), normalCdf4(x, gaussian4(x)));
  if (kind == Kind.geluTanh) {
    const v = aboveUnderflow(x);
    return f32x4.mul(v, sigmoid4(geluTanhInner(v)));
  }
  if (kind == Kind.silu) return silu4(x);
  if (kind == Kind.mish) {
    const n = mishNumerator(mishExp(x));
    return f32x4.mul(aboveUnderflow(x), f32x4.div(n, f32x4.add(n, f32x4.splat(2))));
  }
  if (kind == Kind.softplus) return f32x4.add(f32x4.pmax(x, zero()), logOnePlus4(expMinusAbs4(x)));
  if (kind == Kind.logSigmoid) return f32x4.sub(f32x4.pmin(x, zero()), logOnePlus4(expMinusAbs4(x)));
  if (kind == Kind.softsign) {
    // The greatest float stands in for ∞, which would be divided by itself.
    const v = f32x4.pmax(f32x4.pmin(x, f32x4.splat(f32.MAX_VALUE)), f32x4.splat(-f32.MAX_VALUE));
    return f32x4.div(v, f32x4.add(one(), f32x4.abs(v)));
  }
  if (kind == Kind.square) return f32x4.mul(x, x);
  if (kind == Kind.sqrt) return f32x4.sqrt(x);
  if (kind == Kind.sau) {
    const g = gaussian4(x);
    const smooth = fma(aboveUnderflow(x), normalCdf4(x, g), f32x4.mul(g, f32x4.splat(0.39894228)));
    return fma(f32x4.sub(one(), alpha), smooth, linearPart(alpha, x));
  }
  if (kind == Kind.smoothAbs) return smoothAbs4(x, alpha);
  if (kind == Kind.smoothSign) return smoothSign4(x, alpha);
  if (kind == Kind.smoothStep) return sigmoid4(f32x4.div(x, alpha));
  return f32x4.abs(x);
}

/** f′(x). */
// @ts-ignore: decorator
@inline
function slope(kind: i32, x: v128, alpha: v128): v128 {
  if (kind == Kind.exp) return exp4(x);
  if (kind == Kind.log) return f32x4.div(one(), x);
  if (kind == Kind.tanh) return f32x4.mul(f32x4.splat(4), sigmoidSlope4(f32x4.add(x, x)));
  if (kind == Kind.sigmoid) return sigmoidSlope4(x);
  if (kind == Kind.erf) return f32x4.mul(f32x4.splat(1.12837917), expMinusSquare4(x));
  if (kind == Kind.relu) return v128.andnot(one(), f32x4.le(x, zero()));
  if (kind == Kind.leakyRelu) return v128.bitselect(alpha, one(), f32x4.le(x, zero()));
  if (kind == Kind.elu) return v128.bitselect(f32x4.mul(alpha, exp4(x)), one(), f32x4.le(x, zero()));
  if (kind == Kind.geluErf) {
    const g = gaussian4(x);
    return fma(bounded(x), f32x4.mul(g, f32x4.splat(0.39894228)), normalCdf4(x, g));
  }
  if (kind == Kind.geluTanh) {
    const v = bounded(x);
    const inner = geluTanhInner(v);
    const innerSlope = fma(f32x4.splat(0.21406445), f32x4.mul(v, v), f32x4.splat(1.59576912));
    const z = expMinusAbs4(inner);
    return fma(f32x4.mul(v, innerSlope), sigmoidSlopeOf(z), sigmoidOf(inner, z));
  }
  if (kind == Kind.silu) return siluSlope4(x);
  if (kind == Kind.mish) {
    // w + x · (1 − w²) · sigmoid(x), with w = n / (n + 2): 1 − w² = 4 (1 + e)² / (n + 2)².
    const e = mishExp(x);
    const n = mishNumerator(e);
    const d = f32x4.add(n, f32x4.splat(2));
    const product = f32x4.div(f32x4.mul(f32x4.mul(f32x4.splat(4), e), f32x4.add(one(), e)), d);
    return f32x4.div(fma(bounded(x), product, n), d);
  }
  if (kind == Kind.softplus) return sigmoid4(x);
  if (kind == Kind.logSigmoid) return sigmoid4(f32x4.neg(x));
  if (kind == Kind.softsign) {
    const r = f32x4.div(one(), f32x4.add(one(), f32x4.abs(x)));
    return f32x4.mul(r, r);
  }
  if (kind == Kind.square) return f32x4.add(x, x);
  if (kind == Kind.sqrt) return f32x4.div(f32x4.splat(0.5), f32x4.sqrt(x));
  if (kind == Kind.sau) return fma(f32x4.sub(one(), alpha), normalCdf4(x, gaussian4(x)), alpha);
  if (kind == Kind.smoothAbs) return smoothSign4(x, alpha);
  if (kind == Kind.smoothSign) {
    const r = smoothAbs4(x, alpha);
    const q = f32x4.div(alpha, f32x4.max(r, f32x4.splat(leastNormal)));
    return f32x4.div(f32x4.mul(q, q), f32x4.max(r, f32x4.splat(leastNormal)));
  }
  if (kind == Kind.smoothStep) return f32x4.div(sigmoidSlope4(f32x4.div(x, alpha)), alpha);
  // ±1, and what is neither above nor below 0 as it is: zeros and NaN.
  const signs = v128.or(v128.and(x, i32x4.splat(0x80000000)), one());
  return v128.bitselect(signs, x, f32x4.gt(f32x4.abs(x), zero()));
}

const leastNormal: f32 = 1.17549435e-38;

/** √(x² + alpha²), where no square overflows. */
// @ts-ignore: decorator
@inline
function smoothAbs4(x: v128, alpha: v128): v128 {
  const a = f32x4.abs(x);
  const b = f32x4.abs(alpha);
  const most = f32x4.max(a, b);
  const share = f32x4.div(f32x4.min(a, b), f32x4.max(most, f32x4.splat(leastNormal)));
  return f32x4.mul(most, f32x4.sqrt(fma(share, share, one())));
}

/** x / √(x² + alpha²). The greatest float stands in for ∞, which would be divided by itself. */
// @ts-ignore: decorator
@inline
function smoothSign4(x: v128, alpha: v128): v128 {
  const a = f32x4.min(f32x4.abs(x), f32x4.splat(f32.MAX_VALUE));
  const b = f32x4.abs(alpha);
  const most = f32x4.max(f32x4.max(a, b), f32x4.splat(leastNormal));
  const share = f32x4.div(f32x4.min(a, b), most);
  const size = f32x4.div(f32x4.div(a, most), f32x4.sqrt(fma(share, share, one())));
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)));
}

/** alpha · x, and 0 for alpha = 0 where x is −∞. */
// @ts-ignore: decorator
@inline
function linearPart(alpha: v128, x: v128): v128 {
  return v128.andnot(f32x4.mul(alpha, x), f32x4.eq(alpha, zero()));
}

// @ts-ignore: decorator
@inline
function zero(): v128 {
  return f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function one(): v128 {
  return f32x4.splat(1);
}

/** 2 √(2/π) · (x + 0.044715 x³): x · sigmoid of it is x · (1 + tanh) / 2 without the cancellation. */
// @ts-ignore: decorator
@inline
function geluTanhInner(x: v128): v128 {
  return f32x4.mul(x, fma(f32x4.splat(0.07135482), f32x4.mul(x, x), f32x4.splat(1.59576912)));
}

/** e^x for `mish`, whose tanh(log(1 + e^x)) is 1 from x = 20 on, while e^4x must stay finite. */
// @ts-ignore: decorator
@inline
function mishExp(x: v128): v128 {
  return exp4(f32x4.pmin(x, f32x4.splat(20)));
}

/** n = e (e + 2), with which tanh(log(1 + e)) = n / (n + 2). */
// @ts-ignore: decorator
@inline
function mishNumerator(e: v128): v128 {
  return f32x4.mul(e, f32x4.add(e, f32x4.splat(2)));
}
