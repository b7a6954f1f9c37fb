import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BpeModel, TokenizerDefinition } from "../../src/definition.js";
import { trainBpe as trainReference, type ReferenceMerge } from "../../src/reference/trainBpe.js";
import { type BpeTrainingOptions, trainBpe } from "../../src/train/index.js";
import { createEngine } from "../../src/engine/createEngine.js";
import type { Engine } from "../../src/engine/engine.js";
import { englishText } from "./englishText.js";
import { roundTripper } from "./roundTripper.js";

/** A string of one character a byte. */
function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function bytesOf(text: string): string {
  return latin(new TextEncoder().encode(text));
}

function bpe(definition: TokenizerDefinition): BpeModel {
  if (definition.model.type !== "bpe") throw new Error("no BPE model");
  return definition.model;
}

/** The merges as the reference writes them, from the events. */
async function learnt(documents: string[], options: BpeTrainingOptions): Promise<ReferenceMerge[]> {
  const training = trainBpe(documents, options);
  const merges: (readonly [number, number, string, number])[] = [];
  for await (const event of training) {
    if (event.phase === "merging") merges.push([...event.pair, latin(event.token), event.count]);
  }
  const { vocabulary, priority } = bpe(await training.definition);
  if (priority.by !== "merges") throw new Error("no merges");
  expect([...priority.pairs]).toEqual(merges.flatMap(([left, right]) => [left, right]));
  return merges.map(([left, right, token, count]) => ({
    left: latin(vocabulary.token(left)),
    right: latin(vocabulary.token(right)),
    token,
    count,
  }));
}

function idsOf(engine: Engine, text: string): number[] {
  const ids: number[] = [];
  engine.encode(text, (chunk) => ids.push(...chunk) > 0);
  return ids;
}

/** Distinct documents, each a word, with their counts. */
function wholeWords(documents: readonly string[]): { symbols: string[]; count: number }[] {
  const counts = new Map<string, number>();
  for (const document of documents) counts.set(document, (counts.get(document) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ symbols: [...bytesOf(text)], count }));
}

const fewLetters = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 0, maxLength: 24 });
const moreLetters = fc.string({ unit: fc.constantFrom("a", "b", "c", "\0", "é", "ÿ"), maxLength: 12 });
const corpus = fc.array(fc.oneof(fewLetters, moreLetters), { maxLength: 12 });

describe("trainBpe", () => {
  it("compresses the example of Wikipedia as it is told there", async () => {
    const { model } = await trainBpe("aaabdaaabac", { vocabularySize: 259, scanner: "none" }).definition;
    if (model.type !== "bpe" || model.priority.by !== "merges") throw new Error("no merges");
    // aa, ab, aa + ab: aaabdaaabac becomes [258, 100, 258, 97, 99]
    expect([...model.priority.pairs]).toEqual([97, 97, 97, 98, 256, 257]);
    expect([256, 257, 258].map((id) => latin(model.vocabulary.token(id)))).toEqual(["aa", "ab", "aaab"]);
  });

  it("learns what the reference learns: overlaps, ties, bytes of all sorts", async () => {
    await fc.assert(
      fc.asyncProperty(
        corpus,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (documents, newTokens, minimumFrequency) => {
          const options = { vocabularySize: 256 + newTokens, scanner: "none", minimumFrequency } as const;
          expect(await learnt(documents, options)).toEqual(
            trainReference(wholeWords(documents), { newTokens, minimumFrequency }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("makes no token that is too long", async () => {
    await fc.assert(
      fc.asyncProperty(corpus, fc.integer({ min: 1, max: 6 }), async (documents, maximumTokenLength) => {
        const options = {
          vocabularySize: 300,
          scanner: "none",
          maximumTokenLength,
          minimumFrequency: 1,
        } as const;
        const rules = { newTokens: 44, maximumTokenLength };
        expect(await learnt(documents, options)).toEqual(trainReference(wholeWords(documents), rules));
      }),
      { numRuns: 100 },
    );
  });

  it("learns the same from documents in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(moreLetters, { maxLength: 12 })
          .chain((documents) =>
            fc.tuple(fc.constant(documents), fc.shuffledSubarray(documents, { minLength: documents.length })),
          ),
        async ([documents, shuffled]) => {
          const options = { vocabularySize: 300, scanner: "none" } as const;
          expect(await trainBpe(shuffled, options).definition).toEqual(
            await trainBpe(documents, options).definition,
          );
        },
      ),
      { numRuns: 100 },
    );
    const lines = englishText(20_000).split("\n");
    const options = { vocabularySize: 700 } as const;
    const forwards = await trainBpe(lines, options).definition;
    expect(await trainBpe(lines.reverse(), options).definition).toEqual(forwards);
    expect(bpe(forwards).vocabulary.size).toBe(700);
  });

  it("takes a string, an iterable and an asynchronous iterable", async () => {
    const options = { vocabularySize: 270 } as const;
    const expected = await trainBpe("low lower lowest", options).definition;
    expect(await trainBpe(["low lower lowest"], options).definition).toEqual(expected);
    async function* later(): AsyncGenerator<string> {
      yield "low lower lowest";
    }
    expect(await trainBpe(later(), options).definition).toEqual(expected);
    expect(bpe(expected).priority).not.toEqual({ by: "merges", pairs: new Uint32Array() });
  });

  it("counts words as the scanner cuts them, windows or not", async () => {
    // Long enough for several windows; a word across a window's end would be counted in two parts.
    const text = englishText(700_000);
    const merges: string[] = [];
    let bytes = 0;
    for await (const event of trainBpe(text, { vocabularySize: 296 })) {
      if (event.phase === "counting") bytes = event.bytes;
      else if (event.phase === "merging") merges.push(`${latin(event.token)} ${event.count}`);
    }
    expect(bytes).toBe(new TextEncoder().encode(text).length);
    const words = new Map<string, number>();
    const cl100k =
      /'(?:[sdmtSDMT]|ll|ve|re|LL|VE|RE)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;
    for (const [word] of text.matchAll(cl100k)) words.set(word, (words.get(word) ?? 0) + 1);
    const reference = trainReference(
      [...words].map(([word, count]) => ({ symbols: [...bytesOf(word)], count })),
      { newTokens: 40, minimumFrequency: 2 },
    );
    expect(merges).toEqual(reference.map(({ token, count }) => `${token} ${count}`));
  });

  it("gives special tokens the last ids, and an empty corpus the bytes alone", async () => {
    const options = { vocabularySize: 300, specialTokens: ["<|end|>", "<|pad|>"] } as const;
    const definition = await trainBpe([], options).definition;
    expect(bpe(definition).vocabulary.size).toBe(256);
    expect(bpe(definition).vocabulary.bytes).toEqual(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    expect(definition.addedTokens).toEqual([
      { id: 256, content: "<|end|>", special: true },
      { id: 257, content: "<|pad|>", special: true },
    ]);
    expect(definition.preTokenizer).toEqual({ type: "scanner", scanner: "cl100k" });
    const full = await trainBpe(englishText(5000), options).definition;
    expect(bpe(full).vocabulary.size).toBe(298);
    expect(full.addedTokens?.map(({ id }) => id)).toEqual([298, 299]);
  });

  it("makes no token twice, so that the order of ids decides as the merges do", async () => {
    const fewWords = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 }), {
      maxLength: 20,
    });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fewWords, text, async (documents, other) => {
        const options = { vocabularySize: 320, scanner: "none", minimumFrequency: 0 } as const;
        const model = bpe(await trainBpe(documents, options).definition);
        const tokens = Array.from({ length: model.vocabulary.size }, (_, id) =>
          latin(model.vocabulary.token(id)),
        );
        expect(new Set(tokens).size).toBe(tokens.length);
        const byMerges = createEngine(model);
        const byId = createEngine({ ...model, priority: { by: "id" } });
        for (const sample of [...documents, other])
          expect(idsOf(byId, sample)).toEqual(idsOf(byMerges, sample));
        byMerges.dispose();
        byId.dispose();
      }),
      { numRuns: 100 },
    );
  });

  it("merges runs of a million equal letters, and a huge word", async () => {
    const { model } = await trainBpe("a".repeat(1_000_000), { vocabularySize: 400, scanner: "none" })
      .definition;
    // 1,000,000 = 2⁶ · 15,625, and what is left over at the right pairs no more than once.
    expect(model.vocabulary.token(256 + 5).length).toBe(64);
    expect(model.vocabulary.size).toBeGreaterThan(256 + 13);
    const random = Array.from({ length: 200_000 }, (_, i) => "abcd"[Math.imul(i, 2654435761) >>> 30]).join(
      "",
    );
    const huge = await trainBpe(random, { vocabularySize: 2000, scanner: "none" }).definition;
    expect(huge.model.vocabulary.size).toBeGreaterThan(280);
  });

  it("makes room for pairs and their queue as it needs it", async () => {
    // Some eight thousand distinct pairs, twice as many as there is room for at first.
    let state = 1;
    const codes = Uint8Array.from({ length: 40_000 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return 32 + ((state >>> 16) % 90);
    });
    const documents = Array.from({ length: 2000 }, (_, i) =>
      String.fromCharCode(...codes.subarray(20 * i, 20 * i + 20)),
    );
    const options = { vocabularySize: 266, scanner: "none", minimumFrequency: 0 } as const;
    expect(await learnt(documents, options)).toEqual(
      trainReference(wholeWords(documents), { newTokens: 10 }),
    );
  });

  it("gives every string back, with each scanner", async () => {
    for (const scanner of ["r50k", "cl100k", "o200k", "qwen2", "none"] as const) {
      const options = { vocabularySize: 400, scanner };
      const roundTrip = roundTripper(await trainBpe(englishText(10_000), options).definition);
      const text = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({ unit: fc.constantFrom(" ", "\n", "the", "'s", "12", "é") }),
      );
      fc.assert(
        fc.property(text, (original) => {
          expect(roundTrip(original)).toBe(original.replace(/\p{Surrogate}/gu, "\uFFFD"));
        }),
      );
    }
  });

  it("encodes its own words as it left them", async () => {
    const { model } = await trainBpe("aaabdaaabac", { vocabularySize: 259, scanner: "none" }).definition;
    expect(idsOf(createEngine(model), "aaabdaaabac")).toEqual([258, 100, 258, 97, 99]);
  });

  it("tells of its progress", async () => {
    const phases: string[] = [];
    let steps = 0;
    for await (const event of trainBpe(englishText(20_000), {
      vocabularySize: 500,
      specialTokens: ["<s>"],
    })) {
      if (phases.at(-1) !== event.phase) phases.push(event.phase);
      if (event.phase === "counting") expect(event).toMatchObject({ documents: 1, bytes: 20_000 });
      if (event.phase === "merging") expect(event).toMatchObject({ step: ++steps, steps: 243 });
    }
    expect(phases).toEqual(["counting", "merging"]);
    expect(steps).toBe(243);
  });
});
