import {
  attentionInto,
  layerNormInto,
  matmulInto,
  type MatmulIntoOptions,
  packMatrix,
  type Runtime,
  tokensFirst,
  type WasmArray,
} from "@lanewise/core-wasm";
import type { Comparison } from "../harness.ts";
import type { BertLayer, Linear, Prepared } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { bert, bertTitle } from "./titles.ts";

const { rows, width, heads, inner } = bert;
const headDim = width / heads;
const eps = 1e-12;

type Array32 = WasmArray<"f32">;

/** The layer as one would write it: six products whose epilogues add, an attention, two norms. Weights are packed once. */
function ours(runtime: Runtime, layer: BertLayer): Prepared[] {
  const { heap } = runtime;
  const owned: { dispose: () => void }[] = [];
  function array(source: Float32Array | number): Array32 {
    const made = typeof source === "number" ? heap.alloc("f32", source) : heap.from("f32", source);
    owned.push({ dispose: () => heap.free(made) });
    return made;
  }
  type More = Pick<MatmulIntoOptions, "activation" | "residual">;
  function linear({ weight, bias }: Linear, more: More = {}): (out: Array32, x: Array32) => void {
    const [n, k] = [bias.length, weight.length / bias.length];
    const packed = packMatrix(weight, { n, k, runtime });
    owned.push(packed);
    const options = { m: rows, n, k, bias: array(bias), ...more };
    return (out, x) => matmulInto(out, x, packed, options);
  }
  function norm({ weight, bias }: Linear): (out: Array32, x: Array32) => void {
    const [gamma, beta] = [array(weight), array(bias)];
    return (out, x) => layerNormInto(out, x, { rows, cols: width, gamma, beta, eps });
  }
  const [x, out] = [array(layer.x), array(rows * width)];
  const [q, k, v, mixed, attended, middle, last] = Array.from({ length: 7 }, () => array(rows * width));
  const wide = array(rows * inner);
  const [query, key, value] = [linear(layer.query), linear(layer.key), linear(layer.value)];
  const output = linear(layer.output, { residual: x });
  const up = linear(layer.up, { activation: "geluErf" });
  const down = linear(layer.down, { residual: middle! });
  const [attentionNorm, outputNorm] = [norm(layer.attentionNorm), norm(layer.outputNorm)];
  const asWritten = tokensFirst({ tokens: rows, headDim, width });
  const layouts = { q: asWritten, k: asWritten, v: asWritten, out: asWritten };
  const sizes = { batch: 1, heads, queries: rows, keys: rows, headDim, layouts };

  function run(): void {
    query(q!, x);
    key(k!, x);
    value(v!, x);
    attentionInto({ out: mixed! }, { q: q!, k: k!, v: v! }, sizes);
    output(attended!, mixed!);
    attentionNorm(middle!, attended!);
    up(wide, middle!);
    down(last!, wide);
    outputNorm(out, last!);
  }
  function copied(): Float32Array {
    x.set(layer.x);
    run();
    return out.toArray();
  }
  function dispose(): void {
    for (const one of owned) one.dispose();
  }
  return [
    { copies: false, run, output: copied, dispose },
    { copies: true, run: copied, output: copied },
  ];
}

function weights(outputs: number, inputs: number, seed: number): Linear {
  const scale = Math.sqrt(3 / inputs);
  return { weight: values(inputs * outputs, seed, scale), bias: values(outputs, seed + 0.5, 0.1) };
}

function normWeights(seed: number): Linear {
  return { weight: values(width, seed, 0.2).map((gain) => 1 + gain), bias: values(width, seed + 0.5, 0.2) };
}

export async function* bertContest(setting: Setting): AsyncGenerator<Comparison> {
  const layer: BertLayer = {
    ...bert,
    epsilon: eps,
    x: values(rows * width, 1),
    query: weights(width, width, 2),
    key: weights(width, width, 3),
    value: weights(width, width, 4),
    output: weights(width, width, 5),
    up: weights(inner, width, 6),
    down: weights(width, inner, 7),
    attentionNorm: normWeights(8),
    outputNorm: normWeights(9),
  };
  const products = 4 * width * width + 2 * width * inner;
  yield await comparisonOf(
    {
      title: bertTitle,
      work: { amount: 2 * rows * (products + 2 * rows * width), unit: "flop" },
      tolerance: 2e-5,
      ours: (runtime) => ours(runtime, layer),
      peer: (peer) => peer.bertLayer?.(layer),
    },
    setting,
  );
}
