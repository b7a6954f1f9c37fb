import { hidden, mixed, readMask } from "../lib/attentionMask";
import { AttentionPlan } from "../lib/attentionPlan";
import { copyRowsPadded, packStrips, paddedDim, storeScaled, weigh } from "../lib/attentionRows";
import { addWeighted } from "../lib/attentionSums";
import { scoreTile, stripHeight, stripRows, tileKeys } from "../lib/attentionTile";
import { log64 } from "../lib/log64";

export { attentionBackward, attentionBackwardWorkBytes } from "../lib/attentionBackward";

// FlashAttention: softmax(q · kᵀ) · v, block by block of keys, with a running maximum and sum for every query. No score
// outlives its block, so memory does not grow with the number of keys.
//
// Ref: Dao et al. 2022, arXiv:2205.14135, Algorithm 1; in the order of Dao 2023, arXiv:2307.08691, Algorithm 1.

/** The rows that share a copy of a block of keys and values: a multiple of both strip heights. */
const blockRows: i32 = 96;
/** For fewer rows than these, a copy of keys that lie far apart costs more than it saves. */
const copyRowsLeast: i32 = 16;

/** The bytes of working memory that `attention` needs: it depends on the head dimension alone. */
export function attentionWorkBytes(headDim: i32): usize {
  const rowBytes = (<usize>paddedDim(headDim)) << 2;
  return rowBytes * (2 * (blockRows + tileKeys)) + stripRows * tileKeys * 5 + blockRows * 16;
}

/**
 * out = softmax(scale · q · kᵀ) · v for each batch and head, and lse = log Σ e^(scale · q · k) of each query.
 *
 * Head h of q and out goes with head ⌊h / group⌋ of k and v. The queries of such a group are one list of rows, query by query
 * and in each the heads one by one, so that a block of keys is read once for all of them.
 *
 * A query that may look nowhere gives zeros, and lse = −∞.
 *
 * Of all that, a part: some key heads, counted through the batch entries, and some queries.
 *
 * @param planPtr an `AttentionPlan` with the tensors q, k, v, out
 * @param workPtr `attentionWorkBytes(headDim)` bytes, aligned to 16
 */
export function attention(
  planPtr: usize,
  firstHead: i32,
  heads: i32,
  firstQuery: i32,
  queries: i32,
  workPtr: usize,
): void {
  const plan = changetype<AttentionPlan>(planPtr);
  const firstRow = firstQuery * plan.group;
  const endRow = firstRow + queries * plan.group;
  for (let at = firstHead; at < firstHead + heads; at++) {
    const b = at / plan.kvHeads;
    const h = at % plan.kvHeads;
    for (let row = firstRow; row < endRow; row += blockRows) {
      attendBlock(plan, b, h, row, min(blockRows, endRow - row), workPtr);
    }
  }
}

/** `count` rows from `row` on over all keys. */
function attendBlock(plan: AttentionPlan, b: i32, h: i32, row: i32, count: i32, workPtr: usize): void {
  const dim = plan.headDim;
  const depth = paddedDim(dim);
  const rowBytes = (<usize>depth) << 2;
  const group = plan.group;
  const k = plan.tensor(1);
  const v = plan.tensor(2);
  const queryPtr = workPtr;
  const outPtr = queryPtr + rowBytes * blockRows;
  const keyPtr = outPtr + rowBytes * blockRows;
  const valuePtr = keyPtr + rowBytes * tileKeys;
  const scoresPtr = valuePtr + rowBytes * tileKeys;
  const bytesPtr = scoresPtr + stripRows * tileKeys * 4;
  const sumsPtr = bytesPtr + stripRows * tileKeys;
  const maximaPtr = sumsPtr + blockRows * 8;

  packStrips(queryPtr, plan.tensor(0), b, h * group, group, row, count, dim, depth);
  memory.fill(outPtr, 0, <usize>count * rowBytes);
  for (let r = 0; r < count; r++) {
    store<f64>(sumsPtr + ((<usize>r) << 3), 0);
    store<f32>(maximaPtr + ((<usize>r) << 2), -Infinity);
  }

  const padded = depth != dim;
  const copiesKeys = padded || (count >= copyRowsLeast && k.token != rowBytes);
  const copiesValues = padded || (count >= copyRowsLeast && v.token != rowBytes);
  const end = plan.visible(b, (row + count - 1) / group);
  for (let key = 0; key < end; key += tileKeys) {
    const n = min(tileKeys, end - key);
    let kPtr = k.at(b, h, key);
    let vPtr = v.at(b, h, key);
    let copied = false;
    for (let s = 0, height = 0; s < count; s += height) {
      height = stripHeight(count - s);
      const width = min(n, plan.visible(b, (row + s + height - 1) / group) - key);
      if (width <= 0) continue;
      let bytes: usize = 0;
      if (plan.mask | plan.states) {
        const state = readMask(plan, b, row + s, height, key, width, bytesPtr);
        if (state == hidden) continue;
        if (state == mixed) bytes = bytesPtr;
      }
      if (!copied) {
        if (copiesKeys) copyRowsPadded(keyPtr, kPtr, k.token, n, dim, depth);
        if (copiesValues) copyRowsPadded(valuePtr, vPtr, v.token, n, dim, depth);
        if (copiesKeys) kPtr = keyPtr;
        if (copiesValues) vPtr = valuePtr;
        copied = true;
      }
      const stripPtr = outPtr + <usize>s * rowBytes;
      const kStep = copiesKeys ? rowBytes : k.token;
      scoreTile(height, scoresPtr, queryPtr + <usize>s * rowBytes, kPtr, kStep, width, depth, plan.scale);
      for (let r = 0; r < height; r++) {
        weigh(
          scoresPtr + ((<usize>r * tileKeys) << 2),
          min(width, plan.visible(b, (row + s + r) / group) - key),
          width,
          bytes ? bytes + <usize>r * tileKeys : 0,
          maximaPtr + ((<usize>(s + r)) << 2),
          sumsPtr + ((<usize>(s + r)) << 3),
          stripPtr + <usize>r * rowBytes,
          depth,
        );
      }
      addWeighted(height, stripPtr, scoresPtr, vPtr, copiesValues ? rowBytes : v.token, width, depth);
    }
  }
  finishRows(plan, b, h * group, row, count, outPtr, rowBytes, maximaPtr, sumsPtr);
}

/** Divides by the sums and writes what is asked for. */
function finishRows(
  plan: AttentionPlan,
  b: i32,
  firstHead: i32,
  row: i32,
  count: i32,
  outPtr: usize,
  rowBytes: usize,
  maximaPtr: usize,
  sumsPtr: usize,
): void {
  const group = plan.group;
  const out = plan.tensor(3);
  for (let r = 0; r < count; r++) {
    const head = firstHead + ((row + r) % group);
    const query = (row + r) / group;
    const sum = load<f64>(sumsPtr + ((<usize>r) << 3));
    storeScaled(out.at(b, head, query), outPtr + <usize>r * rowBytes, sum == 0 ? 0 : <f32>(1 / sum), plan.headDim);
    if (plan.lse) {
      const greatest = <f64>load<f32>(maximaPtr + ((<usize>r) << 2));
      // Where the sum is 0 or NaN, the maximum is −∞ and the sum says the rest.
      const log = sum > 0 ? f64x2.extract_lane(log64(f64x2.splat(sum)), 0) : sum;
      const at = (<usize>b * plan.heads + head) * plan.queries + query;
      store<f32>(plan.lse + (at << 2), <f32>(greatest + log));
    }
  }
}

/**
 * Copies the heads of new tokens into a cache, or anywhere else: to[b, h, t, d] = from[b, h, t, d].
 *
 * @param planPtr an `AttentionPlan` with the tensors from, to; `kvHeads` and `queries` are its heads and tokens
 */
export function attentionAppend(planPtr: usize): void {
  const plan = changetype<AttentionPlan>(planPtr);
  const from = plan.tensor(0);
  const to = plan.tensor(1);
  for (let b = 0; b < plan.batch; b++) {
    for (let h = 0; h < plan.kvHeads; h++) {
      for (let t = 0; t < plan.queries; t++) memory.copy(to.at(b, h, t), from.at(b, h, t), (<usize>plan.headDim) << 2);
    }
  }
}
