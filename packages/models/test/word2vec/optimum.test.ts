import { describe, expect, it } from "vitest";
import { pearson } from "../../src/metrics/index.js";
import { Pacer } from "../../src/optim/pacer.js";
import { cooccurrences } from "../../src/word2vec/cooccurrence.js";
import { huffmanPaths } from "../../src/word2vec/huffman.js";
import { readCorpus, Word2Vec } from "../../src/word2vec/index.js";
import { drawing } from "./plantedCorpus.js";

/** Thirty words, each with some that like to come after it, and some that do not. */
function thirtyWords(tokens: number, seed: number): string[][] {
  const draw = drawing(seed);
  const likes = Array.from({ length: 30 }, () => Array.from({ length: 30 }, () => 1 + draw(6) * draw(6)));
  const sums = likes.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  const sentences: string[][] = [];
  for (let count = 0; count < tokens; count += 20) {
    let word = draw(30);
    const sentence: string[] = [];
    while (sentence.length < 20) {
      sentence.push(`w${word}`);
      let rest = draw(sums[word]!);
      const row = likes[word]!;
      let next = 0;
      while (rest >= row[next]!) rest -= row[next++]!;
      word = next;
    }
    sentences.push(sentence);
  }
  return sentences;
}

function dot(x: Float32Array, i: number, y: Float32Array, j: number, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += x[i * dim + k]! * y[j * dim + k]!;
  return sum;
}

describe("the optimum of skip-gram with negative sampling", () => {
  it("is the pointwise mutual information of words, shifted by ln k", async () => {
    const dim = 32;
    const [window, negatives] = [2, 3];
    const { vocabulary, corpus } = await readCorpus(thirtyWords(20_000, 3), { minimumCount: 1 });
    const size = vocabulary.size;
    expect(size).toBe(30);
    const model = await Word2Vec.create(vocabulary, { dim, window, negatives, subsample: 0, seed: 1 });
    const run = { epochs: 200, learningRate: 0.1, finalLearningRate: 1e-4, seed: 1 };
    for await (const _ of model.train(corpus, run));
    const weights = model.weights();
    model.dispose();

    const counts = await cooccurrences(corpus, size, { window, weighting: "dynamic" }, new Pacer());
    const pairs: { w: number; c: number; n: number }[] = [];
    const rowSums = new Float64Array(size);
    for (let w = 0; w < size; w++) {
      for (let at = counts.starts[w]!; at < counts.starts[w + 1]!; at++) {
        const n = counts.values[at]! / window;
        rowSums[w]! += n;
        if (n >= 50) pairs.push({ w, c: counts.columnIds[at]!, n });
      }
    }
    expect(pairs.length).toBeGreaterThan(200);
    const smoothed = vocabulary.counts.map((count) => count ** 0.75);
    const total = smoothed.reduce((sum, value) => sum + value, 0);
    const [input, output] = [weights.get("input.weight")!, weights.get("output.weight")!];
    const learnt = pairs.map(({ w, c }) => dot(input, w, output, c, dim));
    // Levy and Goldberg 2014, equation 11, with counts^¾ for the negatives.
    const shifted = pairs.map(({ w, c, n }) =>
      Math.log((n * total) / (negatives * rowSums[w]! * smoothed[c]!)),
    );
    expect(pearson(learnt, shifted)).toBeGreaterThanOrEqual(0.98);
    // To the value, and not only in direction: a negative that is the target is no negative.
    const exact = pairs.map(({ w, c, n }) =>
      Math.log((n * total) / (negatives * (rowSums[w]! - n) * smoothed[c]!)),
    );
    const meanError = exact.reduce((sum, value, i) => sum + Math.abs(value - learnt[i]!), 0) / exact.length;
    expect(meanError).toBeLessThan(0.05);
  });
});

describe("hierarchical softmax", () => {
  it.each(["skipgram", "cbow"] as const)(
    "gives probabilities that sum to 1, and learns them: %s",
    async (architecture) => {
      const dim = 32;
      const { vocabulary, corpus } = await readCorpus(thirtyWords(20_000, 3), { minimumCount: 1 });
      const objective = "hierarchicalSoftmax";
      const options = { architecture, objective, dim, window: 1, subsample: 0, seed: 1 } as const;
      const model = await Word2Vec.create(vocabulary, options);
      for await (const _ of model.train(corpus, { epochs: 60, learningRate: 0.1, seed: 1 }));
      const weights = model.weights();
      model.dispose();
      const [input, output] = [weights.get("input.weight")!, weights.get("output.weight")!];
      const { starts, nodes, codes } = huffmanPaths(vocabulary.counts);
      const probability = (w: number, c: number): number => {
        let product = 1;
        for (let at = starts[c]!; at < starts[c + 1]!; at++) {
          const x = dot(input, w, output, nodes[at]!, dim);
          product *= 1 / (1 + Math.exp(codes[at] === 0 ? -x : x));
        }
        return product;
      };
      const words = vocabulary.words.map((_, id) => id);
      for (const w of words) {
        const sum = words.reduce((sum, c) => sum + probability(w, c), 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }
      if (architecture === "cbow") return;
      const counts = await cooccurrences(corpus, words.length, { window: 1, weighting: "flat" }, new Pacer());
      let [distance, uninformed] = [0, 0];
      for (const w of words) {
        const seen = words.map(() => 0);
        for (let at = counts.starts[w]!; at < counts.starts[w + 1]!; at++) {
          seen[counts.columnIds[at]!] = counts.values[at]!;
        }
        const n = seen.reduce((sum, count) => sum + count, 0);
        for (const c of words) {
          distance += Math.abs(probability(w, c) - seen[c]! / n) / words.length;
          uninformed += Math.abs(vocabulary.counts[c]! / vocabulary.totalCount - seen[c]! / n) / words.length;
        }
      }
      expect(uninformed).toBeGreaterThan(0.3);
      expect(distance).toBeLessThan(0.05);
    },
  );
});
