import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { machine, type Measurement, print } from "../harness.ts";
import { home } from "../home.ts";
import { compileJobs } from "../nodes.ts";
import { installPeers } from "../peers/install.ts";
import { peerVersion } from "../peers/peer.ts";
import { tokenizerReport } from "../report/tokenizerTables.ts";
import { tokenizerTargets } from "../report/tokenizerTargets.ts";
import { targetTable } from "../report/targets.ts";
import { summarise } from "../statistics.ts";
import { bundleBytes, bundledEncodings } from "./bundles.ts";
import { answer, hostileAnswers } from "./children.ts";
import {
  type ContenderName,
  contenderNames,
  contenders,
  type EncodingName,
  encodings,
} from "./contenders.ts";
import { corpora, type Corpus, corpusText, hostileInputs } from "./corpora.ts";
import { makeHuggingFaceFile } from "./huggingFaceFile.ts";
import type { TokenizerResults } from "./results.ts";
import { coldTitle, startTitle, trainingTitle } from "./titles.ts";
import type { Trainer } from "./trainers.ts";

/** How long, how often and on how much. */
interface Extent {
  encodings: readonly EncodingName[];
  seconds: number;
  runs: number;
  bytes: number;
  /** Corpora of the first pass, and in how many fresh processes each. */
  coldCorpora: readonly Corpus[];
  processes: number;
  /** Milliseconds that a hostile input may take. */
  cap: number;
  hostileTo: readonly ContenderName[];
  trainings: number;
}

const whole: Extent = {
  encodings,
  seconds: 0.6,
  runs: 5,
  bytes: 1_000_000,
  coldCorpora: corpora,
  processes: 5,
  cap: 5000,
  hostileTo: contenderNames,
  trainings: 5,
};
const quickly: Extent = {
  encodings: ["cl100k_base"],
  seconds: 0.05,
  runs: 2,
  bytes: 50_000,
  coldCorpora: ["English"],
  processes: 1,
  cap: 1000,
  hostileTo: ["lanewise"],
  trainings: 1,
};

/** How `runTokenizers` runs. */
export interface TokenizerRun {
  quick: boolean;
  /** Where tokenizer.{json,md} and tokenizerTargets.{json,md} go, if anywhere. */
  out: URL | undefined;
}

export async function runTokenizers({ quick, out }: TokenizerRun): Promise<void> {
  installPeers();
  for (const encoding of encodings) makeHuggingFaceFile(encoding);
  compileJobs();
  const extent = quick ? quickly : whole;
  const results: TokenizerResults = {
    conditions: `${machine()}, one thread; ${extent.seconds} s a contender${quick ? " (quick)" : ""}`,
    versions: {
      ...Object.fromEntries(
        contenderNames.flatMap((name) => {
          const { version } = contenders[name] as { version?: string };
          return version === undefined ? [] : [[name, version]];
        }),
      ),
      tokenizers: peerVersion("tokenizers"),
    },
    absent: [],
    measurements: [],
    sizes: [],
    memory: [],
    hostile: [],
  };
  console.log(results.conditions);
  await measureWarm(results, extent);
  await measureFresh(results, extent);
  await measureSizes(results, extent);
  await measureHostile(results, extent);
  await measureTraining(results, extent);
  report(results, out);
}

async function measureWarm(results: TokenizerResults, extent: Extent): Promise<void> {
  const { seconds, runs, bytes } = extent;
  for (const encoding of extent.encodings) {
    for (const corpus of corpora) {
      await attempt(results, `${encoding}, ${corpus}`, async () => {
        const job = { kind: "warm", encoding, corpus, names: contenderNames, seconds, runs, bytes } as const;
        const { measurements, absent } = await answer(job);
        results.measurements.push(...measurements);
        results.absent.push(...absent);
        print(measurements);
      });
    }
  }
}

/** Fresh processes in turns, one contender after the other. */
async function measureFresh(results: TokenizerResults, extent: Extent): Promise<void> {
  const { bytes, processes } = extent;
  for (const encoding of extent.encodings) {
    const [starts, peaks] = [samples(), samples()];
    const idle: number[] = [];
    for (const corpus of extent.coldCorpora) {
      const passes = samples();
      // The first round does not count: it may read from the disk.
      for (let round = 0; round <= processes; round++) {
        const isCounted = round > 0;
        const { peakBytes } = await answer({ kind: "fresh", encoding, corpus, bytes });
        if (isCounted) idle.push(peakBytes);
        for (const name of contenderNames) {
          await attempt(results, `${name}, first pass, ${encoding}, ${corpus}`, async () => {
            const {
              start,
              cold,
              peakBytes: peak,
            } = await answer({ kind: "fresh", name, encoding, corpus, bytes });
            if (!isCounted) return;
            starts[name].push(start);
            passes[name].push(cold);
            if (corpus === "English") peaks[name].push(peak);
          });
        }
      }
      const amount = Buffer.byteLength(corpusText(corpus, bytes));
      results.measurements.push(...measurementsOf(coldTitle(encoding, corpus), passes, amount));
    }
    results.measurements.push(...measurementsOf(startTitle(encoding), starts));
    const { median: base } = summarise(idle);
    for (const name of contenderNames) {
      if (peaks[name].length === 0) continue;
      results.memory.push({ name, encoding, bytes: summarise(peaks[name]).median - base });
    }
  }
}

function samples(): Record<ContenderName, number[]> {
  return Object.fromEntries(contenderNames.map((name) => [name, []])) as unknown as Record<
    ContenderName,
    number[]
  >;
}

function measurementsOf(
  title: string,
  taken: Record<ContenderName, number[]>,
  amount?: number,
): Measurement[] {
  const measurements = contenderNames.flatMap((name): Measurement[] => {
    if (taken[name].length === 0) return [];
    const summary = summarise(taken[name]);
    const rate = amount && { amount: amount / (summary.median / 1000), unit: "B/s" };
    return [{ title, name, ...summary, role: contenders[name].role, ...(rate && { rate }) }];
  });
  print(measurements);
  return measurements;
}

async function measureSizes(results: TokenizerResults, extent: Extent): Promise<void> {
  for (const encoding of bundledEncodings) {
    if (encoding !== "gpt2" && !extent.encodings.includes(encoding)) continue;
    for (const name of contenderNames) {
      await attempt(results, `${name}, bundle of ${encoding}`, async () => {
        const bytes = await bundleBytes(name, encoding);
        if (bytes !== undefined) results.sizes.push({ name, encoding, bytes });
      });
    }
  }
}

/** The first time that each input comes to a process; of ours, the median of five processes. */
async function measureHostile(results: TokenizerResults, extent: Extent): Promise<void> {
  const { cap } = extent;
  const inputs = Object.keys(hostileInputs);
  for (const encoding of extent.encodings) {
    const digests = new Map<string, string>();
    // tiktoken first: its ids are the ones to compare with.
    const ordered = [...extent.hostileTo].sort((a, b) => Number(b === "tiktoken") - Number(a === "tiktoken"));
    for (const name of ordered) {
      const rounds = contenders[name].role === "ours" ? extent.processes : 1;
      const times = new Map<string, number[]>(inputs.map((input) => [input, []]));
      const said = new Map<string, { failed?: string; agrees?: boolean }>();
      for (let round = 0; round < rounds; round++) {
        for await (const one of hostileAnswers({ kind: "hostile", name, encoding, inputs }, cap)) {
          if (!("digest" in one)) {
            said.set(one.input, one.failed === undefined ? {} : { failed: one.failed });
            continue;
          }
          times.get(one.input)!.push(one.milliseconds);
          if (name === "tiktoken") digests.set(one.input, one.digest);
          const right = digests.get(one.input);
          if (right !== undefined) said.set(one.input, { agrees: one.digest === right });
        }
      }
      for (const input of inputs) {
        const taken = times.get(input)!;
        const milliseconds = taken.length === rounds ? summarise(taken).median : undefined;
        const more = { ...(milliseconds !== undefined && { milliseconds }), ...said.get(input) };
        results.hostile.push({ name, encoding, input, cap, ...more });
      }
    }
  }
  console.table(results.hostile);
}

async function measureTraining(results: TokenizerResults, { trainings }: Extent): Promise<void> {
  const file = fileURLToPath(new URL("dist/training.txt", home));
  writeFileSync(file, corpusText("English", 3_000_000));
  // On one thread: without the pool it is faster than with a pool of one.
  const alone = { TOKENIZERS_PARALLELISM: "false" };
  const taken: Record<Trainer, number[]> = { lanewise: [], tokenizers: [] };
  await attempt(results, "training", async () => {
    for (let round = 0; round < trainings; round++) {
      const theirs = await answer({ kind: "train", trainer: "tokenizers", file, merges: 0 }, alone);
      taken.tokenizers.push(theirs.milliseconds);
      const { merges } = theirs;
      const ours = await answer({ kind: "train", trainer: "lanewise", file, merges });
      if (ours.merges !== merges || Math.abs(ours.tokens / theirs.tokens - 1) > 0.005) {
        const say = ({ merges, tokens }: typeof ours): string => `${merges} merges, ${tokens} tokens`;
        throw new Error(`another vocabulary: ${say(ours)}, and not ${say(theirs)}`);
      }
      taken.lanewise.push(ours.milliseconds);
    }
  });
  const measurements = (["lanewise", "tokenizers"] as const)
    .filter((name) => taken[name].length > 0)
    .map((name): Measurement => {
      const role = name === "lanewise" ? "ours" : "peer";
      return { title: trainingTitle, name, ...summarise(taken[name]), role };
    });
  print(measurements);
  results.measurements.push(...measurements);
}

/** If it fails, the results say so, and the others go on. */
async function attempt(results: TokenizerResults, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = String(error);
    if (results.absent.some((one) => one.peer === what && one.reason === reason)) return;
    results.absent.push({ peer: what, reason });
    console.error(`${what}: ${reason}`);
  }
}

function report(results: TokenizerResults, out: URL | undefined): void {
  const judged = tokenizerTargets(results);
  const head = `${results.conditions}. Medians. How: METHODOLOGY.md.`;
  const goals = `# What the tokenizer is to reach\n\n${head}\n\n${targetTable(judged)}\n`;
  console.log(goals);
  if (!out) return;
  const write = (name: string, text: string): void => writeFileSync(new URL(name, out), text);
  write("tokenizer.json", `${JSON.stringify(results, undefined, 1)}\n`);
  write("tokenizer.md", `# Tokenizers\n\n${head}\n\n${tokenizerReport(results)}\n`);
  write("tokenizerTargets.json", `${JSON.stringify(judged, undefined, 1)}\n`);
  write("tokenizerTargets.md", goals);
}
