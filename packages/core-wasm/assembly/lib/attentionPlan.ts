/**
 * Where the heads of a tensor lie: element (b, h, t, d) is at ptr + b · batch + h · head + t · token + 4d, the strides in
 * bytes. [B, H, T, D], a part of [B, T, 3, H, D] and a cache of [B, H, capacity, D] differ in nothing else.
 */
// @ts-ignore: decorator
@unmanaged
export class Heads {
  ptr: usize = 0;
  batch: usize = 0;
  head: usize = 0;
  token: usize = 0;

  /** The address of a token's first element. */
  // @ts-ignore: decorator
  @inline
  at(b: i32, h: i32, t: i32): usize {
    return this.ptr + <usize>b * this.batch + <usize>h * this.head + <usize>t * this.token;
  }
}

/** What an attention is made of: written by the binding as 32-bit words in this order. */
// @ts-ignore: decorator
@unmanaged
export class AttentionPlan {
  batch: i32 = 0;
  heads: i32 = 0;
  /** `heads` is a multiple of it: so many query heads in a row share one of these. */
  kvHeads: i32 = 0;
  queries: i32 = 0;
  keys: i32 = 0;
  headDim: i32 = 0;
  scale: f32 = 0;
  /** 1: query i sees the keys j ≤ i + keys − queries. */
  causal: i32 = 0;
  /** i32[batch], how many keys of each there are, or 0. */
  lengths: usize = 0;
  /** u8[queries, keys], 0 where a query may not look, `maskBatch` bytes apart; or 0. */
  mask: usize = 0;
  maskBatch: usize = 0;
  /** u8[⌈queries / queryBlock⌉, ⌈keys / keyBlock⌉] of `hidden`, `seen` and `mixed`, `statesBatch` bytes apart; or 0. */
  states: usize = 0;
  statesBatch: usize = 0;
  queryBlock: i32 = 0;
  keyBlock: i32 = 0;
  /** f32[batch, heads, queries], or 0. */
  lse: usize = 0;

  /** The i-th tensor: they follow upon the plan. Forward: q, k, v, out. Backward: q, k, v, out, dout, dq, dk, dv. */
  // @ts-ignore: decorator
  @inline
  tensor(i: usize): Heads {
    return changetype<Heads>(changetype<usize>(this) + offsetof<AttentionPlan>() + i * offsetof<Heads>());
  }

  /** How many query heads share a key head. */
  // @ts-ignore: decorator
  @inline
  get group(): i32 {
    return this.heads / this.kvHeads;
  }

  /** The keys that `causal` and `lengths` leave to query i: those before this one. It never falls from a query to the next. */
  visible(b: i32, i: i32): i32 {
    let count = this.keys;
    if (this.causal) count = max(0, min(count, i + this.keys - this.queries + 1));
    if (this.lengths) count = min(count, load<i32>(this.lengths + ((<usize>b) << 2)));
    return count;
  }
}
