// Trains word vectors on the Brown corpus by every method that there is, and asks them analogies (questions-words.txt) and
// similarities (WordSim-353, SimLex-999). How fast it is stands elsewhere. Prints a line each and writes results/brownVectors.json.
//
//   LANEWISE_DATA=… npm run brownVectors -w benchmarks -- [--epochs 10] [--threads 1] [--only skip-gram] [--variant simd]
//     [--sentences brown.txt: writes the corpus there, a sentence a line, for other programs, and ends]
//
// gensim's figures beside them are brownVectors.py's.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Runtime, type Variant } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import {
  evaluateAnalogies,
  evaluateSimilarities,
  ppmiSvd,
  readAnalogies,
  readCorpus,
  readWordPairs,
  type TrainOptions,
  Word2Vec,
  type Word2VecOptions,
  type WordVectors,
} from "@lanewise/models/word2vec";
import { machine } from "../harness.ts";
import { brownSentences } from "./brown.ts";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "10" },
    threads: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    variant: { type: "string", default: "simd" },
    sentences: { type: "string" },
  },
});

const sentences = brownSentences().map((words) => words.map((word) => word.toLowerCase()));
if (values.sentences !== undefined) {
  writeFileSync(values.sentences, sentences.map((words) => `${words.join(" ")}\n`).join(""));
  process.exit();
}

const folder = process.env.LANEWISE_DATA;
if (!folder) throw new Error("LANEWISE_DATA names no folder: the questions are not in the repository");
const outside = (name: string): string => readFileSync(join(folder, "data/word2vec", name), "utf8");
const questions = readAnalogies(outside("questions-words.txt"));
const wordSim = readWordPairs(outside("wordsim353.tsv"));
const simLex = readWordPairs(outside("simlex999.txt"));

const variant = values.variant as Variant;
const threads = Number(values.threads);
const runtime =
  threads === 1 ? await Runtime.create({ variant }) : await createThreadedRuntime({ variant, threads });
const { vocabulary, corpus } = await readCorpus(sentences, { minimumCount: 5 });
console.log(`${machine()}, variant ${variant}, ${threads} thread(s)`);
console.log(
  `${sentences.length} sentences, ${corpus.ids.length} words, ${vocabulary.size} of them different`,
);

interface Row {
  readonly method: string;
  /** Nats a prediction, at the end of each epoch. */
  readonly loss?: readonly number[];
  readonly analogies: { readonly total: number; readonly semantic: number; readonly syntactic: number };
  readonly asked: number;
  readonly sections: Readonly<Record<string, number>>;
  readonly wordSim: number;
  readonly simLex: number;
}

const rows: Row[] = [];

async function record(
  method: string,
  make: () => Promise<{ vectors: WordVectors; loss?: readonly number[] }>,
): Promise<void> {
  if (!method.includes(values.only)) return;
  const began = performance.now();
  const { vectors, loss } = await make();
  const seconds = (performance.now() - began) / 1000;
  const { total, semantic, syntactic, sections } = await evaluateAnalogies(vectors, questions);
  const row: Row = {
    method,
    ...(loss && { loss }),
    analogies: {
      total: total.accuracy,
      semantic: semantic.accuracy,
      syntactic: syntactic.accuracy,
    },
    asked: total.asked,
    sections: Object.fromEntries(sections.map(({ name, accuracy }) => [name, accuracy])),
    wordSim: (await evaluateSimilarities(vectors, wordSim)).spearman,
    simLex: (await evaluateSimilarities(vectors, simLex)).spearman,
  };
  vectors.dispose();
  rows.push(row);
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  console.log(
    `${method}: ${seconds.toFixed(1)} s, analogies ${percent(row.analogies.total)} of ${row.asked}`,
    `(semantic ${percent(row.analogies.semantic)}, syntactic ${percent(row.analogies.syntactic)}),`,
    `WordSim-353 ${row.wordSim.toFixed(3)}, SimLex-999 ${row.simLex.toFixed(3)}`,
  );
}

async function train(method: string, options: Word2VecOptions, run: TrainOptions = {}): Promise<void> {
  await record(method, async () => {
    const model = await Word2Vec.create(vocabulary, { dim: 100, window: 5, seed: 1, ...options, runtime });
    const epochs = Number(values.epochs);
    const loss: number[] = [];
    for await (const event of model.train(corpus, { epochs, seed: 1, ...run })) {
      loss[event.epoch - 1] = event.loss;
    }
    const vectors = model.vectors();
    model.dispose();
    return { vectors, loss };
  });
}

for (const seed of [1, 2, 3]) await train(`skip-gram, 5 negatives, seed ${seed}`, { seed }, { seed });
await train("skip-gram, 5 negatives, one lane", {}, { lanes: 1 });
await train("skip-gram, 5 negatives, without subsampling", { subsample: 0 });
await train("skip-gram, hierarchical softmax", { objective: "hierarchicalSoftmax" });
await train("CBOW, 5 negatives", { architecture: "cbow" });
await train("CBOW, hierarchical softmax", { architecture: "cbow", objective: "hierarchicalSoftmax" });
await train("skip-gram, 5 negatives, n-grams", { subwords: { buckets: 100_000 } });
await train("CBOW, 5 negatives, n-grams", { architecture: "cbow", subwords: { buckets: 100_000 } });
for (const [shift, eigenvaluePower] of [
  [1, 0.5],
  [5, 0.5],
  [1, 0],
] as const) {
  await record(`PPMI-SVD, k = ${shift}, p = ${eigenvaluePower}`, async () => ({
    vectors: await ppmiSvd({ vocabulary, corpus }, { dim: 100, window: 5, shift, eigenvaluePower, runtime }),
  }));
}
runtime.dispose();

const path = fileURLToPath(new URL("../results/brownVectors.json", import.meta.url));
mkdirSync(new URL("../results/", import.meta.url), { recursive: true });
if (values.only === "") {
  const conditions = {
    machine: machine(),
    node: process.version,
    variant,
    threads,
    epochs: Number(values.epochs),
  };
  const sizes = { sentences: sentences.length, words: corpus.ids.length, vocabulary: vocabulary.size };
  writeFileSync(path, `${JSON.stringify({ conditions, ...sizes, rows }, undefined, 2)}\n`);
}
