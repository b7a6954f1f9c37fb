// One measurement in a process of its own: it gets a Job as its only argument, and answers in messages.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compare, type Measurement } from "../harness.ts";
import type { Absence } from "../peers/load.ts";
import { type ContenderName, contenders, type EncodingName } from "./contenders.ts";
import { type Corpus, corpusText, hostileInputs } from "./corpora.ts";
import { type Trainer, trainers } from "./trainers.ts";
import { warmComparisons } from "./warm.ts";

export type Job =
  | {
      kind: "warm";
      encoding: EncodingName;
      corpus: Corpus;
      names: readonly ContenderName[];
      seconds: number;
      runs: number;
      bytes: number;
    }
  /** Without a name: a process that has the text and does nothing. */
  | { kind: "fresh"; name?: ContenderName; encoding: EncodingName; corpus: Corpus; bytes: number }
  | { kind: "hostile"; name: ContenderName; encoding: EncodingName; inputs: readonly string[] }
  | { kind: "train"; trainer: Trainer; file: string; merges: number };

export interface Warm {
  measurements: Measurement[];
  absent: Absence[];
}

/** Milliseconds from before the import to the ids of two words, and of the first pass over the text. */
export interface Fresh {
  start: number;
  cold: number;
  /** The most memory that the process ever held, in bytes. */
  peakBytes: number;
}

export interface Hostile {
  input: string;
  milliseconds: number;
  /** SHA-256 of the ids as little-endian u32. */
  digest: string;
}

export interface Trained {
  milliseconds: number;
  merges: number;
  /** Into how many tokens the beginning of the text is cut. */
  tokens: number;
}

async function warm(job: Job & { kind: "warm" }): Promise<Warm> {
  const { encoding, corpus, names, seconds, runs, bytes } = job;
  const [measurements, absent]: [Measurement[], Absence[]] = [[], []];
  const text = corpusText(corpus, bytes);
  for await (const comparison of warmComparisons(encoding, corpus, text, names, absent))
    measurements.push(...(await compare(comparison, { seconds, runs })));
  return { measurements, absent };
}

async function fresh({ name, encoding, corpus, bytes }: Job & { kind: "fresh" }): Promise<Fresh> {
  const text = corpusText(corpus, bytes);
  let [start, cold] = [0, 0];
  if (name) {
    const began = performance.now();
    const { encode } = await contenders[name].load(encoding);
    if (encode("hello world").length !== 2) throw new Error(`${name}: "hello world" is not two tokens`);
    start = performance.now() - began;
    const coldBegan = performance.now();
    encode(text);
    cold = performance.now() - coldBegan;
  }
  return { start, cold, peakBytes: peakBytes() };
}

/** What getrusage says would include the parent's, from before the `exec`. */
function peakBytes(): number {
  const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error("the system does not say how much memory a process has held");
  return 1024 * Number(kilobytes);
}

async function* hostile({ name, encoding, inputs }: Job & { kind: "hostile" }): AsyncGenerator<Hostile> {
  const { encode } = await contenders[name].load(encoding);
  encode("hello world");
  for (const input of inputs) {
    const text = hostileInputs[input]!();
    const began = performance.now();
    const ids = encode(text);
    const milliseconds = performance.now() - began;
    const bytes = new Uint8Array(Uint32Array.from(ids).buffer);
    yield { input, milliseconds, digest: createHash("sha256").update(bytes).digest("hex") };
  }
}

async function train({ trainer, file, merges }: Job & { kind: "train" }): Promise<Trained> {
  const { run, summary } = await trainers[trainer](file, merges);
  const began = performance.now();
  await run();
  const milliseconds = performance.now() - began;
  return { milliseconds, ...(await summary()) };
}

function send(message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

const job = JSON.parse(process.argv[2]!) as Job;
if (job.kind === "warm") await send(await warm(job));
else if (job.kind === "fresh") await send(await fresh(job));
else if (job.kind === "train") await send(await train(job));
else for await (const answer of hostile(job)) await send(answer);
process.exit();
