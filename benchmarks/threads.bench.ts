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
  hasRelaxedSimd,
  matmulInto,
  type MatmulOptions,
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
      `${each.title.padEnd(28)} ${alone!.toFixed(4)} ms, ${together!.toFixed(4)} ms: ${(alone! / together!).toFixed(2)}×`,
    );
    for (const { runtime, all } of sides) for (const array of all) runtime.heap.free(array);
  }
  one.dispose();
  many.dispose();
}
