// Words a second in training word vectors on the Brown corpus: Lanewise beside word2vec.c and gensim, one thread each, then on two
// threads beside one. Each training has a process of its own, and they take turns; all must have learnt about the same before a figure is
// printed. Writes results/word2vec.json, where works that are not measured keep their figures.
//
//   npm run bench:word2vec -w benchmarks -- [--rounds 3] [--epochs 2] [--work 0] [--questions questions-words.txt]
//
// Words are those of the vocabulary, read once an epoch, whether or not subsampling leaves them out; seconds are of training alone. With a
// file of analogies, ours, word2vec.c and gensim also train for ten epochs and answer them; `--rounds 0` does that alone.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { pearson } from "@lanewise/models/metrics";
import {
  evaluateAnalogies,
  type Mode,
  readAnalogies,
  readCorpus,
  readWord2vecBinary,
  Word2Vec,
  type WordVectors,
  writeWord2vecBinary,
} from "@lanewise/models/word2vec";
import { machine } from "../harness.ts";
import {
  buildWord2vecC,
  findGensim,
  type PeerRun,
  trainWithC,
  trainWithGensim,
  type Word2vecWork,
} from "../peers/word2vecC.ts";
import { median } from "../statistics.ts";
import { brownFile } from "./brown.ts";
import { word2vecTitle } from "./titles.ts";

interface Ours {
  variant: Variant;
  threads: number;
  mode: Mode;
}

interface Contender {
  name: string;
  train: (work: Word2vecWork) => PeerRun;
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    epochs: { type: "string", default: "2" },
    work: { type: "string" },
    questions: { type: "string" },
    ours: { type: "string" },
    training: { type: "string" },
    output: { type: "string" },
  },
});

const common = {
  dim: 100,
  window: 5,
  negatives: 5,
  subsample: 1e-3,
  minimumCount: 5,
  epochs: Number(values.epochs),
};
const works: Word2vecWork[] = [
  { architecture: "skipgram", objective: "negativeSampling", ...common },
  { architecture: "cbow", objective: "negativeSampling", ...common },
  { architecture: "skipgram", objective: "hierarchicalSoftmax", ...common },
  { architecture: "cbow", objective: "hierarchicalSoftmax", ...common },
];
const corpus = brownFile();

if (values.ours === undefined) await compareAll();
else {
  const seconds = await trainOurs(
    JSON.parse(values.ours) as Ours,
    JSON.parse(values.training!) as Word2vecWork,
  );
  console.log(JSON.stringify({ seconds }));
}

async function trainOurs({ variant, threads, mode }: Ours, work: Word2vecWork): Promise<number> {
  const runtime =
    threads === 1 ? Runtime.createSync({ variant }) : await createThreadedRuntime({ variant, threads });
  const { epochs, ...options } = work;
  const { vocabulary, corpus: encoded } = await readCorpus(readFileSync(corpus, "utf8"), options);
  const model = await Word2Vec.create(vocabulary, { ...options, seed: 1, runtime });
  const began = performance.now();
  let words = 0;
  for await (const event of model.train(encoded, { epochs, mode, seed: 1 })) ({ words } = event);
  const seconds = (performance.now() - began) / 1000;
  if (words !== epochs * encoded.ids.length) throw new Error(`read ${words} words in ${epochs} epochs`);
  writeFileSync(values.output!, Buffer.concat([...writeWord2vecBinary(model.vectors())]));
  runtime.dispose();
  return seconds;
}

function ours(name: string, how: Ours): Contender {
  return {
    name,
    train(work) {
      const path = fromHere(`../dist/${how.variant}-${how.threads}-${how.mode}.bin`);
      const output = execFileSync(
        process.execPath,
        [
          fileURLToPath(import.meta.url),
          ...["--ours", JSON.stringify(how), "--training", JSON.stringify(work), "--output", path],
        ],
        { encoding: "utf8" },
      );
      const { seconds } = JSON.parse(output.slice(output.indexOf("{"))) as { seconds: number };
      return { seconds, path };
    },
  };
}

function makeContenders(): { contenders: Contender[]; absent: string[] } {
  const fast: Variant = hasRelaxedSimd() ? "relaxed" : "simd";
  const contenders = [
    ...(hasRelaxedSimd()
      ? [ours("Lanewise, relaxed", { variant: "relaxed", threads: 1, mode: "ordered" })]
      : []),
    ours("Lanewise, simd", { variant: "simd", threads: 1, mode: "ordered" }),
    ours("Lanewise, two threads, ordered", { variant: fast, threads: 2, mode: "ordered" }),
    ours("Lanewise, one thread, Hogwild", { variant: fast, threads: 1, mode: "hogwild" }),
    ours("Lanewise, two threads, Hogwild", { variant: fast, threads: 2, mode: "hogwild" }),
  ];
  const absent: string[] = [];
  const c = buildWord2vecC();
  if ("absent" in c) absent.push(`word2vec.c: ${c.absent}`);
  else contenders.push({ name: "word2vec.c", train: (work) => trainWithC(c.program, corpus, work) });
  const gensim = findGensim();
  if ("absent" in gensim) absent.push(`gensim: ${gensim.absent}`);
  else {
    const train = (work: Word2vecWork): PeerRun => trainWithGensim(gensim.python, corpus, work);
    contenders.push({ name: `gensim ${gensim.version}`, train });
  }
  return { contenders, absent };
}

async function compareAll(): Promise<void> {
  const { contenders, absent } = makeContenders();
  const { corpus: encoded, vocabulary } = await readCorpus(readFileSync(corpus, "utf8"));
  const words = encoded.ids.length;
  console.log(`${machine()}; ${words} words, ${vocabulary.size} different ones`);
  for (const line of absent) console.log(line);
  const rounds = Number(values.rounds);
  const chosen = works.filter((_, i) => rounds > 0 && [undefined, `${i}`].includes(values.work));
  const results: Results["results"] = [];
  for (const work of chosen) {
    const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
    const cosines: { name: string; values: number[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { name, train } of contenders) {
        const run = train(work);
        seconds.get(name)!.push(run.seconds);
        using vectors = await take(run);
        if (round === 0) cosines.push({ name, values: pairCosines(vectors, vocabulary.words) });
      }
    }
    for (const one of cosines) {
      const agreement = pearson(one.values, cosines[0]!.values);
      if (!(agreement > 0.6)) throw new Error(`${one.name} learnt something else: correlation ${agreement}`);
    }
    const speeds = contenders.map(({ name }) => ({
      contender: name,
      wordsPerSecond: Math.round((words * work.epochs) / median(seconds.get(name)!)),
    }));
    console.log(word2vecTitle(work));
    console.table(speeds);
    results.push({ title: word2vecTitle(work), work, speeds });
  }
  const quality = values.questions === undefined ? undefined : await compareQuality(contenders);
  const before = readResults();
  const others = before.results.filter(({ title }) => !results.some((result) => result.title === title));
  const all = works.flatMap((work) =>
    [...results, ...others].filter(({ title }) => title === word2vecTitle(work)),
  );
  writeFileSync(
    fromHere("../results/word2vec.json"),
    `${JSON.stringify({ conditions: machine(), words, vocabulary: vocabulary.size, absent, results: all, quality: quality ?? before.quality }, undefined, 2)}\n`,
  );
}

interface Results {
  results: { title: string; work: Word2vecWork; speeds: unknown[] }[];
  quality?: unknown;
}

/** What was measured before: of works that are not measured now it stays. */
function readResults(): Results {
  const path = fromHere("../results/word2vec.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : { results: [] };
}

/** Ten epochs, and how many analogies of the file come out right. */
async function compareQuality(contenders: readonly Contender[]): Promise<unknown> {
  const sections = readAnalogies(readFileSync(values.questions!, "utf8"));
  const work = { ...works[0]!, epochs: 10 };
  const rows = [];
  for (const { name, train } of contenders) {
    using vectors = await take(train(work));
    const { total, semantic, syntactic } = await evaluateAnalogies(vectors, sections);
    const family = (
      await evaluateAnalogies(
        vectors,
        sections.filter((section) => section.name === "family"),
      )
    ).total;
    const percent = ({ accuracy }: { accuracy: number }): number => Number((100 * accuracy).toFixed(2));
    const accuracies = {
      total: percent(total),
      semantic: percent(semantic),
      syntactic: percent(syntactic),
      family: percent(family),
    };
    rows.push({ contender: name, ...accuracies, asked: total.asked });
  }
  console.log(`analogies, in per cent, after ${work.epochs} epochs of ${word2vecTitle(work)}`);
  console.table(rows);
  return { work, rows };
}

/** The vectors of a run, whose file is deleted. */
async function take({ path }: PeerRun): Promise<WordVectors> {
  const vectors = await readWord2vecBinary(readFileSync(path));
  rmSync(path);
  return vectors;
}

/** Of pairs among the words that come often. */
function pairCosines(vectors: WordVectors, words: readonly string[]): number[] {
  return Array.from({ length: 2000 }, (_, i) =>
    vectors.similarity(words[(7 * i) % 300]!, words[(11 * i + 1) % 299]!),
  );
}

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
