import { RangeError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BpeModel, TokenizerDefinition } from "../../src/definition.js";
import { readSentencePiece, writeSentencePiece } from "../../src/formats/sentencePiece.js";
import { trainBpe as trainReference } from "../../src/reference/trainBpe.js";
import { type SentencePieceBpeTrainingOptions, trainSentencePieceBpe } from "../../src/train/index.js";
import { englishText } from "./englishText.js";
import { roundTripper } from "./roundTripper.js";

function bpe({ model }: TokenizerDefinition): BpeModel {
  if (model.type !== "bpe") throw new Error("no BPE model");
  return model;
}

/** The texts of the tokens from an id on. */
function texts(definition: TokenizerDefinition, from: number): string[] {
  const { vocabulary } = bpe(definition);
  return Array.from({ length: vocabulary.size - from }, (_, i) =>
    new TextDecoder().decode(vocabulary.token(from + i)),
  );
}

/** What no rule of cutting touches, so that the words are what stands between spaces. */
const plain = {
  characterCoverage: 1,
  byteFallback: false,
  splitByUnicodeScript: false,
  maximumTokenLength: Infinity,
} as const;

describe("trainSentencePieceBpe", () => {
  it("learns what the reference learns from words with their spaces", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "\u4e2d"), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.integer({ min: 0, max: 30 }),
        async (lines, steps) => {
          const words = lines
            .filter((text) => text !== "")
            .flatMap((text) =>
              text.split(" ").map((word) => ({ symbols: [..."\u2581", ...word], count: 1 })),
            );
          const characters = new Set(["\u2581", ...words.flatMap(({ symbols }) => symbols)]).size;
          // One of these has no UTF-16 order other than that of its bytes, so that strings stand for bytes.
          const reference = trainReference(words, { newTokens: steps, minimumFrequency: 2 });
          const learnt: string[] = [];
          const options = { ...plain, vocabularySize: 3 + characters + steps };
          for await (const event of trainSentencePieceBpe(lines.join("\n"), options)) {
            if (event.phase === "merging")
              learnt.push(`${new TextDecoder().decode(event.token)} ${event.count}`);
          }
          expect(learnt).toEqual(reference.map(({ token, count }) => `${token} ${count}`));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("lays the vocabulary out: unknown, control tokens, bytes, characters, merges; scores fall with the merges", async () => {
    const definition = await trainSentencePieceBpe("ab ab ab cab", { vocabularySize: 266 }).definition;
    const { vocabulary, unknownId, byteFallback, priority } = bpe(definition);
    expect(unknownId).toBe(0);
    expect(definition.addedTokens?.map(({ id, content }) => `${id} ${content}`)).toEqual([
      "0 <unk>",
      "1 <s>",
      "2 </s>",
    ]);
    expect([0, 1, 2].map((id) => vocabulary.token(id).length)).toEqual([0, 0, 0]);
    expect(byteFallback).toEqual(Uint32Array.from({ length: 256 }, (_, byte) => 3 + byte));
    expect(texts(definition, 3 + 255)).toEqual(["<0xFF>", "a", "b", "\u2581", "c", "ab", "\u2581ab"]);
    // Characters behind all merges: no merge makes them.
    expect(priority).toEqual({
      by: "score",
      scores: Float32Array.from([...Array<number>(259).fill(0), -2, -3, -4, -5, 0, -1]),
    });
  });

  it("is read from its own file as it was written", async () => {
    for (const options of [{}, { byteFallback: false, removeExtraSpaces: true }, { addDummyPrefix: false }]) {
      const settings = { vocabularySize: 400, ...options };
      const definition = await trainSentencePieceBpe(englishText(20_000), settings).definition;
      expect(readSentencePiece(writeSentencePiece(definition))).toEqual(definition);
    }
  });

  it("gives every string back", async () => {
    const definition = await trainSentencePieceBpe(englishText(20_000), { vocabularySize: 500 }).definition;
    const roundTrip = roundTripper(definition);
    // U+2581 is a space to SentencePiece.
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(" ", "\n", "the", "🦙", "镇") }),
    );
    fc.assert(
      fc.property(text, (original) => {
        expect(roundTrip(original)).toBe(original.replaceAll("\u2581", " "));
      }),
    );
  });

  it("learns the same from documents in any order, and from lines as from documents", async () => {
    const lines = englishText(20_000).split("\n");
    const options = { vocabularySize: 500 };
    const forwards = await trainSentencePieceBpe(lines, options).definition;
    expect(await trainSentencePieceBpe(lines.toReversed(), options).definition).toEqual(forwards);
    expect(await trainSentencePieceBpe(lines.join("\n"), options).definition).toEqual(forwards);
    expect(await trainSentencePieceBpe(lines.join("\r\n"), options).definition).toEqual(forwards);
  });

  it("cuts where it is told: scripts, digits, spaces, lengths", async () => {
    const learn = async (
      text: string,
      options: Partial<SentencePieceBpeTrainingOptions>,
    ): Promise<string[]> => {
      const settings = { vocabularySize: 40, byteFallback: false, characterCoverage: 1, ...options };
      const definition = await trainSentencePieceBpe(text, settings).definition;
      return texts(definition, 3).filter((token) => [...token].length > 1);
    };
    expect(await learn("aя aя", {})).toEqual(["\u2581a"]);
    expect(await learn("aя aя", { splitByUnicodeScript: false })).toEqual(["aя", "\u2581aя"]);
    expect(await learn("12 12", {})).toEqual(["12", "\u258112"]);
    expect(await learn("12 12", { splitDigits: true })).toEqual([]);
    expect(await learn("a   a   a", {})).toEqual(["\u2581a"]);
    expect(await learn("a   a   a", { whitespaceOnlyPieces: true })).toEqual(["\u2581a", "\u2581\u2581"]);
    expect(await learn("a   a   a", { removeExtraSpaces: true })).toEqual(["\u2581a"]);
    expect(await learn("aaaa aaaa", { maximumTokenLength: 2 })).toEqual(["aa"]);
    expect(await learn("ﬁ ﬁ", { normalizer: "nfkc" })).toEqual(["fi", "\u2581fi"]);
    expect(await learn("ab ab", { minimumFrequency: 3 })).toEqual([]);
  });

  it("limits its alphabet, and takes what it is given", async () => {
    const text = "aaaa bbb bb cc d";
    const characters = async (options: Partial<SentencePieceBpeTrainingOptions>): Promise<string[]> => {
      const settings = {
        vocabularySize: 20,
        byteFallback: false,
        minimumFrequency: 99,
        characterCoverage: 1,
      };
      return texts(await trainSentencePieceBpe(text, { ...settings, ...options }).definition, 3);
    };
    expect(await characters({})).toEqual(["b", "\u2581", "a", "c", "d"]);
    expect(await characters({ limitAlphabet: 2 })).toEqual(["b", "\u2581"]);
    expect(await characters({ limitAlphabet: 2, initialAlphabet: "bz " })).toEqual(["b", "\u2581", "z"]);
    // 5 + 5 of 17 characters are 0.59.
    expect(await characters({ characterCoverage: 0.58 })).toEqual(["b", "\u2581"]);
  });

  it("has nothing but what it must of an empty corpus", async () => {
    const definition = await trainSentencePieceBpe([], { vocabularySize: 400 }).definition;
    expect(bpe(definition).vocabulary.size).toBe(260);
    expect(roundTripper(definition)("né")).toBe("né");
  });

  const bad: [string, Partial<Record<keyof SentencePieceBpeTrainingOptions, unknown>>][] = [
    ["vocabularySize", { vocabularySize: 259 }],
    ["characterCoverage", { characterCoverage: 0 }],
    ["characterCoverage", { characterCoverage: 1.1 }],
    ["initialAlphabet", { initialAlphabet: ["a"] }],
    ["initialAlphabet", { initialAlphabet: "\udc00" }],
    ["limitAlphabet", { limitAlphabet: -1 }],
    ["minimumFrequency", { minimumFrequency: 0.5 }],
    ["maximumTokenLength", { maximumTokenLength: 0 }],
    ["byteFallback", { byteFallback: 1 }],
    ["normalizer", { normalizer: "nfd" }],
    ["unknownToken", { unknownToken: "" }],
    ["specialTokens", { specialTokens: ["<unk>"] }],
    ["signal", { signal: 1 }],
  ];
  it.each(bad)("refuses %s: %o", (argument, options) => {
    const all = { vocabularySize: 400, ...options } as SentencePieceBpeTrainingOptions;
    expect(() => trainSentencePieceBpe("text", all)).toThrow(RangeError);
    expect(() => trainSentencePieceBpe("text", all)).toThrow(new RegExp(`^${argument}: expected `));
  });

  it("refuses, once it knows, a vocabulary without room for the characters", async () => {
    const { definition } = trainSentencePieceBpe("abc", { vocabularySize: 262 });
    await expect(definition).rejects.toThrow(
      /^vocabularySize: expected an integer in \[263, \d+\] \(4 characters/,
    );
  });
});
