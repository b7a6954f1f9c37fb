import { AttentionPlan } from "./attentionPlan";
import { tileKeys } from "./attentionTile";

/** What a block of a mask lets through: nothing, everything, or what the mask says pair by pair. */
// @ts-ignore: decorator
@inline
export const hidden: i32 = 0;
// @ts-ignore: decorator
@inline
export const seen: i32 = 1;
// @ts-ignore: decorator
@inline
export const mixed: i32 = 2;

/**
 * What the mask lets through of `height` rows (as counted in `attention`) and of the keys from `key` on, of which there are
 * `width` ≤ 64. If the answer is `mixed`, the bytes say it pair by pair.
 *
 * @param bytesPtr u8[height, 64]
 */
export function readMask(
  plan: AttentionPlan,
  b: i32,
  row: i32,
  height: i32,
  key: i32,
  width: i32,
  bytesPtr: usize,
): i32 {
  if (plan.states) {
    const state = stateOf(plan, b, row / plan.group, (row + height - 1) / plan.group, key, width);
    if (state != mixed) return state;
  }
  let any = i32x4.splat(0);
  for (let r = 0; r < height; r++) {
    const rowPtr = bytesPtr + <usize>r * tileKeys;
    for (let at: usize = 0; at < <usize>tileKeys; at += 16) v128.store(rowPtr + at, i32x4.splat(0));
    readRow(plan, b, (row + r) / plan.group, key, width, rowPtr);
    for (let at: usize = 0; at < <usize>tileKeys; at += 16) any = v128.or(any, v128.load(rowPtr + at));
  }
  return v128.any_true(any) ? mixed : hidden;
}

/** The common state of all blocks that a tile touches, or `mixed`. */
function stateOf(plan: AttentionPlan, b: i32, first: i32, last: i32, key: i32, width: i32): i32 {
  const columns = (plan.keys + plan.keyBlock - 1) / plan.keyBlock;
  const left = key / plan.keyBlock;
  const right = (key + width - 1) / plan.keyBlock;
  const ptr = plan.states + <usize>b * plan.statesBatch;
  let state = -1;
  for (let i = first / plan.queryBlock; i <= last / plan.queryBlock; i++) {
    for (let j = left; j <= right; j++) {
      const here = <i32>load<u8>(ptr + <usize>i * columns + j);
      if (here == mixed || (state >= 0 && here != state)) return mixed;
      state = here;
    }
  }
  return state;
}

/** The bytes of one query: other than 0 where it may look. */
function readRow(plan: AttentionPlan, b: i32, i: i32, key: i32, width: i32, toPtr: usize): void {
  const maskPtr = plan.mask ? plan.mask + <usize>b * plan.maskBatch + <usize>i * plan.keys : 0;
  if (!plan.states) {
    for (let j = 0; j < width; j++) store<u8>(toPtr + j, load<u8>(maskPtr + key + j));
    return;
  }
  const columns = (plan.keys + plan.keyBlock - 1) / plan.keyBlock;
  const states = plan.states + <usize>b * plan.statesBatch + <usize>(i / plan.queryBlock) * columns;
  for (let j = 0; j < width;) {
    const block = (key + j) / plan.keyBlock;
    const state = <i32>load<u8>(states + block);
    const end = min(width, (block + 1) * plan.keyBlock - key);
    if (state == hidden) j = end;
    for (; j < end; j++) store<u8>(toPtr + j, state == seen ? 1 : load<u8>(maskPtr + key + j));
  }
}

/** Puts −∞ into the first `count` scores of a row where its bytes are 0, and behind them up to a multiple of 8. */
export function hide(scoresPtr: usize, count: i32, bytesPtr: usize): void {
  if (bytesPtr) {
    for (let j = 0; j < count; j += 4) {
      const at = scoresPtr + ((<usize>j) << 2);
      const bytes = v128.load32_zero(bytesPtr + j);
      const lanes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
      const open = i32x4.ne(lanes, i32x4.splat(0));
      v128.store(at, v128.bitselect(v128.load(at), f32x4.splat(-Infinity), open));
    }
  }
  for (let j = count; (j & 7) != 0; j++) store<f32>(scoresPtr + ((<usize>j) << 2), -Infinity);
}
