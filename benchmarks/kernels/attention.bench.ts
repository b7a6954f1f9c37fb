import {
  attention,
  attentionBackwardInto,
  attentionInto,
  type AttentionOptions,
  defaultRuntime,
  matmulInto,
  scaleInto,
  softmaxInto,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, type Contender, isMain, print } from "../harness.ts";

interface Case extends Omit<AttentionOptions, "keyLengths" | "mask" | "blockMask" | "layouts" | "runtime"> {
  what: string;
  backward?: boolean;
}

const cases: Case[] = [
  { what: "BERT layer", batch: 1, heads: 12, queries: 128, keys: 128, headDim: 32 },
  { what: "BERT layer, backward", batch: 1, heads: 12, queries: 128, keys: 128, headDim: 32, backward: true },
  { what: "causal", batch: 1, heads: 8, queries: 512, keys: 512, headDim: 64, causal: true },
  { what: "one token with a cache", batch: 1, heads: 8, queries: 1, keys: 1024, headDim: 64 },
  { what: "the same, shared keys", batch: 1, heads: 8, kvHeads: 2, queries: 1, keys: 1024, headDim: 64 },
];

type Tensors = Record<"q" | "k" | "v", Float32Array>;

/** A row of scores at a time. */
function plainAttention({ q, k, v }: Tensors, shape: Case): Float32Array {
  const { batch, heads, kvHeads = heads, queries, keys, headDim, causal = false } = shape;
  const out = new Float32Array(q.length);
  const scores = new Float64Array(keys);
  for (let row = 0; row < batch * heads * queries; row++) {
    const kvHead = Math.floor(Math.floor(row / queries) / (heads / kvHeads)) * keys * headDim;
    const seen = causal ? (row % queries) + keys - queries + 1 : keys;
    let greatest = -Infinity;
    for (let j = 0; j < seen; j++) {
      let sum = 0;
      for (let d = 0; d < headDim; d++) sum += q[row * headDim + d]! * k[kvHead + j * headDim + d]!;
      greatest = Math.max(greatest, (scores[j] = sum / Math.sqrt(headDim)));
    }
    let sum = 0;
    for (let j = 0; j < seen; j++) sum += scores[j] = Math.exp(scores[j]! - greatest);
    for (let j = 0; j < seen; j++) {
      const weight = scores[j]! / sum;
      for (let d = 0; d < headDim; d++) out[row * headDim + d]! += weight * v[kvHead + j * headDim + d]!;
    }
  }
  return out;
}

function tensor(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin(1.7 * i + 0.001 * i * i + seed));
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  return cases.map((shape) => {
    const { what, backward = false, batch, heads, kvHeads = heads, queries, keys, headDim, causal } = shape;
    const rows = batch * heads * queries;
    const kvLength = batch * kvHeads * keys * headDim;
    const arrays = { q: tensor(rows * headDim, 0.3), k: tensor(kvLength, 0.7), v: tensor(kvLength, 0.9) };
    const [q, k, v] = [arrays.q, arrays.k, arrays.v].map((x) => heap.from("f32", x)) as [
      ReturnType<typeof heap.from<"f32">>,
      ReturnType<typeof heap.from<"f32">>,
      ReturnType<typeof heap.from<"f32">>,
    ];
    const [out, lse] = [heap.alloc("f32", rows * headDim), heap.alloc("f32", rows)];
    const [scores, composed] = [heap.alloc("f32", rows * keys), heap.alloc("f32", rows * headDim)];
    /** The matrix of scores in memory, which needs as many key heads as heads, and no mask. */
    const compose = (): void => {
      const products = { batch: batch * heads, m: queries };
      matmulInto(scores, q, k, { ...products, n: keys, k: headDim, transposeB: true });
      scaleInto(scores, scores, { scale: 1 / Math.sqrt(headDim) });
      softmaxInto(scores, scores, { rows, cols: keys });
      matmulInto(composed, scores, v, { ...products, n: headDim, k: keys });
    };
    const forward = (): void => attentionInto({ out, lse }, { q, k, v }, shape);
    const composes = kvHeads === heads && !causal;
    const contenders: Contender[] = [
      { name: "lanewise, resident", run: forward },
      { name: "lanewise, with copies", run: () => attention(arrays, shape) },
      { name: "JavaScript, row by row", run: () => plainAttention(arrays, shape) },
    ];
    if (composes) contenders.splice(1, 0, { name: "lanewise, matmul + softmax + matmul", run: compose });
    const gradients = {
      dq: heap.alloc("f32", q.length),
      dk: heap.alloc("f32", kvLength),
      dv: heap.alloc("f32", kvLength),
    };
    const back = (): void => attentionBackwardInto(gradients, { q, k, v, out, lse, dout: q }, shape);
    return {
      title: `attention, ${heads}/${kvHeads} heads of ${headDim}, ${queries} × ${keys} (${what})`,
      // Two products forward, five backward; half of each with a causal mask.
      work: { amount: (backward ? 10 : 4) * rows * keys * headDim * (causal ? 0.5 : 1), unit: "flop" },
      contenders: backward ? [{ name: "lanewise, resident", run: back }] : contenders,
      verify() {
        forward();
        if (composes) compose();
        const copied = attention(arrays, shape).out;
        const expected = plainAttention(arrays, shape);
        const near = (value: number, i: number): boolean => Math.abs(value - expected[i]!) <= 2e-5;
        for (let i = 0; i < expected.length; i++) {
          const same =
            near(copied[i]!, i) && out.view[i] === copied[i] && (!composes || near(composed.view[i]!, i));
          if (!same) throw new Error(`element ${i}: ${out.view[i]}, ${copied[i]} for ${expected[i]}`);
        }
        if (backward) verifyGradients();
      },
    };

    /** Along dout = q, the loss dout · out changes by dq · dq + … for a small step along the gradient. */
    function verifyGradients(): void {
      for (const gradient of Object.values(gradients)) gradient.view.fill(0);
      back();
      const slope = Object.values(gradients).reduce(
        (sum, g) => sum + g.view.reduce((sum, x) => sum + x * x, 0),
        0,
      );
      const step = 1e-3 / Math.sqrt(slope);
      const loss = (sign: number): number => {
        const moved = (x: Float32Array, dx: Float32Array): Float32Array =>
          x.map((x, i) => x + sign * step * dx[i]!);
        const inputs = {
          q: moved(arrays.q, gradients.dq.view),
          k: moved(arrays.k, gradients.dk.view),
          v: moved(arrays.v, gradients.dv.view),
        };
        return plainAttention(inputs, shape).reduce((sum, x, i) => sum + x * arrays.q[i]!, 0);
      };
      const measured = (loss(1) - loss(-1)) / (2 * step);
      if (!(Math.abs(measured - slope) <= 0.01 * slope))
        throw new Error(`gradient: ${measured} for ${slope}`);
    }
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
