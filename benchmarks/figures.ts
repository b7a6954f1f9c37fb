// Writes the README's figures from results/, and the plot they show: none of them is typed by hand.
//
//   npm run figures -w benchmarks             writes
//   npm run figures -w benchmarks -- --check  fails if that would change something
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { isMain } from "./harness.ts";
import {
  type DigitsResults,
  type MetricResults,
  type MlpResults,
  mlpTable,
  type NearestResults,
  nearestTable,
  outcomeTable,
  type Word2VecResults,
  word2vecTable,
} from "./report/modelTables.ts";
import type { PeerResults } from "./report/results.ts";
import { productPlot, productTable, timeTable } from "./report/tables.ts";
import { tokenizerTable } from "./report/tokenizerTables.ts";
import type { Target } from "./report/targets.ts";
import { encodings } from "./tokenizer/contenders.ts";
import type { TokenizerResults } from "./tokenizer/results.ts";

interface TimeToTarget {
  conditions: string;
  ratio: number;
  options: { hidden: number; embed: number; batch: number; window: number; target: number };
  lanewise: { seconds: number; bitsPerCharacter: number }[];
  pytorch: {
    installation: { version: string; matmulGflops: number };
    curve: { seconds: number; bitsPerCharacter: number }[];
  };
}

interface TrainShakespeare {
  conditions: string;
  parameters: number;
  curve: { step: number; seconds: number; validation: number }[];
}

const results = new URL("results/", import.meta.url);
const readme = new URL("../README.md", import.meta.url);
const plot = new URL("matmul.svg", results);

function training(): string {
  const time = read("timeToTarget") as TimeToTarget;
  const train = read("trainShakespeare") as TrainShakespeare;
  const { hidden, embed, batch, window, target } = time.options;
  const { installation } = time.pytorch;
  const [ours, theirs] = [time.lanewise.at(-1)!, time.pytorch.curve.at(-1)!];
  const end = train.curve.at(-1)!;
  return `
Training a character LSTM on Tiny Shakespeare, nine tenths to learn from and one tenth to evaluate on (the state carried over
the whole of it); measured by [benchmarks/](benchmarks/METHODOLOGY.md).

| what | figure | conditions |
|---|---|---|
| Seconds of training to ${target} bits per character (hidden ${hidden}, embedding ${embed}, batch ${batch} × ${window}, Adam) | Lanewise **${ours.seconds.toFixed(0)} s**, PyTorch ${installation.version} ${theirs.seconds.toFixed(0)} s: ${time.ratio.toFixed(2)}× its time | one run, one thread each; ${time.conditions}; PyTorch on a BLAS whose 512³ product reaches ${installation.matmulGflops} GFLOP/s |
| Bits per character after ${(end.seconds / 60).toFixed(1)} minutes (${train.parameters.toLocaleString("en")} parameters) | **${end.validation.toFixed(3)}** (the best n-gram table, of order 5: 2.408) | evaluation included; ${train.conditions} |
`;
}

/** Nothing where the contests with the peers have not been run. */
function besidePeers(peers: PeerResults | undefined): string {
  if (!peers) return "";
  const all = read("targets") as Target[];
  const met = all.filter((target) => target.met).length;
  const versions = Object.entries(Object.assign({}, ...peers.outcomes.map((one) => one.versions)) as object);
  return `
Kernels beside ${versions.map(([name, version]) => `${name} ${version}`).join(", ")}: medians of ${peers.conditions}.
Matrix products in GFLOP/s, under the limit that a loop in registers reaches:

![GFLOP/s of square matrix products over their size](benchmarks/results/matmul.svg)

${productTable(peers)}

Everything else in milliseconds; "resident" leaves arrays in Wasm memory, "copied" takes typed arrays in and out:

${timeTable(peers)}

Of ${all.length} goals ${met} are met; [results/targets.md](benchmarks/results/targets.md) has them all, and
[results/peers.md](benchmarks/results/peers.md) each measurement.
`;
}

/** Nothing where the tokenizers' contests have not been run. */
function tokenizers(): string {
  if (!existsSync(new URL("tokenizer.json", results))) return "";
  const all = read("tokenizer") as TokenizerResults;
  const goals = read("tokenizerTargets") as Target[];
  const met = goals.filter((target) => target.met).length;
  const versions = Object.entries(all.versions).filter(([name]) => name !== "tokenizers");
  return `
Tokenizers beside ${versions.map(([name, version]) => `${name} ${version}`).join(", ")}: medians of ${all.conditions}.
MB/s of UTF-8 on English / code / multilingual text; "first pass" is the first text that a process sees, "start" goes from the
import to the first token, "gzip" is all that a page loads, "memory" the most that a process takes beyond one that does nothing.

${encodings.map((encoding) => tokenizerTable(all, encoding)).join("\n\n")}

Of ${goals.length} goals ${met} are met; [results/tokenizerTargets.md](benchmarks/results/tokenizerTargets.md) has them all,
hostile inputs and training too, and [results/tokenizer.md](benchmarks/results/tokenizer.md) each measurement.
`;
}

function families(): string {
  const mlp = read("mlp") as MlpResults;
  const word2vec = read("word2vec") as Word2VecResults;
  const nearest = read("nearest") as NearestResults;
  return `
Perceptrons, word vectors and soft metrics, one thread unless said:

${outcomeTable(read("trainDigits") as DigitsResults, read("trainMetric") as MetricResults)}

Training a perceptron on MNIST's digits; losses and weights agree with the peers' before anything is timed (${mlp.conditions}):

${mlpTable(mlp)}

Training word vectors on the Brown corpus, dimension 100, window 5; "ordered" gives the same bits with any number of threads
(${word2vec.conditions}; word2vec.c compiled by gcc -O3 -march=native):

${word2vecTable(word2vec)}

${nearest.measurements[0]!.title} (${nearest.conditions}):

${nearestTable(nearest)}
`;
}

/** The text with what is between the markers replaced, as Prettier writes it. */
export async function withFigures(text: string): Promise<string> {
  const [begin, end] = ["<!-- figures: npm run figures -w benchmarks -->\n", "\n<!-- /figures -->"];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error("README.md has no place for the figures");
  const figures = training() + besidePeers(peerResults()) + tokenizers() + families();
  const options = { ...(await resolveConfig(readme)), parser: "markdown" };
  return format(text.slice(0, from + begin.length) + figures + text.slice(to), options);
}

function peerResults(): PeerResults | undefined {
  return existsSync(new URL("peers.json", results)) ? (read("peers") as PeerResults) : undefined;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, results), "utf8"));
}

if (isMain(import.meta.url)) {
  const peers = peerResults();
  const written: [URL, string][] = [[readme, await withFigures(readFileSync(readme, "utf8"))]];
  if (peers) written.push([plot, productPlot(peers)]);
  for (const [file, text] of written) {
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (process.argv.includes("--check")) {
      console.error(`${file.pathname} is not what the results say: npm run figures -w benchmarks`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
    }
  }
}
