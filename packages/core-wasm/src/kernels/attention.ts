import {
  type AttentionOptions,
  type AttentionSizes,
  checkSizes,
  planWords,
  readOnce,
} from "../attentionOptions.js";
import { checkHeads, type HeadLayout, headsFirst, headWords } from "../heads.js";
import { checkArray, checkCounts, checkInteger, type KernelOptions } from "../runtime/checks.js";
import type { Frame, KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { evenness, type Kernels } from "../runtime/threads.js";

export type { AttentionBlockMask, AttentionOptions } from "../attentionOptions.js";

export interface AttentionInputs {
  /** f32[B, H, Tq, D] */
  q: KernelArray<"f32">;
  /** f32[B, Hkv, Tk, D] */
  k: KernelArray<"f32">;
  /** f32[B, Hkv, Tk, D] */
  v: KernelArray<"f32">;
}

export interface AttentionOutputs<A extends KernelArray<"f32"> = KernelArray<"f32">> {
  /** f32[B, H, Tq, D] */
  out: A;
  /** f32[B, H, Tq]: log Σ e^(scale · q · k) of each query, which the backward pass needs. Left out: not written */
  lse?: A | undefined;
}

/** What the forward pass took and gave, and the gradient that comes in. */
export interface AttentionBackwardInputs extends AttentionInputs {
  /** f32[B, H, Tq, D] */
  out: KernelArray<"f32">;
  /** f32[B, H, Tq] */
  lse: KernelArray<"f32">;
  /** f32[B, H, Tq, D], laid out as `out` */
  dout: KernelArray<"f32">;
}

/** Gradients to add to; those that are left out are not computed. */
export interface AttentionGradients {
  dq?: KernelArray<"f32"> | undefined;
  dk?: KernelArray<"f32"> | undefined;
  dv?: KernelArray<"f32"> | undefined;
}

/**
 * Attention, for each batch entry and head: out[i] = Σ_j p[i, j] · v[j] with p[i, ·] = softmax(scale · q[i] · k[·]).
 *
 * q, out: f32[B, H, Tq, D]; k, v: f32[B, Hkv, Tk, D]; with `layouts`, wherever a projection or a cache has them, and then
 * they may be parts of one array. Outputs may not overlap inputs. A query that may look nowhere gives zeros, and
 * lse = −∞. A key that is hidden by `causal` or a mask still has to be finite, as has its value; those behind
 * `keyLengths` are not read.
 *
 * Keys are taken 64 at a time with a running maximum and a running sum for each query, so no matrix of Tq × Tk is ever in
 * memory. A query's bits depend on itself, and on the keys it sees and their places, alone: not on the other queries, heads or
 * batch entries, nor on which option hid the rest. Decoding with a cache so gives the bits of the full computation.
 *
 * The maximum is subtracted in float32 before e^x, weights are added up in float32 within 64 keys and in float64 beyond. The
 * tests hold `out` to (2 + √Tk / 2 + s) · 2⁻²³ · max |v|, with s = scale · max_j Σ_d |q[i, d] · k[j, d]|, the sum whose rounding
 * the exponential magnifies, and `lse` to (4 + s + |lse|) · 2⁻²³.
 *
 * Ref: Dao et al. 2022, arXiv:2205.14135; Milakov and Gimelshein 2018, arXiv:1805.02867; Ainslie et al. 2023, arXiv:2305.13245
 * (shared key heads).
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function attentionInto(
  { out, lse }: AttentionOutputs,
  { q, k, v }: AttentionInputs,
  options: AttentionOptions,
): void {
  const sizes = checkSizes(options);
  const { layouts = {}, causal = false, runtime } = options;
  const { batch, heads, queries } = sizes;
  const queryCounts = { ...sizes, tokens: queries };
  const keyCounts = { ...sizes, heads: sizes.kvHeads, tokens: sizes.keys };
  const outLayout = checkHeads("out", out, layouts.out, queryCounts, true);
  const qLayout = checkHeads("q", q, layouts.q, queryCounts);
  const kLayout = checkHeads("k", k, layouts.k, keyCounts);
  const vLayout = checkHeads("v", v, layouts.v, keyCounts);
  if (lse !== undefined) checkArray("lse", lse, "f32", batch * heads * queries, "batch × heads × queries");
  if (batch * queries === 0) return;
  runtimeFor(runtime, out, q, k, v).call((exports, frame) => {
    const read = readOnce(frame);
    const plan = [
      ...planWords(sizes, options, frame),
      lse === undefined ? 0 : frame.output(lse),
      ...headWords(read(q), qLayout),
      ...headWords(read(k), kLayout),
      ...headWords(read(v), vLayout),
      ...headWords(layouts.out === undefined ? frame.output(out) : frame.inout(out), outLayout),
    ];
    const planPtr = frame.input(Int32Array.from(plan));
    splitForward(frame, sizes, causal, (wasm, firstHead, heads, firstQuery, queries) => {
      const workPtr = frame.scratch(exports.attentionWorkBytes(sizes.headDim));
      wasm.attention(planPtr, firstHead, heads, firstQuery, queries, workPtr);
    });
  });
}

/** `attentionInto` with new arrays: `out` as f32[B, H, Tq, D], and `lse`. */
export function attention(
  inputs: AttentionInputs,
  options: Omit<AttentionOptions, "layouts"> & {
    layouts?: Omit<NonNullable<AttentionOptions["layouts"]>, "out">;
  },
): Record<"out" | "lse", Float32Array<ArrayBuffer>> {
  const { batch, heads, queries, headDim } = options;
  checkCounts({ batch, heads, queries, headDim });
  const out = newArray(Float32Array, batch * heads * queries * headDim);
  const lse = newArray(Float32Array, batch * heads * queries);
  attentionInto({ out, lse }, inputs, options);
  return { out, lse };
}

/**
 * Adds to the gradients of q, k and v, with p[i, j] = e^(scale · q[i] · k[j] − lse[i]) computed anew:
 *
 *     ds[i, j] = scale · p[i, j] · (dout[i] · v[j] − dout[i] · out[i])
 *     dq[i] += Σ_j ds[i, j] · k[j],   dk[j] += Σ_i ds[i, j] · q[i],   dv[j] += Σ_i p[i, j] · dout[i]
 *
 * Where heads share keys, dk and dv are the sum over them. A query that may look nowhere neither gets nor gives a gradient.
 * Options as in the forward pass. Gradients lie as their tensors do, may be parts of one array, and may overlap no other
 * array. All sums run in a fixed order, in float32; the tests hold each element to (4 + √n + s) · 2⁻²² of its n terms' sizes
 * added up, with the greatest s of `attentionInto`.
 *
 * Ref: Dao 2023, arXiv:2307.08691, Algorithm 2.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function attentionBackwardInto(
  { dq, dk, dv }: AttentionGradients,
  { dout, out, lse, q, k, v }: AttentionBackwardInputs,
  options: AttentionOptions,
): void {
  const sizes = checkSizes(options);
  const { layouts = {}, causal = false, runtime } = options;
  const { batch, heads, queries } = sizes;
  const queryCounts = { ...sizes, tokens: queries };
  const keyCounts = { ...sizes, heads: sizes.kvHeads, tokens: sizes.keys };
  const outLayout = checkHeads("out", out, layouts.out, queryCounts);
  checkHeads("dout", dout, layouts.out, queryCounts);
  const qLayout = checkHeads("q", q, layouts.q, queryCounts);
  const kLayout = checkHeads("k", k, layouts.k, keyCounts);
  const vLayout = checkHeads("v", v, layouts.v, keyCounts);
  checkArray("lse", lse, "f32", batch * heads * queries, "batch × heads × queries");
  if (dq !== undefined) checkHeads("dq", dq, layouts.q, queryCounts, true);
  if (dk !== undefined) checkHeads("dk", dk, layouts.k, keyCounts, true);
  if (dv !== undefined) checkHeads("dv", dv, layouts.v, keyCounts, true);
  if (batch * queries === 0) return;
  runtimeFor(runtime, dq, dk, dv, q, k, v, dout).call((exports, frame) => {
    const read = readOnce(frame);
    const gradient = (array: KernelArray<"f32"> | undefined, layout: HeadLayout): number[] =>
      array === undefined ? [0, 0, 0, 0] : headWords(frame.inout(array), layout);
    const plan = [
      ...planWords(sizes, options, frame),
      frame.input(lse),
      ...headWords(read(q), qLayout),
      ...headWords(read(k), kLayout),
      ...headWords(read(v), vLayout),
      ...headWords(read(out), outLayout),
      ...headWords(read(dout), outLayout),
      ...gradient(dq, qLayout),
      ...gradient(dk, kLayout),
      ...gradient(dv, vLayout),
    ];
    const planPtr = frame.input(Int32Array.from(plan));
    const nanoseconds = 2.5 * forwardNanoseconds(sizes, causal);
    // The gradients of a key are sums over all queries: key heads stay whole.
    frame.split(batch * sizes.kvHeads, { nanoseconds }, (wasm, begin, length) => {
      const workPtr = frame.scratch(exports.attentionBackwardWorkBytes(sizes.headDim));
      wasm.attentionBackward(planPtr, begin, length, workPtr);
    });
  });
}

function forwardNanoseconds(sizes: AttentionSizes, causal: boolean): number {
  const { batch, heads, queries, keys, headDim } = sizes;
  return batch * heads * queries * keys * (0.9 + 0.08 * headDim) * (causal && queries > 1 ? 0.55 : 1);
}

/** Queries of a part are enough to be worth the copies of keys and values that it makes for itself. */
const queryUnit = 24;

/**
 * Shares out whole key heads where they come out about even, else the queries of all heads. With `causal` the later ones see
 * more, so each part has some from the front and as many from the back.
 */
function splitForward(
  frame: Frame,
  sizes: AttentionSizes,
  causal: boolean,
  part: (wasm: Kernels, firstHead: number, heads: number, firstQuery: number, queries: number) => void,
): void {
  const { batch, kvHeads, queries } = sizes;
  const heads = batch * kvHeads;
  const nanoseconds = forwardNanoseconds(sizes, causal);
  const { threads } = frame;
  const fold = causal ? 2 : 1;
  const length = Math.floor(queries / fold);
  if (evenness(heads, 1, threads) >= 0.9 * evenness(length, queryUnit, threads)) {
    frame.split(heads, { nanoseconds }, (wasm, begin, count) => part(wasm, begin, count, 0, queries));
    return;
  }
  frame.split(length, { unit: queryUnit, nanoseconds }, (wasm, begin, count) => {
    const end = begin + count;
    if (end === length) {
      part(wasm, 0, heads, begin, causal ? queries - 2 * begin : count);
    } else {
      part(wasm, 0, heads, begin, count);
      if (causal) part(wasm, 0, heads, queries - end, count);
    }
  });
}

/** Where new tokens go in a cache. */
export interface AttentionAppendOptions extends KernelOptions {
  batch: number;
  /** Heads of the cache. */
  heads: number;
  /** How many are new. */
  tokens: number;
  headDim: number;
  /** How many tokens the cache has room for. */
  capacity: number;
  /** How many are in it: where the new ones go. */
  position: number;
  /** Where the heads of the new tokens lie. Default: [B, H, tokens, D] */
  layout?: HeadLayout | undefined;
}

/**
 * Puts the keys, or the values, of new tokens into a cache: cache[b, h, position + t] = x[b, h, t].
 *
 * cache: f32[B, H, capacity, D]; attend to it with `keys: position + tokens` and the layout `headsFirst({ tokens: capacity, … })`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function attentionAppendInto(
  cache: KernelArray<"f32">,
  x: KernelArray<"f32">,
  { batch, heads, tokens, headDim, capacity, position, layout, runtime }: AttentionAppendOptions,
): void {
  checkCounts({ batch, heads, tokens, headDim, capacity });
  checkInteger("position", position, 0, Math.max(0, capacity - tokens));
  checkInteger("tokens", tokens, 0, capacity);
  checkArray("cache", cache, "f32", batch * heads * capacity * headDim, "batch × heads × capacity × headDim");
  const from = checkHeads("x", x, layout, { batch, heads, tokens, headDim });
  if (batch * heads * tokens === 0) return;
  const to = { ...headsFirst({ heads, tokens: capacity, headDim }), offset: position * headDim };
  runtimeFor(runtime, cache, x).call((wasm, frame) => {
    const plan = [
      ...[batch, heads, heads, tokens, tokens, headDim, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ...headWords(frame.input(x), from),
      ...headWords(frame.inout(cache), to),
    ];
    wasm.attentionAppend(frame.input(Int32Array.from(plan)));
  });
}
