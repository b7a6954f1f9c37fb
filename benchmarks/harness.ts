import os from "node:os";
import { pathToFileURL } from "node:url";
import type { Runtime, Variant } from "@lanewise/core-wasm";
import { Bench, type Task } from "tinybench";
import { hasSettled, median, summarise } from "./statistics.ts";

/** One way of doing the work: ours, a peer's, or the limit. A peer's may be asynchronous. */
export interface Contender {
  name: string;
  run: () => unknown;
  /** What it is compared as; the limit is a loop that touches nothing but registers. Default: nothing in particular */
  role?: "ours" | "peer" | "limit";
  /** Of ours and of the limit: which build. */
  variant?: Variant;
  /** Whether inputs are copied in and outputs out, or stay where the library keeps its arrays. */
  copies?: boolean;
  /** The work of one run, where it is not the comparison's. */
  amount?: number;
}

export interface Comparison {
  /** What is done, with its sizes: "softmax 1024×1024". */
  title: string;
  /** The work of one run, in units: 2·m·n·k floating-point operations, n elements, … */
  work?: { amount: number; unit: string };
  contenders: Contender[];
  /** Throws where the contenders' outputs disagree; called before anything is timed. */
  verify: () => void | Promise<void>;
  /** Frees what the contenders hold. */
  dispose?: () => void | Promise<void>;
}

export interface Measurement {
  title: string;
  name: string;
  /** Median milliseconds of one run. */
  median: number;
  /** Median absolute deviation in milliseconds. */
  spread: number;
  /** The least milliseconds; enters no ratio. */
  best: number;
  samples: number;
  /** Median work per second, where the comparison says how much work a run is. */
  rate?: { amount: number; unit: string };
  role?: "ours" | "peer" | "limit";
  variant?: Variant;
  copies?: boolean;
}

/** The engine and the machine. */
export function machine(): string {
  const model = os.cpus()[0]?.model.trim() ?? "unknown processor";
  return `${model} (${os.cpus().length} cores), Node ${process.versions.node}`;
}

/** The engine, the machine and the variant, for the head of every table. */
export function conditions(runtime: Runtime): string {
  return `${machine()}, variant ${runtime.variant}, one thread`;
}

export interface CompareOptions {
  /** How long each contender is timed. Default: 1 */
  seconds?: number;
  /** How often a contender runs at least, however slow it is. Default: 5 */
  runs?: number;
}

/** A warm-up that has not settled ends after so many seconds. */
const longestWarmUp = 2;
/** How often the contenders take turns. */
const rounds = 10;

/**
 * Verifies, warms each contender up until its medians stop falling, then times them in turns, A B A B, each for a tenth of
 * its time: what the machine does beside falls on all of them.
 */
export async function compare(
  comparison: Comparison,
  { seconds = 1, runs = 5 }: CompareOptions = {},
): Promise<Measurement[]> {
  const { title, contenders, verify, dispose } = comparison;
  try {
    await verify();
    const slice = (seconds * 1000) / rounds;
    const bench = new Bench({ time: slice, iterations: 1, warmup: false, retainSamples: true, throws: true });
    for (const { name, run } of contenders) bench.add(name, run);
    const warmUp = Math.min(longestWarmUp, 2 * seconds) * 1000;
    for (const task of bench.tasks) await settle(task, title, warmUp);
    const samples = bench.tasks.map((): number[] => []);
    const spent = bench.tasks.map(() => 0);
    const isDone = (i: number): boolean => spent[i]! >= seconds * 1000 * 0.999 && samples[i]!.length >= runs;
    while (samples.some((_, i) => !isDone(i))) {
      for (const [i, task] of bench.tasks.entries()) {
        if (isDone(i)) continue;
        const taken = await sample(task, title);
        for (const time of taken) spent[i]! += time;
        samples[i]!.push(...taken);
      }
    }
    return contenders.map((contender, i) => measurement(comparison, contender, samples[i]!));
  } finally {
    await dispose?.();
  }
}

/** Runs a contender for one slice, and says how long each run took. */
async function sample(task: Task, title: string): Promise<number[]> {
  task.reset();
  await task.run();
  const { result } = task;
  if (!("latency" in result) || !result.latency.samples)
    throw new Error(`${title}: ${task.name} gave no result`);
  return [...result.latency.samples];
}

async function settle(task: Task, title: string, most: number): Promise<void> {
  const medians: number[] = [];
  const end = performance.now() + most;
  while (!hasSettled(medians) && performance.now() < end) medians.push(median(await sample(task, title)));
}

function measurement({ title, work }: Comparison, contender: Contender, samples: number[]): Measurement {
  const { name, role, variant, copies, amount = work?.amount } = contender;
  const summary = summarise(samples);
  return {
    title,
    name,
    ...summary,
    ...(work &&
      amount !== undefined && { rate: { amount: amount / (summary.median / 1000), unit: `${work.unit}/s` } }),
    ...(role && { role }),
    ...(variant && { variant }),
    ...(copies !== undefined && { copies }),
  };
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
