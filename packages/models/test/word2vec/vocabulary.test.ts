import { DTypeError, RangeError, ShapeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Corpus, linesOf, type Sentence } from "../../src/word2vec/corpus.js";
import { readCorpus, Vocabulary } from "../../src/word2vec/vocabulary.js";

const all = { minimumCount: 1 };

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** Words of a corpus that was read, by sentence. */
async function sentencesRead(corpus: Corpus): Promise<string[][]> {
  const { vocabulary, corpus: encoded } = await readCorpus(corpus, all);
  return Array.from({ length: encoded.starts.length - 1 }, (_, i) =>
    Array.from(encoded.ids.subarray(encoded.starts[i], encoded.starts[i + 1]), (id) => vocabulary.words[id]!),
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("readCorpus", () => {
  it("splits a string by lines and white space", async () => {
    const text = " the  cat\tsat\r\n\n  \non\u00a0the mat\rthe end";
    expect(await sentencesRead(text)).toEqual([
      ["the", "cat", "sat"],
      ["on", "the", "mat"],
      ["the", "end"],
    ]);
  });

  it("reads the same from a string, lists, generators, streams and functions", async () => {
    const lines = ["a b c", "b c", "c"];
    const lists = lines.map((line) => line.split(" "));
    const wanted = await readCorpus(lines.join("\n"), all);
    const sources: Corpus[] = [
      lines,
      lists,
      new Set(lines),
      lists.values(),
      stream<Sentence>(lines),
      stream<Sentence>(lists),
      () => lines.join("\n"),
      () => stream<Sentence>(lists),
    ];
    for (const source of sources) {
      const { vocabulary, corpus } = await readCorpus(source, all);
      expect(vocabulary.words).toEqual(wanted.vocabulary.words);
      expect(vocabulary.counts).toEqual(wanted.vocabulary.counts);
      expect(corpus).toEqual(wanted.corpus);
    }
  });

  it("puts the most frequent words first, and of equals the one that came first", async () => {
    const { vocabulary, corpus } = await readCorpus("b c a a c d b a", all);
    expect(vocabulary.words).toEqual(["a", "b", "c", "d"]);
    expect([...vocabulary.counts]).toEqual([3, 2, 2, 1]);
    expect(vocabulary.totalCount).toBe(8);
    expect([...corpus.ids]).toEqual([1, 2, 0, 0, 2, 3, 1, 0]);
  });

  it("leaves rare words out, and sentences that have no others", async () => {
    const { vocabulary, corpus } = await readCorpus("a b a\nc d\nb e a b", { minimumCount: 2 });
    expect(vocabulary.words).toEqual(["a", "b"]);
    expect([...corpus.ids]).toEqual([0, 1, 0, 1, 0, 1]);
    expect([...corpus.starts]).toEqual([0, 3, 6]);
  });

  it("has at most the most frequent words", async () => {
    const { vocabulary } = await readCorpus("a b b c c c d d d d", { ...all, maximumVocabulary: 2 });
    expect(vocabulary.words).toEqual(["d", "c"]);
  });

  it("counts as a map does", async () => {
    const word = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "é", "\ud800", "😀");
    const corpora = fc.array(fc.array(word, { maxLength: 8 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(corpora, fc.integer({ min: 1, max: 3 }), async (lists, minimumCount) => {
        const counts = new Map<string, number>();
        for (const word of lists.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
        const kept = [...counts].filter(([, count]) => count >= minimumCount).sort((a, b) => b[1] - a[1]);
        if (kept.length === 0) {
          await expect(readCorpus(lists, { minimumCount })).rejects.toThrow(RangeError);
          return;
        }
        const { vocabulary, corpus } = await readCorpus(lists, { minimumCount });
        expect(vocabulary.words.map((word, id) => [word, vocabulary.counts[id]])).toEqual(kept);
        const encoded = lists
          .map((list) =>
            list.map((word) => kept.findIndex(([other]) => other === word)).filter((id) => id >= 0),
          )
          .filter((list) => list.length > 0);
        expect([...corpus.ids]).toEqual(encoded.flat());
        expect([...corpus.starts].slice(1)).toEqual(
          encoded.map((_, i) => encoded.slice(0, i + 1).flat().length),
        );
        expect(await vocabulary.encode(lists)).toEqual(corpus);
      }),
    );
  });

  it("reads a sentence of a million words, as a line and as a list, as one", async () => {
    const words = Array.from({ length: 1_000_000 }, (_, i) => `w${i % 1000}`);
    for (const source of [words.join(" "), [words]]) {
      const { vocabulary, corpus } = await readCorpus(source);
      expect(vocabulary.size).toBe(1000);
      expect(corpus.ids).toHaveLength(1_000_000);
      expect([...corpus.starts]).toEqual([0, 1_000_000]);
    }
  });

  it("keeps half of a surrogate pair apart from the other half, and from U+FFFD", async () => {
    const { vocabulary } = await readCorpus("\ud800 \udc00 \ufffd \ud800\udc00", all);
    expect(vocabulary.words).toEqual(["\ud800", "\udc00", "\ufffd", "\ud800\udc00"]);
  });

  it.each([
    ["", RangeError],
    [" \n\t", RangeError],
    [[], RangeError],
    [[[]], RangeError],
    ["a b c", RangeError],
    [[[""]], RangeError],
    [[["a", 1]], DTypeError],
    [[["a", undefined]], DTypeError],
    [[1], DTypeError],
    [[null], DTypeError],
    [null, DTypeError],
    [undefined, DTypeError],
    [7, DTypeError],
    [{}, DTypeError],
    [() => 7, DTypeError],
  ])("refuses %j", async (corpus, error) => {
    await expect(readCorpus(corpus as Corpus)).rejects.toThrow(error);
  });

  it.each([{ minimumCount: 0 }, { minimumCount: 1.5 }, { maximumVocabulary: 0 }, { maximumVocabulary: NaN }])(
    "refuses %j",
    async (options) => {
      await expect(readCorpus("a a a a a", options)).rejects.toThrow(RangeError);
    },
  );

  it("stops when it is told, in the middle of a stream and of a long line", async () => {
    const sources: Corpus[] = [
      (function* () {
        for (;;) yield "a b c";
      })(),
      (async function* () {
        for (;;) yield "a b c";
      })(),
    ];
    for (const source of sources) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("enough")), 50);
      await expect(readCorpus(source, { signal: controller.signal })).rejects.toThrow("enough");
    }
    await expect(readCorpus("a", { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
  });
});

describe("Vocabulary", () => {
  it("knows its words", () => {
    const vocabulary = new Vocabulary(["a", "b"], [3, 1]);
    expect(vocabulary.idOf("b")).toBe(1);
    expect(vocabulary.idOf("c")).toBeUndefined();
    expect(vocabulary.has("a")).toBe(true);
    expect(vocabulary.has("toString")).toBe(false);
  });

  it.each([
    [[], [], RangeError],
    [["a"], [], ShapeError],
    [["a"], undefined, ShapeError],
    [["a", "a"], [2, 1], RangeError],
    [["a", "b"], [1, 2], RangeError],
    [["a"], [0], RangeError],
    [["a"], [1.5], RangeError],
    [["a"], [NaN], RangeError],
    [[""], [1], RangeError],
    [[7], [1], RangeError],
    ["ab", [2, 1], RangeError],
    [null, [], RangeError],
  ])("refuses %j with counts %j", (words, counts, error) => {
    expect(() => new Vocabulary(words as string[], counts as number[])).toThrow(error);
  });
});

describe("linesOf", () => {
  it("puts lines together from chunks of any length", async () => {
    const text = fc
      .array(fc.constantFrom("a", "bc", " ", "\n", "\r\n", "\r"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (text, size) => {
        const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.slice(i * size, (i + 1) * size),
        );
        const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== "");
        const got = (await collect(linesOf(stream(chunks)))).map((line) => line.replace(/[\r\n]+$/, ""));
        expect(got.filter((line) => line !== "")).toEqual(lines);
      }),
    );
  });

  it("cuts a text without lines between words", async () => {
    const words = Array.from({ length: 400_000 }, (_, i) => `w${i % 977}`);
    const text = words.join(" ");
    const chunks = Array.from({ length: Math.ceil(text.length / 65_536) }, (_, i) =>
      text.slice(i * 65_536, (i + 1) * 65_536),
    );
    const lines = await collect(linesOf(chunks));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.flatMap((line) => line.match(/\S+/g) ?? [])).toEqual(words);
  });
});
