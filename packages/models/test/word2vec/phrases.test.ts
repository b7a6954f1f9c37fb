import { DTypeError, FormatError, RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Corpus } from "../../src/word2vec/corpus.js";
import { type PhraseOptions, Phrases } from "../../src/word2vec/phrases.js";

/** "new york times" often, each of its words with others as well. */
const text = [
  ...Array.from({ length: 30 }, (_, i) => `the new york times says w${i % 7} today`),
  ...Array.from({ length: 30 }, (_, i) => `in york a new w${i % 5} times the w${i % 3}`),
  ...Array.from({ length: 200 }, (_, i) => `filler w${i % 11} the w${i % 13} of w${i % 17}`),
].join("\n");

const words = text.split("\n").map((line) => line.split(" "));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function count(find: (words: string[]) => number): number {
  return words.reduce((sum, list) => sum + find(list), 0);
}

describe("Phrases.learn", () => {
  const total = count((list) => list.length);
  const countOf = (word: string): number => count((list) => list.filter((other) => other === word).length);
  const pairs = (a: string, b: string): number =>
    count((list) => list.filter((word, i) => word === a && list[i + 1] === b).length);

  it("scores pairs as Mikolov does", async () => {
    const { passes } = await Phrases.learn(text, { threshold: 0, minimumCount: 4 });
    for (const { first, second, count: n, score } of passes[0]!) {
      expect(n).toBe(pairs(first, second));
      expect(score).toBeCloseTo(((n - 4) * total) / (countOf(first) * countOf(second)), 10);
    }
    expect(passes[0]!.map(({ first, second }) => `${first} ${second}`)).toContain("new york");
    const scores = passes[0]!.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it("scores pairs by normalised mutual information, between −1 and 1", async () => {
    const { passes } = await Phrases.learn(text, { scoring: "npmi", threshold: -2, minimumCount: 1 });
    expect(passes[0]!.length).toBeGreaterThan(90);
    for (const { first, second, count: n, score } of passes[0]!) {
      const p = n / total;
      const wanted = Math.log((p * total * total) / (countOf(first) * countOf(second))) / -Math.log(p);
      expect(score).toBeCloseTo(wanted, 10);
      expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("finds nothing across the ends of sentences", async () => {
    const { passes } = await Phrases.learn(
      Array.from({ length: 50 }, () => "a b"),
      { threshold: -1, minimumCount: 1 },
    );
    expect(passes[0]!.map(({ first, second }) => [first, second])).toEqual([["a", "b"]]);
  });

  it("joins phrases of phrases in later passes", async () => {
    const options = { threshold: 3, minimumCount: 5 };
    const once = await Phrases.learn(text, options);
    expect(once.join(["the", "new", "york", "times"])).toEqual(["the", "new_york", "times"]);
    const twice = await Phrases.learn(text, { ...options, passes: 2 });
    expect(twice.passes[0]).toEqual(once.passes[0]);
    expect(twice.passes[1]!.some(({ first }) => first === "new_york")).toBe(true);
    expect(twice.join(["new", "york", "times", "says"]).join(" ")).toMatch(/^new_york_times/);
  });

  it("learns the same from a stream, and twice from a function that opens one", async () => {
    async function* stream(): AsyncGenerator<string[]> {
      for (const list of words) yield list;
    }
    const wanted = await Phrases.learn(text, { threshold: 3 });
    expect((await Phrases.learn(stream(), { threshold: 3 })).passes).toEqual(wanted.passes);
    const twice = await Phrases.learn(text, { threshold: 3, passes: 2 });
    expect((await Phrases.learn(stream, { threshold: 3, passes: 2 })).passes).toEqual(twice.passes);
    await expect(Phrases.learn(stream(), { passes: 2 })).rejects.toThrow(RangeError);
    await expect(Phrases.learn(words.values(), { passes: 2 })).rejects.toThrow(RangeError);
  });

  it("sees pairs where a long sentence is cut into pieces", async () => {
    const sentence = Array.from({ length: 30_001 }, (_, i) =>
      i % 3 === 0 ? "a" : i % 3 === 1 ? "b" : `c${i % 97}`,
    );
    const { passes } = await Phrases.learn([sentence], { threshold: -1, minimumCount: 1 });
    expect(passes[0]!.find(({ first, second }) => first === "a" && second === "b")!.count).toBe(10_000);
  });

  it("forgets the rarest pairs beyond the most that it may keep", async () => {
    const rare = Array.from({ length: 500 }, (_, i) => `x${i} y${i}`);
    const mixed = rare.flatMap((line) => [line, "new york"]);
    const { passes } = await Phrases.learn(mixed, { threshold: 0, minimumCount: 5, maximumPairs: 50 });
    expect(passes[0]).toHaveLength(1);
    expect(passes[0]![0]).toMatchObject({ first: "new", second: "york" });
    expect(passes[0]![0]!.count).toBeGreaterThan(450);
  });

  it.each<PhraseOptions>([
    { scoring: "pmi" as "npmi" },
    { threshold: NaN },
    { minimumCount: 0 },
    { delimiter: " " },
    { delimiter: 7 as unknown as string },
    { passes: 0 },
    { maximumPairs: 0 },
  ])("refuses %j", async (options) => {
    await expect(Phrases.learn(text, options)).rejects.toThrow(RangeError);
  });

  it("refuses what is no corpus, and learns nothing from nothing", async () => {
    await expect(Phrases.learn(7 as unknown as Corpus)).rejects.toThrow(DTypeError);
    const none = await Phrases.learn("");
    expect(none.passes).toEqual([[]]);
    expect(none.join(["a", "b"])).toEqual(["a", "b"]);
  });
});

describe("Phrases.join", () => {
  const phrases = Phrases.fromJSON({
    delimiter: "_",
    passes: [
      [
        { first: "a", second: "a", count: 9, score: 9 },
        { first: "a", second: "b", count: 9, score: 9 },
      ],
      [{ first: "a_a", second: "a_b", count: 9, score: 9 }],
    ],
  });

  it("takes the first that fits, from the left", () => {
    expect(phrases.join(["a", "a", "a"])).toEqual(["a_a", "a"]);
    expect(phrases.join(["a", "a", "a", "b", "c"])).toEqual(["a_a_a_b", "c"]);
    expect(phrases.join([])).toEqual([]);
  });

  it("loses no word", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c")), (list) => {
        expect(phrases.join(list).flatMap((word) => word.split("_"))).toEqual(list);
      }),
    );
  });

  it("joins all sentences of a corpus as it joins each", async () => {
    const lists = [["a", "b"], ["c"], ["a", "a", "a", "b"]];
    const wanted = lists.map((list) => phrases.join(list));
    expect(await collect(phrases.joinAll(lists))).toEqual(wanted);
    expect(await collect(phrases.joinAll(lists.map((list) => list.join(" ")).join("\n\n")))).toEqual(wanted);
    const long = Array.from({ length: 20_001 }, (_, i) => (i % 2 ? "b" : "a"));
    expect(await collect(phrases.joinAll([long]))).toEqual([phrases.join(long)]);
  });

  it("is the same after a file", async () => {
    const learnt = await Phrases.learn(text, { threshold: 3, passes: 2 });
    const again = Phrases.fromJSON(JSON.parse(JSON.stringify(learnt)));
    expect(again).toEqual(learnt);
    expect(await collect(again.joinAll(text))).toEqual(await collect(learnt.joinAll(text)));
  });

  it.each([
    null,
    undefined,
    7,
    {},
    { delimiter: "_" },
    { delimiter: "_", passes: [7] },
    { delimiter: " ", passes: [] },
    { delimiter: "_", passes: [[{ first: "a" }]] },
  ])("refuses the document %j", (document) => {
    expect(() => Phrases.fromJSON(document)).toThrow(FormatError);
  });
});
