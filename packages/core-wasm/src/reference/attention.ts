/** Which pairs a mask lets through, by blocks: 0 none, 1 all, 2 those of `mask`. */
export interface BlockMask {
  states: ArrayLike<number>;
  queryBlock: number;
  keyBlock: number;
}

/** What the attention looks like: as in the kernel of this name, with all heads in the order [B, H, T, D]. */
export interface AttentionShape {
  batch: number;
  heads: number;
  kvHeads?: number | undefined;
  queries: number;
  keys: number;
  headDim: number;
  scale?: number | undefined;
  causal?: boolean | undefined;
  keyLengths?: ArrayLike<number> | undefined;
  mask?: ArrayLike<number> | undefined;
  blockMask?: BlockMask | undefined;
}

export interface AttentionTensors {
  q: ArrayLike<number>;
  k: ArrayLike<number>;
  v: ArrayLike<number>;
}

/** Whether query i of batch b may look at key j. */
export function attentionSees(b: number, i: number, j: number, shape: AttentionShape): boolean {
  const { batch, queries, keys, causal = false, keyLengths, mask, blockMask } = shape;
  if (causal && j > i + keys - queries) return false;
  if (keyLengths !== undefined && j >= keyLengths[b]!) return false;
  const allows = (): boolean => {
    if (mask === undefined) return true;
    const offset = mask.length === batch * queries * keys ? b * queries * keys : 0;
    return mask[offset + i * keys + j] !== 0;
  };
  if (blockMask === undefined) return allows();
  const { states, queryBlock, keyBlock } = blockMask;
  const [blockRows, blockColumns] = [Math.ceil(queries / queryBlock), Math.ceil(keys / keyBlock)];
  const offset = states.length === batch * blockRows * blockColumns ? b * blockRows * blockColumns : 0;
  const state = states[offset + Math.floor(i / queryBlock) * blockColumns + Math.floor(j / keyBlock)];
  return state === 2 ? allows() : state === 1;
}

/** p[b, h, i, j] = e^(scale · q[i] · k[j] − lse[i]), 0 where i may not look at j; all of it in memory. */
function weights({ q, k }: Omit<AttentionTensors, "v">, shape: AttentionShape) {
  const { batch, heads, queries, keys, headDim } = shape;
  const { scale = 1 / Math.sqrt(headDim) } = shape;
  const p = new Float64Array(batch * heads * queries * keys);
  const lse = new Float64Array(batch * heads * queries).fill(-Infinity);
  forEachRow(shape, (row, kvRow, b, i) => {
    const scores = Array.from({ length: keys }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < headDim; d++) sum += q[row * headDim + d]! * k[(kvRow + j) * headDim + d]!;
      return attentionSees(b, i, j, shape) ? scale * sum : -Infinity;
    });
    const greatest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    if (greatest === -Infinity) return;
    const sum = scores.reduce((sum, score) => sum + Math.exp(score - greatest), 0);
    lse[row] = greatest + Math.log(sum);
    scores.forEach((score, j) => (p[row * keys + j] = Math.exp(score - greatest) / sum));
  });
  return { p, lse };
}

/** Calls back for each row of q, with the first row of its keys. */
function forEachRow(
  { batch, heads, kvHeads = heads, queries, keys }: AttentionShape,
  body: (row: number, kvRow: number, b: number, i: number) => void,
): void {
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const kvHead = Math.floor(h / (heads / kvHeads));
      for (let i = 0; i < queries; i++) {
        body((b * heads + h) * queries + i, (b * kvHeads + kvHead) * keys, b, i);
      }
    }
  }
}

/** softmax(scale · q · kᵀ) · v and log Σ e^(scale · q · kᵀ), by their definition; zeros and −∞ where a query looks nowhere. */
export function attention(
  { q, k, v }: AttentionTensors,
  shape: AttentionShape,
): { out: Float64Array<ArrayBuffer>; lse: Float64Array<ArrayBuffer> } {
  const { keys, headDim } = shape;
  const { p, lse } = weights({ q, k }, shape);
  const out = new Float64Array(lse.length * headDim);
  forEachRow(shape, (row, kvRow) => {
    for (let j = 0; j < keys; j++) {
      for (let d = 0; d < headDim; d++) {
        out[row * headDim + d]! += p[row * keys + j]! * v[(kvRow + j) * headDim + d]!;
      }
    }
  });
  return { out, lse };
}

/** dv = pᵀ · dout; ds = p ⊙ (dout · vᵀ − Σ p ⊙ dout · vᵀ); dq = scale · ds · k; dk = scale · dsᵀ · q. */
export function attentionBackward(
  dout: ArrayLike<number>,
  { q, k, v }: AttentionTensors,
  shape: AttentionShape,
): Record<"dq" | "dk" | "dv", Float64Array<ArrayBuffer>> {
  const { keys, headDim, scale = 1 / Math.sqrt(shape.headDim) } = shape;
  const { p } = weights({ q, k }, shape);
  const [dq, dk, dv] = [q, k, v].map(({ length }) => new Float64Array(length)) as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
  ];
  forEachRow(shape, (row, kvRow) => {
    const dp = new Float64Array(keys);
    let mean = 0;
    for (let j = 0; j < keys; j++) {
      const weight = p[row * keys + j]!;
      for (let d = 0; d < headDim; d++) {
        dp[j]! += dout[row * headDim + d]! * v[(kvRow + j) * headDim + d]!;
        dv[(kvRow + j) * headDim + d]! += weight * dout[row * headDim + d]!;
      }
      mean += weight * dp[j]!;
    }
    for (let j = 0; j < keys; j++) {
      const ds = scale * p[row * keys + j]! * (dp[j]! - mean);
      for (let d = 0; d < headDim; d++) {
        dq[row * headDim + d]! += ds * k[(kvRow + j) * headDim + d]!;
        dk[(kvRow + j) * headDim + d]! += ds * q[row * headDim + d]!;
      }
    }
  });
  return { dq, dk, dv };
}
