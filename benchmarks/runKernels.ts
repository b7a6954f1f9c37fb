import { readdirSync, writeFileSync } from "node:fs";
import { init, type Variant } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, type Measurement, print } from "./harness.ts";
import { measurementTable } from "./report/markdown.ts";

/** How `runKernels` runs. */
export interface KernelRun {
  /** The kernels; none: all of them. */
  stems: readonly string[];
  variant: "auto" | Variant;
  quick: boolean;
  /** Where kernels.json and kernels.md go, if anywhere. */
  out: URL | undefined;
}

/** The benches of kernels/: each kernel beside plain JavaScript, in this process. */
export async function runKernels({ stems, variant, quick, out }: KernelRun): Promise<void> {
  const seconds = quick ? 0.02 : 0.4;
  const runtime = await init({ variant });
  const head = `${conditions(runtime)}; ${seconds} s a contender${quick ? " (quick)" : ""}`;
  console.log(head);

  const all = readdirSync(new URL("kernels/", import.meta.url))
    .filter((file) => file.endsWith(".bench.ts"))
    .map((file) => file.slice(0, -".bench.ts".length));
  const unknown = stems.filter((stem) => !all.includes(stem));
  if (unknown.length > 0) {
    throw new Error(`no bench of that name: ${unknown.join(", ")}; there are ${all.join(", ")}`);
  }

  const measurements: Measurement[] = [];
  for (const stem of stems.length > 0 ? stems : all) {
    const { comparisons } = (await import(`./kernels/${stem}.bench.ts`)) as {
      comparisons: () => Comparison[];
    };
    for (const comparison of comparisons()) {
      const measured = await compare(comparison, { seconds, runs: quick ? 2 : 5 });
      print(measured);
      measurements.push(...measured);
    }
  }
  if (!out) return;
  const json = JSON.stringify({ conditions: head, measurements }, undefined, 2);
  writeFileSync(new URL("kernels.json", out), `${json}\n`);
  writeFileSync(
    new URL("kernels.md", out),
    [
      "# Kernel benches",
      "",
      `${head}. Medians; ± is the median absolute deviation. How: METHODOLOGY.md.`,
      "",
      measurementTable(measurements),
      "",
    ].join("\n"),
  );
}
