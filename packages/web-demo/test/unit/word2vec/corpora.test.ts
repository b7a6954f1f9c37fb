import { describe, expect, it } from "vitest";
import { plantedCorpus, plantedQuestions, relations } from "../../../src/exhibits/word2vec/plantedCorpus.js";
import { seededRandom } from "../../../src/exhibits/word2vec/seededRandom.js";
import { listed, sentencesOf } from "../../../src/exhibits/word2vec/sentences.js";

describe("the planted corpus", () => {
  const words = 60_000;
  const corpus = plantedCorpus({ words, seed: 3 });

  it("has twelve relations of eight pairs, and no word in two places", () => {
    expect(relations).toHaveLength(12);
    for (const { pairs } of relations) expect(pairs).toHaveLength(8);
    const all = relations.flatMap(({ pairs }) => pairs.flat());
    expect(new Set(all).size).toBe(192);
    expect([...plantedQuestions()]).toHaveLength(12 * 8 * 7);
  });

  it("gives each word its pair's company and its side's, and no other", () => {
    const company = new Map<string, Map<string, number>>();
    const planted = new Set(relations.flatMap(({ pairs }) => pairs.flat()));
    const fillers = new Set("the a of and in to with on by for".split(" "));
    for (const sentence of corpus) {
      const heads = sentence.filter((word) => planted.has(word));
      expect(heads).toHaveLength(1);
      const seen = company.get(heads[0]!) ?? new Map<string, number>();
      company.set(heads[0]!, seen);
      for (const word of sentence) {
        if (word !== heads[0] && !fillers.has(word)) seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }
    const shared = (a: string, b: string): number =>
      [...company.get(a)!.keys()].filter((word) => company.get(b)!.has(word)).length;
    for (const { pairs } of relations) {
      const [[a, b], [c, d]] = pairs as [[string, string], [string, string]];
      expect(company.get(a)!.size).toBe(8);
      expect([shared(a, b), shared(c, d)]).toEqual([4, 4]);
      expect([shared(a, c), shared(b, d)]).toEqual([4, 4]);
      expect([shared(a, d), shared(b, c)]).toEqual([0, 0]);
    }
    expect(shared("france", "king")).toBe(0);
  });

  it("is as long as asked for, the same for the same seed, and another for another", () => {
    const length = corpus.reduce((sum, sentence) => sum + sentence.length, 0);
    expect(length).toBeGreaterThanOrEqual(words);
    expect(length).toBeLessThan(words + 6);
    expect(plantedCorpus({ words, seed: 3 })).toEqual(corpus);
    expect(plantedCorpus({ words, seed: 4 }).slice(0, 50)).not.toEqual(corpus.slice(0, 50));
  });
});

describe("seededRandom", () => {
  it("fills each tenth of the interval alike (χ²), and repeats itself for the same seed only", () => {
    const random = seededRandom(12);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(random() * 10)]!++;
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
    const first = (seed: number): number[] => Array.from({ length: 3 }, seededRandom(seed));
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });
});

describe("sentencesOf", () => {
  const cut = (text: string): string[][] => [...sentencesOf(text)];

  it("cuts at full stops and empty lines, lowers, and keeps apostrophes inside words", () => {
    expect(cut("Don't go, Romeo!\nStay here.\n\nJULIET:\nO, ‘well’ — 3 naïve cafés…")).toEqual([
      ["don't", "go", "romeo"],
      ["stay", "here"],
      ["juliet"],
      ["o", "well", "3", "naïve", "cafés"],
    ]);
  });

  it("cuts what has no spaces by words too, and finds none in none", () => {
    const [sentence = []] = cut("我喜欢喝水。");
    expect(sentence.length).toBeGreaterThan(1);
    expect(sentence.join("")).toBe("我喜欢喝水");
    expect(cut(" …\n\n-- ")).toEqual([]);
  });

  it("reads a typed list", () => {
    expect(listed("  Red, white;red  BLUE ")).toEqual(["red", "white", "blue"]);
    expect(listed(" ")).toEqual([]);
  });
});
