import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/train/pacer.js";
import { giveBack, takeKernel } from "../../src/train/trainKernel.js";
import { type Splitter, WordCounter } from "../../src/train/wordCounter.js";

async function count(documents: string | string[], splitter: Splitter): Promise<[string, number][]> {
  const kernel = await takeKernel();
  const counter = new WordCounter(kernel, splitter);
  let words = 0;
  for await (const event of counter.count(documents, new Pacer(undefined))) words = event.words;
  const entries = [...counter.entries()];
  expect(entries.length).toBe(words);
  giveBack(kernel);
  return entries;
}

describe("WordCounter", () => {
  it("tells apart words whose hashes are equal", async () => {
    // Of so many words of one length, some ten pairs have the same hash of 32 bits.
    const words = Array.from({ length: 300_000 }, (_, i) => (1e15 + i * 7_654_321).toString(36).slice(-8));
    const counted = await count(words.join(" "), "spaces");
    expect(counted.length).toBe(new Set(words).size);
    expect(counted.every(([, times]) => times === 1)).toBe(true);
  });

  it("counts as a map does", async () => {
    const document = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "🦙", "\0") });
    await fc.assert(
      fc.asyncProperty(fc.array(document), async (documents) => {
        const whole = new Map<string, number>();
        const spaced = new Map<string, number>();
        const runs = new Map<string, number>();
        const add = (map: Map<string, number>, word: string): unknown =>
          map.set(word, (map.get(word) ?? 0) + 1);
        for (const text of documents) {
          if (text !== "") add(whole, text);
          for (const [word] of text.matchAll(/ ?[^ \n]+| /g)) add(spaced, word);
          for (const [word] of text.matchAll(/ ?[^ \n]+| +(?= [^ \n])| +/g)) add(runs, word);
        }
        expect(await count(documents, "whole")).toEqual([...whole]);
        expect(await count(documents, "spaces")).toEqual([...spaced]);
        expect(await count(documents, "spaceRuns")).toEqual([...runs]);
      }),
      { numRuns: 200 },
    );
  });

  it("counts long words and many, growing as it must", async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `${"x".repeat(i % 50)}${i}`);
    words.push("y".repeat(1_000_000));
    expect(new Map(await count([...words, ...words], "whole"))).toEqual(
      new Map(words.map((word) => [word, 2])),
    );
  });

  it("reads lone surrogates as U+FFFD", async () => {
    expect(await count("a\ud800b", "whole")).toEqual([["a\ufffdb", 1]]);
  });
});
