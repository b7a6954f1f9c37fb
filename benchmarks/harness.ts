import os from "node:os";
import { pathToFileURL } from "node:url";
import type { Runtime } from "@lanewise/core-wasm";
import { Bench } from "tinybench";

/** One way of doing the work: ours, a peer's, or the limit. */
export interface Contender {
  name: string;
  run: () => unknown;
}

export interface Comparison {
  /** What is done, with its sizes: "softmax 1024×1024". */
  title: string;
  /** The work of one run, in units: 2·m·n·k floating-point operations, n elements, … */
  work?: { amount: number; unit: string };
  contenders: Contender[];
  /** Throws where the contenders' outputs disagree; called before anything is timed. */
  verify: () => void;
}

export interface Measurement {
  title: string;
  name: string;
  /** Median milliseconds of one run. */
  median: number;
  /** Median absolute deviation in milliseconds. */
  spread: number;
  /** Median work per second, where the comparison says how much work a run is. */
  rate?: { amount: number; unit: string };
}

/** The engine and the machine, for the head of every table. */
export function conditions(runtime: Runtime): string {
  const model = os.cpus()[0]?.model.trim() ?? "unknown processor";
  return `${model} (${os.cpus().length} cores), Node ${process.versions.node}, variant ${runtime.variant}, one thread`;
}

/** Verifies, warms up until the optimising compiler has had its turn, then takes medians. */
export async function compare(comparison: Comparison, { seconds = 1 } = {}): Promise<Measurement[]> {
  const { title, work, contenders, verify } = comparison;
  verify();
  const bench = new Bench({ time: seconds * 1000, iterations: 10, warmupTime: 300, warmupIterations: 10 });
  for (const { name, run } of contenders) bench.add(name, () => void run());
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (!("latency" in result)) throw new Error(`${title}: ${name} gave no result`);
    const { p50, mad } = result.latency;
    const measurement: Measurement = { title, name, median: p50, spread: mad };
    if (work) measurement.rate = { amount: work.amount / (p50 / 1000), unit: `${work.unit}/s` };
    return measurement;
  });
}

export function print(measurements: readonly Measurement[]): void {
  console.table(
    measurements.map(({ title, name, median, spread, rate }) => ({
      title,
      name,
      "median ms": Number(median.toPrecision(4)),
      "± MAD ms": Number(spread.toPrecision(2)),
      rate: rate ? `${Number(rate.amount.toPrecision(4)).toExponential(3)} ${rate.unit}` : "",
    })),
  );
}

/** Whether this file was started by itself, not imported by the suite. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href;
}
