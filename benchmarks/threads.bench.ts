// Several threads beside one, in one process, by turns:
//
//   npm run bench:threads -w benchmarks -- --threads 2 --seconds 1
//   npm run bench:threads -w benchmarks -- 256×256 512×512      those cases only
//
// The outputs are compared bit for bit before anything is timed. Turns are short, so that what else the machine does meets both;
// the ratio is that of the medians.
import { parseArgs } from "node:util";
import {
  activationInto,
  addInto,
  attentionBackwardInto,
  attentionInto,
  type AttentionOptions,
  conv2dBackwardInto,
  conv2dInto,
  type Conv2dOptions,
  convTranspose2dInto,
  hasRelaxedSimd,
  matmul_i8Into,
  matmulInto,
  type MatmulOptions,
  maxPool2dInto,
  QuantizedMatrix,
  randomNormalInto,
  randomUniformInto,
  rotaryInto,
  Runtime,
  softmaxInto,
  type Variant,
  type WasmArray,
} from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { conditions } from "./harness.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "2" }, seconds: { type: "string", default: "1" } },
});
const threads = Number(values.threads);
const turn = 10;

interface Case {
  title: string;
  lengths: readonly number[];
  run: (out: WasmArray<"f32">, ...inputs: WasmArray<"f32">[]) => void;
}

function product(m: number, n: number, k: number, layout: Partial<MatmulOptions> = {}): Case {
  return {
    title: `matmul ${m}×${n}×${k}${layout.transposeB ? ", A·Bᵀ" : ""}`,
    lengths: [m * n, m * k, k * n],
    run: (out, a, b) => matmulInto(out, a, b, { m, n, k, ...layout }),
  };
}

function attention(title: string, shape: Omit<AttentionOptions, "batch">): Case[] {
  const { heads, kvHeads = heads, queries, keys, headDim } = shape;
  const [ofQueries, ofKeys] = [heads * queries * headDim, kvHeads * keys * headDim];
  const options = { batch: 1, ...shape };
  const size = `${title} ${heads}×${queries}×${keys}×${headDim}`;
  const forward: Case = {
    title: `attention ${size}`,
    lengths: [ofQueries, ofQueries, ofKeys, ofKeys],
    run: (out, q, k, v) => attentionInto({ out }, { q, k, v }, options),
  };
  const backward: Case = {
    title: `attention backward ${size}`,
    lengths: [ofQueries, ofKeys, ofKeys, ofQueries, ofKeys, ofKeys, ofQueries, ofQueries, heads * queries],
    run: (dq, dk, dv, q, k, v, out, dout, lse) =>
      attentionBackwardInto({ dq, dk, dv }, { dout, out, lse, q, k, v }, options),
  };
  return queries > 1 ? [forward, backward] : [forward];
}

function convolution(shape: Omit<Conv2dOptions, "kernelSize" | "padding">, kernel: number): Case[] {
  const { batch, inChannels, outChannels, height, width } = shape;
  const options = { ...shape, kernelSize: kernel, padding: (kernel - 1) / 2 };
  const [large, small] = [batch * inChannels * height * width, batch * outChannels * height * width];
  const weights = inChannels * outChannels * kernel ** 2;
  const size = `${batch}×${inChannels}→${outChannels}, ${height}×${width}, kernel ${kernel}`;
  return [
    {
      title: `conv2d ${size}`,
      lengths: [small, large, weights, outChannels],
      run: (out, x, weight, bias) => conv2dInto(out, { x, weight, bias }, options),
    },
    {
      title: `conv2d backward ${size}`,
      lengths: [large, weights, outChannels, small, large, weights],
      run: (dx, dweight, dbias, dy, x, weight) =>
        conv2dBackwardInto({ dx, dweight, dbias }, { dy, x, weight }, options),
    },
    {
      title: `convTranspose2d ${size}`,
      lengths: [small, large, weights, outChannels],
      run: (out, x, weight, bias) => convTranspose2dInto(out, { x, weight, bias }, options),
    },
  ];
}

function int8(m: number, n: number, k: number): Case {
  const matrices = new WeakMap<WasmArray<"f32">, QuantizedMatrix>();
  return {
    title: `matmul_i8 ${m}×${n}×${k}`,
    lengths: [m * n, m * k, k * n],
    run: (out, x, w) => {
      const matrix = matrices.get(w) ?? QuantizedMatrix.quantize(w, { n, k });
      matrices.set(w, matrix);
      matmul_i8Into(out, x, matrix, { m });
    },
  };
}

const n = 1 << 20;
const cases: Case[] = [
  product(64, 64, 64),
  product(128, 128, 128),
  product(256, 256, 256),
  product(512, 512, 512),
  product(1024, 1024, 1024),
  product(128, 384, 384, { transposeB: true }),
  product(128, 1536, 384, { transposeB: true }),
  product(128, 384, 1536, { transposeB: true }),
  product(1, 1024, 1024, { transposeB: true }),
  {
    title: "softmax 1024×1024",
    lengths: [n, n],
    run: (y, x) => softmaxInto(y, x, { rows: 1024, cols: 1024 }),
  },
  { title: "GELU, 1024²", lengths: [n, n], run: (y, x) => activationInto(y, x, { kind: "geluErf" }) },
  { title: "add, 1024²", lengths: [n, n, n], run: (y, a, b) => addInto(y, a, b) },
  ...attention("", { heads: 12, queries: 128, keys: 128, headDim: 32 }),
  ...attention("causal", { heads: 6, queries: 256, keys: 256, headDim: 64, causal: true }),
  ...attention("causal", { heads: 1, queries: 512, keys: 512, headDim: 64, causal: true }),
  ...attention("decode", { heads: 12, queries: 1, keys: 1024, headDim: 64 }),
  ...convolution({ batch: 8, inChannels: 32, outChannels: 32, height: 28, width: 28 }, 3),
  ...convolution({ batch: 1, inChannels: 64, outChannels: 64, height: 32, width: 32 }, 3),
  ...convolution({ batch: 1, inChannels: 64, outChannels: 128, height: 32, width: 32 }, 1),
  int8(128, 384, 1536),
  int8(1, 1024, 1024),
  {
    title: "rotary 12×512×64",
    lengths: [12 * 512 * 64, 12 * 512 * 64],
    run: (y, x) => rotaryInto(y, x, { batch: 1, heads: 12, tokens: 512, headDim: 64 }),
  },
  {
    title: "max pool 64 planes of 128²",
    lengths: [n / 4, n],
    run: (y, x) => maxPool2dInto(y, x, { planes: 64, height: 128, width: 128, kernelSize: 2 }),
  },
  { title: "uniform draws, 1024²", lengths: [n], run: (y) => randomUniformInto(y, { seed: 1 }) },
  { title: "normal draws, 1024²", lengths: [n], run: (y) => randomNormalInto(y, { seed: 1 }) },
];

function arrays(runtime: Runtime, { lengths }: Case): WasmArray<"f32">[] {
  return lengths.map((length, at) =>
    runtime.heap.from(
      "f32",
      Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + at)),
    ),
  );
}

function median(samples: number[]): number {
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}

for (const variant of ["simd", "relaxed"] satisfies Variant[]) {
  if (variant === "relaxed" && !hasRelaxedSimd()) continue;
  const one = await Runtime.create({ variant });
  const many = await createThreadedRuntime({ variant, threads });
  console.log(`${conditions(one)}, and ${threads} threads by turns`);
  for (const each of cases) {
    if (positionals.length > 0 && !positionals.some((part) => each.title.includes(part))) continue;
    const sides = [one, many].map((runtime) => {
      const all = arrays(runtime, each);
      const [out, ...inputs] = all;
      return { runtime, all, run: () => each.run(out!, ...inputs), samples: [] as number[] };
    });
    for (const { run } of sides) run();
    const [expected, actual] = sides.map(({ all }) => new Uint32Array(all[0]!.toArray().buffer));
    const at = expected!.findIndex((bits, i) => bits !== actual![i]);
    if (at >= 0) throw new Error(`${each.title}: element ${at} has other bits on ${threads} threads`);
    for (const timed of [false, true]) {
      const end = performance.now() + (timed ? 1000 * Number(values.seconds) : 300);
      while (performance.now() < end) {
        for (const { run, samples } of sides) {
          for (let i = 0; i < turn; i++) {
            const start = performance.now();
            run();
            if (timed) samples.push(performance.now() - start);
          }
        }
      }
    }
    const [alone, together] = sides.map(({ samples }) => median(samples));
    console.log(
      `${each.title.padEnd(52)} ${alone!.toFixed(4)} ms, ${together!.toFixed(4)} ms: ${(alone! / together!).toFixed(2)}×`,
    );
    for (const { runtime, all } of sides) for (const array of all) runtime.heap.free(array);
  }
  one.dispose();
  many.dispose();
}
