import { hide } from "./attentionMask";
import { Heads } from "./attentionPlan";
import { stripHeight } from "./attentionTile";
import { expOfShifted4 } from "./exp";
import { loadUpTo4, storeUpTo4 } from "./tail";

/** The head dimension as the tiles read it: a multiple of 8, the rest filled with zeros. */
// @ts-ignore: decorator
@inline
export function paddedDim(headDim: i32): i32 {
  return (headDim + 7) & ~7;
}

/** Copies `count` rows of `dim` floats one behind the other, each filled up to `depth` with zeros. */
export function copyRowsPadded(toPtr: usize, fromPtr: usize, fromStep: usize, count: i32, dim: i32, depth: i32): void {
  for (let r = 0; r < count; r++) {
    copyRowPadded(toPtr, 16, fromPtr + <usize>r * fromStep, dim, depth);
    toPtr += (<usize>depth) << 2;
  }
}

/** One row, four floats every `toStep` bytes. */
function copyRowPadded(toPtr: usize, toStep: usize, fromPtr: usize, dim: i32, depth: i32): void {
  let d = 0;
  for (; d < dim; d += 4) {
    v128.store(toPtr, loadUpTo4(fromPtr + ((<usize>d) << 2), dim - d));
    toPtr += toStep;
  }
  for (; d < depth; d += 4) {
    v128.store(toPtr, f32x4.splat(0));
    toPtr += toStep;
  }
}

/**
 * The rows `row` to `row + count` of one key head's queries, strip by strip as `scoreTile` reads them: f32[depth / 4, height, 4]
 * each.
 */
export function packStrips(
  toPtr: usize,
  tensor: Heads,
  b: i32,
  firstHead: i32,
  group: i32,
  row: i32,
  count: i32,
  dim: i32,
  depth: i32,
): void {
  for (let s = 0; s < count;) {
    const height = stripHeight(count - s);
    for (let r = 0; r < height; r++) {
      const at = row + s + r;
      const fromPtr = tensor.at(b, firstHead + (at % group), at / group);
      copyRowPadded(toPtr + ((<usize>r) << 4), (<usize>height) << 4, fromPtr, dim, depth);
    }
    toPtr += (<usize>height * depth) << 2;
    s += height;
  }
}

/**
 * One row of scores becomes weights e^(score − greatest so far), and what the row has gathered so far is scaled down to the
 * new maximum. A row that sees nothing of this block keeps every bit of its state, and gets weights of 0.
 *
 * Ref: Milakov and Gimelshein 2018, arXiv:1805.02867, Algorithm 3.
 *
 * @param scoresPtr f32[64]
 * @param count     the scores that count
 * @param width     weights from `count` to here are set to 0
 * @param bytesPtr  u8[64], 0 where a score does not count; or 0
 * @param maxPtr    f32: the greatest score so far
 * @param sumPtr    f64: the weights' sum so far
 * @param outPtr    f32[depth]: the weighted values so far
 */
export function weigh(
  scoresPtr: usize,
  count: i32,
  width: i32,
  bytesPtr: usize,
  maxPtr: usize,
  sumPtr: usize,
  outPtr: usize,
  depth: i32,
): void {
  const end = scoresPtr + ((<usize>max(0, count) + 7) & ~7) * 4;
  if (count > 0) {
    hide(scoresPtr, count, bytesPtr);
    const before = load<f32>(maxPtr);
    const greatest = max(before, greatestOf(scoresPtr, end));
    // Nothing but −∞: then any finite shift does, and every weight is 0.
    const shift: f32 = greatest == -Infinity ? 0 : greatest;
    let sum = load<f64>(sumPtr);
    if (greatest != before) {
      const factor = f32x4.extract_lane(expOfShifted4(f32x4.splat(before - shift)), 0);
      sum *= factor;
      const factors = f32x4.splat(factor);
      const outEnd = outPtr + ((<usize>depth) << 2);
      for (; outPtr < outEnd; outPtr += 16) v128.store(outPtr, f32x4.mul(v128.load(outPtr), factors));
      store<f32>(maxPtr, greatest);
    }
    store<f64>(sumPtr, sum + <f64>exponentials(scoresPtr, end, shift));
  }
  for (let at = end; at < scoresPtr + ((<usize>width) << 2); at += 16) v128.store(at, f32x4.splat(0));
}

/** The greatest of a multiple of 8 floats; NaN is passed over. */
function greatestOf(ptr: usize, end: usize): f32 {
  let a = f32x4.splat(-Infinity);
  let b = a;
  for (; ptr < end; ptr += 32) {
    a = f32x4.pmax(a, v128.load(ptr));
    b = f32x4.pmax(b, v128.load(ptr, 16));
  }
  a = f32x4.pmax(a, b);
  return max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
}

/** x ← e^(x − shift) for a multiple of 8 floats, and their sum: eight sums side by side, which zeros at the end do not change. */
function exponentials(ptr: usize, end: usize, shift: f32): f32 {
  const shifts = f32x4.splat(shift);
  let a = f32x4.splat(0);
  let b = a;
  for (; ptr < end; ptr += 32) {
    const x = expOfShifted4(f32x4.sub(v128.load(ptr), shifts));
    const y = expOfShifted4(f32x4.sub(v128.load(ptr, 16), shifts));
    v128.store(ptr, x);
    v128.store(ptr, y, 16);
    a = f32x4.add(a, x);
    b = f32x4.add(b, y);
  }
  a = f32x4.add(a, b);
  return (
    f32x4.extract_lane(a, 0) +
    f32x4.extract_lane(a, 2) +
    (f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3))
  );
}

/** to[d] = from[d] · factor. */
export function storeScaled(toPtr: usize, fromPtr: usize, factor: f32, dim: i32): void {
  const factors = f32x4.splat(factor);
  for (let d = 0; d < dim; d += 4) {
    const at = (<usize>d) << 2;
    storeUpTo4(toPtr + at, f32x4.mul(v128.load(fromPtr + at), factors), dim - d);
  }
}

/** to[d] += from[d]. */
export function addRow(toPtr: usize, fromPtr: usize, dim: i32): void {
  for (let d = 0; d < dim; d += 4) {
    const at = (<usize>d) << 2;
    storeUpTo4(toPtr + at, f32x4.add(loadUpTo4(toPtr + at, dim - d), v128.load(fromPtr + at)), dim - d);
  }
}
