import { hidden, hide, mixed, readMask } from "./attentionMask";
import { AttentionPlan, Heads } from "./attentionPlan";
import { addRow, copyRowsPadded, packStrips, paddedDim } from "./attentionRows";
import { addTransposed, addWeighted } from "./attentionSums";
import { scoreTile, stripHeight, stripRows, tileKeys } from "./attentionTile";
import { expOfShifted4 } from "./exp";
import { dotOf } from "./rows";

/** The rows whose weights are there at once, to be added up over queries: a multiple of both strip heights. */
const blockRows: i32 = 48;

/** The bytes of working memory that `attentionBackward` needs: it depends on the head dimension alone. */
export function attentionBackwardWorkBytes(headDim: i32): usize {
  const rowBytes = (<usize>paddedDim(headDim)) << 2;
  return rowBytes * (4 * blockRows + 4 * tileKeys + stripRows) + blockRows * tileKeys * 8 + stripRows * tileKeys;
}

/**
 * Adds to the gradients of q, k and v. The weights are computed anew from the log-sum-exps:
 *
 *     p[i, j]  = e^(scale · q[i] · k[j] − lse[i])
 *     ds[i, j] = p[i, j] · (dout[i] · v[j] − dout[i] · out[i]) · scale
 *     dq[i] += Σ_j ds[i, j] · k[j],   dk[j] += Σ_i ds[i, j] · q[i],   dv[j] += Σ_i p[i, j] · dout[i]
 *
 * Block by block of keys, each over all queries of all heads that share them, in order. Gradients whose tensor has ptr = 0
 * are left out. Of all that, a part: some key heads, counted through the batch entries.
 *
 * Ref: Dao 2023, arXiv:2307.08691, Algorithm 2.
 *
 * @param planPtr an `AttentionPlan` with the tensors q, k, v, out, dout, dq, dk, dv
 * @param workPtr `attentionBackwardWorkBytes(headDim)` bytes, aligned to 16
 */
export function attentionBackward(planPtr: usize, firstHead: i32, heads: i32, workPtr: usize): void {
  const plan = changetype<AttentionPlan>(planPtr);
  for (let at = firstHead; at < firstHead + heads; at++) {
    const b = at / plan.kvHeads;
    const h = at % plan.kvHeads;
    const end = plan.queries > 0 ? plan.visible(b, plan.queries - 1) : 0;
    for (let key = 0; key < end; key += tileKeys) keysBackward(plan, b, h, key, min(tileKeys, end - key), workPtr);
  }
}

/** A block of `n` keys with all rows of queries. */
function keysBackward(plan: AttentionPlan, b: i32, h: i32, key: i32, n: i32, workPtr: usize): void {
  const dim = plan.headDim;
  const depth = paddedDim(dim);
  const rowBytes = (<usize>depth) << 2;
  const group = plan.group;
  const k = plan.tensor(1);
  const v = plan.tensor(2);
  const keyPtr = workPtr;
  const valuePtr = keyPtr + rowBytes * tileKeys;
  const dkPtr = valuePtr + rowBytes * tileKeys;
  const dvPtr = dkPtr + rowBytes * tileKeys;
  copyRowsPadded(keyPtr, k.at(b, h, key), k.token, n, dim, depth);
  copyRowsPadded(valuePtr, v.at(b, h, key), v.token, n, dim, depth);
  memory.fill(dkPtr, 0, rowBytes * tileKeys);
  memory.fill(dvPtr, 0, rowBytes * tileKeys);
  const rows = plan.queries * group;
  for (let row = 0; row < rows; row += blockRows) {
    const count = min(blockRows, rows - row);
    if (plan.visible(b, (row + count - 1) / group) > key) {
      blockBackward(plan, b, h, row, count, key, n, keyPtr, valuePtr, dkPtr, dvPtr, dvPtr + rowBytes * tileKeys);
    }
  }
  addRows(plan.tensor(6), b, h, key, n, dkPtr, dim, rowBytes);
  addRows(plan.tensor(7), b, h, key, n, dvPtr, dim, rowBytes);
}

function addRows(tensor: Heads, b: i32, h: i32, first: i32, n: i32, fromPtr: usize, dim: i32, rowBytes: usize): void {
  if (!tensor.ptr) return;
  for (let j = 0; j < n; j++) addRow(tensor.at(b, h, first + j), fromPtr + <usize>j * rowBytes, dim);
}

/** A block of keys with a block of rows: adds to the keys' sums, and to dq. */
function blockBackward(
  plan: AttentionPlan,
  b: i32,
  h: i32,
  row: i32,
  count: i32,
  key: i32,
  n: i32,
  keyPtr: usize,
  valuePtr: usize,
  dkPtr: usize,
  dvPtr: usize,
  workPtr: usize,
): void {
  const dim = plan.headDim;
  const depth = paddedDim(dim);
  const rowBytes = (<usize>depth) << 2;
  const group = plan.group;
  const q = plan.tensor(0);
  const dout = plan.tensor(4);
  const dq = plan.tensor(5);
  const queryPtr = workPtr;
  const doutPtr = queryPtr + rowBytes * blockRows;
  const queryStrips = doutPtr + rowBytes * blockRows;
  const doutStrips = queryStrips + rowBytes * blockRows;
  const dqPtr = doutStrips + rowBytes * blockRows;
  const weightsPtr = dqPtr + rowBytes * stripRows;
  const dscoresPtr = weightsPtr + blockRows * tileKeys * 4;
  const bytesPtr = dscoresPtr + blockRows * tileKeys * 4;

  packStrips(queryStrips, q, b, h * group, group, row, count, dim, depth);
  packStrips(doutStrips, dout, b, h * group, group, row, count, dim, depth);
  for (let r = 0; r < count; r++) {
    const head = h * group + ((row + r) % group);
    const query = (row + r) / group;
    copyRowsPadded(queryPtr + <usize>r * rowBytes, q.at(b, head, query), 0, 1, dim, depth);
    copyRowsPadded(doutPtr + <usize>r * rowBytes, dout.at(b, head, query), 0, 1, dim, depth);
  }
  memory.fill(weightsPtr, 0, <usize>count * tileKeys * 4);
  memory.fill(dscoresPtr, 0, <usize>count * tileKeys * 4);
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
    const weights = weightsPtr + <usize>s * tileKeys * 4;
    const dscores = dscoresPtr + <usize>s * tileKeys * 4;
    scoreTile(height, weights, queryStrips + <usize>s * rowBytes, keyPtr, rowBytes, width, depth, plan.scale);
    scoreTile(height, dscores, doutStrips + <usize>s * rowBytes, valuePtr, rowBytes, width, depth, 1);
    for (let r = 0; r < height; r++) {
      const at = (<usize>r * tileKeys) << 2;
      const seen = min(width, plan.visible(b, (row + s + r) / group) - key);
      rowBackward(plan, b, h * group, row + s + r, weights + at, dscores + at, seen, bytes ? bytes + <usize>r * tileKeys : 0);
    }
    if (dq.ptr) {
      memory.fill(dqPtr, 0, <usize>height * rowBytes);
      addWeighted(height, dqPtr, dscores, keyPtr, rowBytes, width, depth);
      for (let r = 0; r < height; r++) {
        const at = row + s + r;
        addRow(dq.at(b, h * group + (at % group), at / group), dqPtr + <usize>r * rowBytes, dim);
      }
    }
  }
  if (plan.tensor(6).ptr) addTransposed(dkPtr, dscoresPtr, queryPtr, count, n, depth);
  if (plan.tensor(7).ptr) addTransposed(dvPtr, weightsPtr, doutPtr, count, n, depth);
}

/**
 * Scores become weights, and dout · v becomes the gradient of the scores; both 0 from `seen` to the end of the row, and where
 * the query may not look.
 */
function rowBackward(
  plan: AttentionPlan,
  b: i32,
  firstHead: i32,
  row: i32,
  weightsPtr: usize,
  dscoresPtr: usize,
  seen: i32,
  bytesPtr: usize,
): void {
  const head = firstHead + (row % plan.group);
  const query = row / plan.group;
  const lse = load<f32>(plan.lse + (((<usize>b * plan.heads + head) * plan.queries + query) << 2));
  // −∞: the query looks nowhere, and nothing flows.
  const count = lse == -Infinity ? 0 : max(0, seen);
  if (count > 0) hide(weightsPtr, count, bytesPtr);
  const delta = f32x4.splat(
    <f32>dotOf(plan.tensor(4).at(b, head, query), plan.tensor(3).at(b, head, query), plan.headDim),
  );
  const shift = f32x4.splat(lse);
  const scale = f32x4.splat(plan.scale);
  const zero = f32x4.splat(0);
  const end = ((<usize>count + 7) & ~7) * 4;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const p = expOfShifted4(f32x4.sub(v128.load(weightsPtr + at), shift));
    v128.store(weightsPtr + at, p);
    // Where p is 0, dout · v may be too great for a number, and delta too: 0 · ∞ would be NaN.
    const ds = f32x4.mul(f32x4.mul(p, f32x4.sub(v128.load(dscoresPtr + at), delta)), scale);
    v128.store(dscoresPtr + at, v128.bitselect(zero, ds, f32x4.eq(p, zero)));
  }
  for (; at < <usize>tileKeys * 4; at += 16) {
    v128.store(weightsPtr + at, zero);
    v128.store(dscoresPtr + at, zero);
  }
}
