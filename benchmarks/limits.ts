import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Variant } from "@lanewise/core-wasm";
import type { Contender } from "./harness.ts";
import { home } from "./home.ts";

type Loop = (turns: number, x: number, y: number, step: number) => number;
interface Exports extends WebAssembly.Exports {
  fused: Loop;
  chained: Loop;
  unchained: Loop;
}

const source = fileURLToPath(new URL("assembly/limits.ts", home));
const features: Record<Variant, string[]> = { simd: ["simd"], relaxed: ["simd", "relaxed-simd"] };
/** Some tens of microseconds a run. */
const turns = 10_000;
/** Twelve vectors of four lanes a turn, a multiplication and an addition each. */
const flops = turns * 12 * 4 * 2;

/** Compiles the loops of assembly/limits.ts, if that has not been done since they changed. */
export function compileLimits(variant: Variant): string {
  const out = fileURLToPath(new URL(`dist/limits.${variant}.wasm`, home));
  if (existsSync(out) && statSync(out).mtimeMs > statSync(source).mtimeMs) return out;
  mkdirSync(new URL("dist/", home), { recursive: true });
  const asc = fileURLToPath(import.meta.resolve("assemblyscript/bin/asc.js"));
  execFileSync(process.execPath, [
    ...[
      asc,
      source,
      "--outFile",
      out,
      "--runtime",
      "stub",
      "--use",
      "abort=",
      "--optimizeLevel",
      "3",
      "--noAssert",
    ],
    ...features[variant].flatMap((feature) => ["--enable", feature]),
  ]);
  return out;
}

/** The loops as contenders: what they reach is the limit of all the others. Checked: they do the work they say. */
export function limits(variant: Variant): Contender[] {
  const module = new WebAssembly.Module(readFileSync(compileLimits(variant)));
  const { fused, chained, unchained } = new WebAssembly.Instance(module).exports as Exports;
  function contender(name: string, run: () => number, expected: number): Contender {
    const sum = run();
    if (sum !== expected) throw new Error(`${name}: the sum is ${sum}, and not ${expected}`);
    return { name, run, role: "limit", variant, amount: flops };
  }
  if (variant === "relaxed") return [contender("limit: fused", () => fused(turns, 1, 1, 0), 48 * turns)];
  return [
    contender("limit: mul+add, chained", () => chained(turns, 0.5, 0.5, 0), 48),
    contender("limit: mul+add, unchained", () => unchained(turns, 1, 1, 0), 48 * turns),
  ];
}
