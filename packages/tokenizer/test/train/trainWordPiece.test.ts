import { RangeError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TokenizerDefinition } from "../../src/definition.js";
import { trainBpe as trainReference } from "../../src/reference/trainBpe.js";
import { trainWordPiece, type WordPieceTrainingOptions } from "../../src/train/index.js";
import { englishText } from "./englishText.js";

/** The texts of the tokens from an id on. */
function texts({ model }: TokenizerDefinition, from = 5): string[] {
  return Array.from({ length: model.vocabulary.size - from }, (_, i) =>
    new TextDecoder().decode(model.vocabulary.token(from + i)),
  );
}

describe("trainWordPiece", () => {
  it("learns what the reference learns from words of continuing characters", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "."), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.integer({ min: 0, max: 30 }),
        async (documents, steps) => {
          const words = documents
            .flatMap((document) => document.match(/[a-c]+|\./g) ?? [])
            .map((word) => ({
              symbols: [...word].map((character, i) => (i === 0 ? "" : "##") + character),
              count: 1,
            }));
          const firsts = new Set(words.flatMap(({ symbols }) => symbols.map((symbol) => symbol.at(-1))));
          const others = new Set(words.flatMap(({ symbols }) => symbols.slice(1)));
          const rules = { newTokens: steps, minimumFrequency: 2, continuingPrefix: "##" };
          const reference = trainReference(words, rules);
          const learnt: string[] = [];
          const options = { vocabularySize: 5 + firsts.size + others.size + steps };
          for await (const event of trainWordPiece(documents, options)) {
            if (event.phase === "merging")
              learnt.push(`${new TextDecoder().decode(event.token)} ${event.count}`);
          }
          expect(learnt).toEqual(reference.map(({ token, count }) => `${token} ${count}`));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("lays the vocabulary out: special tokens, characters, continuing characters, merges", async () => {
    const definition = await trainWordPiece("Low lower, löwest", { vocabularySize: 25 }).definition;
    // (l, ##o) and (##o, ##w) are met three times each, and "##o" is the smaller; then (low, ##e) is met twice.
    const merged = ["##ow", "low", "lowe"];
    const first = [",", "e", "l", "o", "r", "s", "t", "w"];
    const continuing = ["##e", "##o", "##r", "##s", "##t", "##w"];
    expect(texts(definition)).toEqual([...first, ...continuing, ...merged]);
    expect(definition.model).toMatchObject({ type: "wordPiece", unknownId: 1, continuingPrefix: "##" });
    expect(definition.addedTokens?.map(({ content }) => content)).toEqual([
      "[PAD]",
      "[UNK]",
      "[CLS]",
      "[SEP]",
      "[MASK]",
    ]);
    expect(definition.postProcessor).toEqual({
      type: "template",
      single: [
        { ids: [2], typeId: 0 },
        { sequence: "first", typeId: 0 },
        { ids: [3], typeId: 0 },
      ],
      pair: [
        { ids: [2], typeId: 0 },
        { sequence: "first", typeId: 0 },
        { ids: [3], typeId: 0 },
        { sequence: "second", typeId: 1 },
        { ids: [3], typeId: 1 },
      ],
    });
  });

  it("normalises as it will when it encodes", async () => {
    const learn = async (text: string, options: Partial<WordPieceTrainingOptions> = {}): Promise<string[]> =>
      texts(await trainWordPiece(text, { vocabularySize: 60, ...options }).definition);
    expect(await learn("É é")).toEqual(["e"]);
    expect(await learn("É é", { lowercase: false })).toEqual(["É", "é"]);
    expect(await learn("É é", { stripAccents: false })).toEqual(["é"]);
    expect(await learn("中中\u0000\tb")).toEqual(["b", "中"]);
    expect(await learn("中中", { handleChineseCharacters: false })).toEqual(["中", "##中"]);
    expect(await learn("ΑΣ ΑΣ")).toEqual(["α", "σ", "##σ", "ασ"]);
  });

  it("leaves out words that it could not write, and limits its alphabet", async () => {
    const learn = async (options: Partial<WordPieceTrainingOptions>): Promise<string[]> =>
      texts(await trainWordPiece("aab aab abz aaaaa", { vocabularySize: 60, ...options }).definition);
    expect(await learn({ minimumFrequency: 99 })).toEqual(["a", "b", "z", "##a", "##b", "##z"]);
    expect(await learn({ minimumFrequency: 99, limitAlphabet: 2 })).toEqual(["a", "b", "##a", "##b"]);
    expect(await learn({ minimumFrequency: 99, limitAlphabet: 1, initialAlphabet: "zq" })).toEqual([
      "a",
      "q",
      "z",
      "##a",
    ]);
    expect(await learn({ maximumWordLength: 3 })).toEqual([
      "a",
      "b",
      "z",
      "##a",
      "##b",
      "##z",
      "##ab",
      "aab",
    ]);
    expect(await learn({ maximumTokenLength: 2, minimumFrequency: 3 })).toEqual([
      "a",
      "b",
      "z",
      "##a",
      "##b",
      "##z",
      "##aa",
    ]);
  });

  it("learns the same from documents in any order", async () => {
    const lines = englishText(20_000).split("\n");
    const options = { vocabularySize: 300 };
    const forwards = await trainWordPiece(lines, options).definition;
    expect(await trainWordPiece(lines.toReversed(), options).definition).toEqual(forwards);
    expect(await trainWordPiece(lines.join("\n"), options).definition).toEqual(forwards);
    expect(forwards.model.vocabulary.size).toBe(300);
  });

  const bad: [string, Partial<Record<keyof WordPieceTrainingOptions, unknown>>][] = [
    ["vocabularySize", { vocabularySize: 4 }],
    ["specialTokens", { specialTokens: ["[UNK]", "[UNK]"] }],
    ["unknownToken", { specialTokens: ["[PAD]"] }],
    ["unknownToken", { unknownToken: "<unk>" }],
    ["minimumFrequency", { minimumFrequency: -2 }],
    ["initialAlphabet", { initialAlphabet: 5 }],
    ["limitAlphabet", { limitAlphabet: 1.5 }],
    ["maximumTokenLength", { maximumTokenLength: "3" }],
    ["maximumWordLength", { maximumWordLength: 0 }],
    ["lowercase", { lowercase: "yes" }],
    ["stripAccents", { stripAccents: null }],
    ["signal", { signal: null }],
  ];
  it.each(bad)("refuses %s: %o", (argument, options) => {
    const all = { vocabularySize: 400, ...options } as WordPieceTrainingOptions;
    expect(() => trainWordPiece("text", all)).toThrow(RangeError);
    expect(() => trainWordPiece("text", all)).toThrow(new RegExp(`^${argument}: expected `));
  });

  it("refuses, once it knows, a vocabulary without room for the characters", async () => {
    const { definition } = trainWordPiece("abc", { vocabularySize: 9 });
    await expect(definition).rejects.toThrow(/^vocabularySize: expected an integer in \[10, \d+\]/);
  });
});
