// Runs the kernel benches and writes results/kernels.json and results/kernels.md.
//
//   npm run bench                      every kernel, a second of timing a contender
//   npm run bench -- --quick           the same in a fifth of the time, and noisier
//   npm run bench -- matmul lstm       those kernels only; nothing is written
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { init } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, type Measurement, print } from "./harness.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, variant: { type: "string", default: "auto" } },
});
const seconds = values.quick ? 0.2 : 1;
const runtime = await init({ variant: values.variant as "auto" | "simd" | "relaxed" });
const head = `${conditions(runtime)}; ${seconds} s a contender${values.quick ? " (quick)" : ""}`;
console.log(head);

const all = readdirSync(new URL("kernels/", import.meta.url))
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length));
const unknown = positionals.filter((stem) => !all.includes(stem));
if (unknown.length > 0)
  throw new Error(`no bench of that name: ${unknown.join(", ")}; there are ${all.join(", ")}`);

const measurements: Measurement[] = [];
for (const stem of positionals.length > 0 ? positionals : all) {
  const { comparisons } = (await import(`./kernels/${stem}.bench.ts`)) as { comparisons: () => Comparison[] };
  for (const comparison of comparisons()) {
    const measured = await compare(comparison, { seconds });
    print(measured);
    measurements.push(...measured);
  }
}

if (positionals.length === 0) {
  const results = new URL("results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  writeFileSync(
    new URL("kernels.json", results),
    `${JSON.stringify({ conditions: head, measurements }, undefined, 2)}\n`,
  );
  writeFileSync(new URL("kernels.md", results), markdown());
}

function markdown(): string {
  const rows = measurements.map(({ title, name, median, spread, rate }) => {
    const speed = rate ? `${(rate.amount / 1e9).toPrecision(3)} G${rate.unit}` : "";
    return `| ${title} | ${name} | ${median.toPrecision(3)} | ${spread.toPrecision(2)} | ${speed} |`;
  });
  return [
    "# Kernel benches",
    "",
    `${head}. Medians; ± is the median absolute deviation. How: METHODOLOGY.md.`,
    "",
    "| what | who | median ms | ± ms | rate |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
