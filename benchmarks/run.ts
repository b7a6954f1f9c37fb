// The suite. Build first: `npm run bench` at the top does.
//
//   npm run bench                      every kernel, then the contests with the peers, the tokenizers' last; writes results/
//   npm run bench -- --quick           the same in a tenth of the time, and noisier; writes nothing
//   npm run bench -- matmul lstm       those kernels only, without peers; writes nothing
//   npm run bench -- --targets         the contests only, and what they say of the goals; writes results/
//   … -- --variant simd                the kernels on that variant; the contests have both
//   … -- --out folder                  writes there
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Variant } from "@lanewise/core-wasm";
import { runKernels } from "./runKernels.ts";
import { runPeers } from "./runPeers.ts";
import { runTokenizers } from "./tokenizer/runTokenizers.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    targets: { type: "boolean", default: false },
    variant: { type: "string", default: "auto" },
    out: { type: "string" },
  },
});
const { quick, targets, variant } = values;
const folder = values.out ? pathToFileURL(`${values.out}/`) : new URL("results/", import.meta.url);
const out = values.out || !(quick || positionals.length > 0) ? folder : undefined;
if (out) mkdirSync(out, { recursive: true });

const began = performance.now();
if (!targets) await runKernels({ stems: positionals, variant: variant as "auto" | Variant, quick, out });
if (positionals.length === 0) {
  await runPeers({ quick, out });
  await runTokenizers({ quick, out });
}
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s in all`);
