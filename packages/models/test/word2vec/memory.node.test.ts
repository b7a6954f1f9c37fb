import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("./memory.mjs", import.meta.url));

it("reads, trains, saves and loads 120 times without taking more memory", { timeout: 120_000 }, () => {
  const output = execFileSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" });
  const samples = JSON.parse(output) as { wasm: number; held: number; heap: number }[];
  const settled = samples.slice(10);
  expect(new Set(settled.map(({ wasm }) => wasm)).size, "sizes of Wasm memory").toBe(1);
  expect(new Set(settled.map(({ held }) => held)).size, "bytes held in it").toBe(1);
  // Buffers are given back when the engine finds the time: what is left at best is what is held.
  const least = (part: typeof samples): number => Math.min(...part.map(({ heap }) => heap));
  // For some sixty rounds the engine compiles, and gathers what it needs for that.
  const perRound = (least(samples.slice(90)) - least(samples.slice(60, 90))) / 30;
  // A corpus is 16 kB of ids.
  expect(perRound, "bytes of JavaScript memory a round").toBeLessThan(4096);
});
