import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("./memory.mjs", import.meta.url));

it("trains 2,000 steps without taking more memory", { timeout: 120_000 }, () => {
  const output = execFileSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" });
  const samples = JSON.parse(output) as { step: number; wasm: number; heap: number }[];
  const settled = samples.filter(({ step }) => step >= 200);
  expect(new Set(settled.map(({ wasm }) => wasm)).size, "sizes of Wasm memory after step 200").toBe(1);
  const slope = slopeOf(settled.filter(({ step }) => step >= 500).map(({ step, heap }) => [step, heap]));
  expect(slope, "bytes of JavaScript heap a step").toBeLessThan(1024);
});

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const covariance = mean(points.map(([at, value]) => (at - x) * (value - y)));
  return covariance / mean(points.map(([at]) => (at - x) ** 2));
}
