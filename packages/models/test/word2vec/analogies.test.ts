import { expect, it } from "vitest";
import { ppmiSvd, Word2Vec, type Word2VecOptions, type WordVectors } from "../../src/word2vec/index.js";
import { type PlantedCorpus, plantedCorpus } from "./plantedCorpus.js";

const corpus = plantedCorpus({ tokens: 300_000, seed: 1 });

/** The share of the questions a : a' :: b : ? of a relation's pairs that are answered rightly, among all words. */
function analogyAccuracy(vectors: WordVectors, { relations }: PlantedCorpus): number {
  let [right, asked] = [0, 0];
  for (const pairs of relations) {
    for (const [a, aThere] of pairs) {
      for (const [b, bThere] of pairs) {
        if (a === b) continue;
        asked++;
        const [answer] = vectors.analogy({ positive: [aThere, b], negative: [a] }, { k: 1 });
        if (answer!.word === bThere) right++;
      }
    }
  }
  expect(asked).toBe(12 * 8 * 7);
  return right / asked;
}

const small: Word2VecOptions = { dim: 32, window: 6, minimumCount: 1, subsample: 0, seed: 1 };

const cases: { name: string; epochs: number; options: Word2VecOptions }[] = [
  { name: "skip-gram, negative sampling", epochs: 3, options: {} },
  { name: "CBOW, negative sampling", epochs: 3, options: { architecture: "cbow" } },
  {
    name: "skip-gram, hierarchical softmax",
    epochs: 3,
    options: { objective: "hierarchicalSoftmax" },
  },
  {
    name: "CBOW, hierarchical softmax",
    epochs: 5,
    options: { objective: "hierarchicalSoftmax", architecture: "cbow" },
  },
];

it.each(cases)("answers at least 95 % of planted analogies: $name", async ({ epochs, options }) => {
  const model = await Word2Vec.create(corpus.sentences, { ...small, ...options });
  const untrained = model.vectors();
  expect(analogyAccuracy(untrained, corpus)).toBeLessThan(0.05);
  untrained.dispose();
  for await (const _ of model.train(corpus.sentences, { epochs, seed: 2 }));
  const vectors = model.vectors();
  expect(analogyAccuracy(vectors, corpus)).toBeGreaterThanOrEqual(0.95);
  vectors.dispose();
  model.dispose();
});

it("answers at least 95 % of planted analogies: PPMI and SVD", async () => {
  const vectors = await ppmiSvd(corpus.sentences, { dim: 128, window: 6, minimumCount: 1 });
  expect(analogyAccuracy(vectors, corpus)).toBeGreaterThanOrEqual(0.95);
  vectors.dispose();
});
