// The tokenizers alone. Build first: `npm run bench:tokenizer -w benchmarks` does.
//
//   … -- --quick       the same in a fraction of the time, and noisier; writes nothing
//   … -- --out folder  writes there
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { home } from "../home.ts";
import { runTokenizers } from "./runTokenizers.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, out: { type: "string" } },
});
const folder = values.out ? pathToFileURL(`${values.out}/`) : new URL("results/", home);
const out = values.out || !values.quick ? folder : undefined;
if (out) mkdirSync(out, { recursive: true });
await runTokenizers({ quick: values.quick, out });
