import { readCorpus, Word2Vec } from "@lanewise/models/word2vec";
import { describe, expect, it } from "vitest";
import { plantedCorpus, plantedQuestions } from "../../../src/exhibits/word2vec/plantedCorpus.js";

describe("the planted corpus", () => {
  for (const architecture of ["skipgram", "cbow"] as const) {
    it(
      `teaches ${architecture} its analogies, a third of it in three epochs`,
      { timeout: 30_000 },
      async () => {
        const sentences = plantedCorpus({ words: 100_000, seed: 5 });
        const { vocabulary, corpus } = await readCorpus(sentences, { minimumCount: 5 });
        const model = await Word2Vec.create(vocabulary, { architecture, dim: 24, seed: 5 });
        const share = (): number => {
          const vectors = model.vectors();
          const questions = [...plantedQuestions()];
          const right = questions.filter(([a, b, c, d]) => {
            const [best] = vectors.analogy({ positive: [b, c], negative: [a] }, { k: 1 });
            return best?.word === d;
          });
          vectors.dispose();
          return right.length / questions.length;
        };
        expect(share()).toBeLessThan(0.05);
        for await (const { loss } of model.train(corpus, { epochs: 3, seed: 5 }))
          expect(loss).toBeGreaterThan(0);
        expect(share()).toBeGreaterThanOrEqual(0.95);
        model.dispose();
      },
    );
  }
});
