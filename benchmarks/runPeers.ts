import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { ContestName } from "./contests/index.ts";
import { machine, print } from "./harness.ts";
import type { Job } from "./job.ts";
import { compileLimits } from "./limits.ts";
import { compileJobs, findNode } from "./nodes.ts";
import { installPeers } from "./peers/install.ts";
import { alone, together } from "./peers/load.ts";
import { measurementTable } from "./report/markdown.ts";
import type { Outcome, PeerResults } from "./report/results.ts";
import { targets, targetTable } from "./report/targets.ts";
import { measureStartup } from "./startup.ts";

/** How `runPeers` runs. */
export interface PeerRun {
  quick: boolean;
  /** Where peers.{json,md} and targets.{json,md} go, if anywhere. */
  out: URL | undefined;
}

const [current, oldest] = [24, 20];
const both = ["simd", "relaxed"] as const;

/** Each contest in a fresh process, with the peers that bear company, then with each of the others by itself. */
function jobs(seconds: number): Job[] {
  const withPeers: ContestName[] = ["matmul", "rowFunctions", "lstmStep", "bertLayer"];
  const peersAlone: ContestName[] = ["matmul", "rowFunctions"];
  const ours: ContestName[] = ["int8", "threads"];
  return [
    ...withPeers.map((contest) => ({ contest, variants: both, peers: together, seconds })),
    ...alone.flatMap((peer) =>
      peersAlone.map((contest) => ({ contest, variants: [], peers: [peer], seconds })),
    ),
    ...ours.map((contest) => ({ contest, variants: both, peers: [], seconds })),
  ];
}

/** On a Node without relaxed SIMD. */
function oldJobs(seconds: number): Job[] {
  return [
    { contest: "matmul", variants: ["simd"], peers: together, seconds },
    ...alone.map((peer): Job => ({ contest: "matmul", variants: [], peers: [peer], seconds })),
  ];
}

export async function runPeers({ quick, out }: PeerRun): Promise<void> {
  installPeers();
  for (const variant of both) compileLimits(variant);
  const seconds = quick ? 0.05 : 0.6;
  const results: PeerResults = {
    conditions: `${machine()}, one thread unless said; ${seconds} s a contender${quick ? " (quick)" : ""}`,
    outcomes: [],
    absent: [],
    moduleBytes: moduleBytes(),
  };
  const major = Number(process.versions.node.split(".")[0]);
  if (major !== current)
    throw new Error(`the suite runs on Node ${current}, and this is ${process.versions.node}`);
  console.log(results.conditions);
  for (const job of jobs(seconds)) await attempt(results, job, process.execPath, jobFile("job.ts"), current);
  const old = findNode(oldest);
  if (old) {
    const compiled = compileJobs();
    for (const job of oldJobs(seconds)) await attempt(results, job, old, compiled, oldest);
  } else {
    results.absent.push({ peer: `Node ${oldest}`, reason: "none on the PATH" });
  }
  const measurements = measureStartup(quick ? 3 : 15);
  print(measurements);
  results.outcomes.push({ machine: machine(), node: current, versions: {}, absent: [], measurements });
  report(results, out);
}

function jobFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Runs a job; if it fails, the results say so, and the others go on. */
async function attempt(
  results: PeerResults,
  job: Job,
  node: string,
  file: string,
  major: number,
): Promise<void> {
  try {
    const outcome = await run(job, node, file);
    results.outcomes.push(outcome);
    print(outcome.measurements);
  } catch (error) {
    const peer = `${job.contest} with ${job.peers.join(", ") || "nobody"} on Node ${major}`;
    results.absent.push({ peer, reason: String(error) });
    console.error(`${peer}: ${String(error)}`);
  }
}

async function run(job: Job, node: string, file: string): Promise<Outcome> {
  const child = fork(file, [JSON.stringify(job)], { execPath: node, execArgv: [] });
  const messages: Outcome[] = [];
  child.on("message", (message) => messages.push(message as Outcome));
  const [status] = (await once(child, "close")) as [number | null];
  if (messages.length !== 1) throw new Error(`the process ended with ${status}, and without a result`);
  return messages[0]!;
}

/** Each module of kernels as it is served. */
function moduleBytes(): Record<string, number> {
  const bytes: Record<string, number> = {};
  for (const variant of both) {
    const file = new URL(import.meta.resolve(`@lanewise/core-wasm/${variant}.wasm`));
    if (existsSync(file)) bytes[variant] = gzipSync(readFileSync(file), { level: 9 }).length;
  }
  return bytes;
}

function report(results: PeerResults, out: URL | undefined): void {
  const judged = targets(results);
  const head = `${results.conditions}. Medians. How: METHODOLOGY.md.`;
  const goals = `# What the kernels are to reach\n\n${head}\n\n${targetTable(judged)}\n\n${absences(results)}\n`;
  console.log(goals);
  if (!out) return;
  writeFileSync(new URL("peers.json", out), `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(new URL("targets.json", out), `${JSON.stringify(judged, undefined, 1)}\n`);
  writeFileSync(new URL("targets.md", out), goals);
  const sections = results.outcomes.map(({ machine, versions, measurements }) => {
    const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return `## ${[machine, ...named].join(", ")}\n\n${measurementTable(measurements)}\n`;
  });
  const peers = ["# Beside the peers", head, ...sections, absences(results)];
  writeFileSync(new URL("peers.md", out), `${peers.join("\n\n")}\n`);
}

function absences(results: PeerResults): string {
  const absent = [...results.absent, ...results.outcomes.flatMap((outcome) => outcome.absent)];
  if (absent.length === 0) return "Nobody was absent.";
  return ["Absent:", "", ...absent.map(({ peer, reason }) => `- ${peer}: ${reason}`)].join("\n");
}
