import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TokenizerDefinition, UnigramModel } from "../../src/definition.js";
import { readSentencePiece, writeSentencePiece } from "../../src/formats/sentencePiece.js";
import { trainUnigramReference } from "../../src/reference/trainUnigram.js";
import type { TrainingEvent } from "../../src/train/events.js";
import { trainUnigram, type UnigramTrainingOptions } from "../../src/train/trainUnigram.js";

const sentence =
  "the cat sat on the mat and the dog sat on the log, that cat and that dog: 12 cats, 120 dogs.";

function unigramOf({ model }: TokenizerDefinition): UnigramModel {
  if (model.type !== "unigram") throw new Error(`a model of type ${model.type}`);
  return model;
}

/** The tokens' texts and scores, but for special ones. */
async function train(
  documents: string | readonly string[],
  options: UnigramTrainingOptions,
): Promise<[text: string, score: number][]> {
  const { vocabulary, scores } = unigramOf(await trainUnigram(documents, options).definition);
  return Array.from(scores, (score, id): [string, number] => [
    new TextDecoder().decode(vocabulary.token(id)),
    score,
  ]).filter(([text]) => text !== "");
}

const text = fc
  .array(fc.constantFrom("the", "there", "other", "cat", "catch", "a", "12", "ß", "𝒳𝒴", "ナ", "ナノ"), {
    minLength: 1,
    maxLength: 60,
  })
  .map((words) => words.join(" "));

describe("trainUnigram", () => {
  it("comes to what the reference comes to", async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 20, max: 60 }), async (document, pieces) => {
        const words = new Map<string, number>();
        for (const word of document.split(" ")) {
          words.set(`\u2581${word}`, (words.get(`\u2581${word}`) ?? 0) + 1);
        }
        const expected = trainUnigramReference(words, {
          pieces,
          target: Math.floor((pieces + 3) * 1.1),
          longest: 16,
          shrinkingFactor: 0.75,
          subIterations: 2,
        });
        const actual = await train(document, { vocabularySize: pieces + 3, characterCoverage: 1 });
        // Where scores are the same but for their last digits, their order is chance.
        expect(actual.length).toBe(expected.length);
        const known = new Map(expected);
        const last = expected.at(-1)![1];
        actual.forEach(([piece, score], i) => {
          expect(Math.abs(score - expected[i]![1])).toBeLessThan(1e-5 * Math.abs(score));
          if (Math.abs(score - last) > 1e-5 * Math.abs(last)) {
            expect(known.get(piece)!).toBeCloseTo(score, 4);
          }
        });
      }),
    );
  });

  it("gives the same for documents in another order, and for lines in one document", async () => {
    const documents = sentence.split(/(?<=[ ,])/).flatMap((part, i) => Array<string>((i % 5) + 1).fill(part));
    const options = { vocabularySize: 60 };
    const train = async (others: readonly string[]): Promise<unknown> => {
      const training = trainUnigram(others, options);
      const objectives: number[] = [];
      for await (const event of training) {
        if (event.phase === "estimating") objectives.push(event.objective);
      }
      return [objectives, await training.definition]; // to the last bit
    };
    const first = await train(documents);
    for (const others of [documents.toReversed(), documents.toSorted(), [documents.join("\r\n")]]) {
      expect(await train(others)).toEqual(first);
    }
  });

  it("takes what the documents come in", async () => {
    const options = { vocabularySize: 40 };
    async function* slowly(): AsyncGenerator<string> {
      for (const part of [sentence, sentence]) yield await Promise.resolve(part);
    }
    const expected = await trainUnigram([sentence, sentence], options).definition;
    expect(await trainUnigram(slowly(), options).definition).toEqual(expected);
    expect(await trainUnigram(new Set([`${sentence}\n${sentence}`]), options).definition).toEqual(expected);
  });

  it("cuts at scripts and digits as it is told", async () => {
    const documents = Array<string>(20).fill("abc123 abcд 2024-05 カタカナ漢字");
    const options = { vocabularySize: 200, characterCoverage: 1 };
    const pieces = async (more: Partial<UnigramTrainingOptions>): Promise<string[]> =>
      (await train(documents, { ...options, ...more })).map(([piece]) => piece);
    const usual = await pieces({});
    expect(usual).toContain("\u2581abc");
    expect(usual).toContain("\u2581カタカナ漢字");
    expect(usual).toContain("\u25812024-05");
    expect(usual.filter((piece) => /[a-z][\dд]/.test(piece))).toEqual([]);
    expect(await pieces({ splitByUnicodeScript: false })).toContain("\u2581abcд");
    expect(await pieces({ splitByNumber: false })).toContain("\u2581abc123");
    const digits = await pieces({ splitDigits: true });
    expect(digits.filter((piece) => piece.length > 1 && /\d/.test(piece))).toEqual([]);
    expect(digits).toContain("0");
  });

  it("leaves out the rarest characters, and takes no piece across them", async () => {
    const documents = [...Array<string>(100).fill("abcd abcd"), "abqcd"];
    const pieces = (await train(documents, { vocabularySize: 50, characterCoverage: 0.999 })).map(
      ([piece]) => piece,
    );
    expect(pieces).not.toContain("q");
    expect(pieces).toContain("\u2581abcd");
    const all = (await train(documents, { vocabularySize: 50, characterCoverage: 1 })).map(
      ([piece]) => piece,
    );
    expect(all).toContain("q");
  });

  it("treats spaces as it is told", async () => {
    const document = "  ab  ab ab \n\n ab";
    const pieces = async (more: Partial<UnigramTrainingOptions>): Promise<string[]> =>
      (await train(document, { vocabularySize: 30, ...more })).map(([piece]) => piece).sort();
    expect(await pieces({})).toEqual(["a", "b", "\u2581", "\u2581ab"].sort());
    expect(await pieces({ addDummyPrefix: false })).toContain("ab");
    const kept = unigramOf(
      await trainUnigram(document, { vocabularySize: 30, removeExtraSpaces: false }).definition,
    );
    expect(kept.vocabulary.size).toBeGreaterThan(3);
  });

  it("makes a definition that SentencePiece's format holds, and gives back", async () => {
    for (const byteFallback of [false, true]) {
      const definition = await trainUnigram(sentence, {
        vocabularySize: byteFallback ? 300 : 50,
        byteFallback,
        specialTokens: ["<s>", "</s>", "<mask>"],
      }).definition;
      const model = unigramOf(definition);
      expect(definition.addedTokens).toEqual(
        ["<unk>", "<s>", "</s>", "<mask>"].map((content, id) => ({ id, content, special: true })),
      );
      expect(model.unknownId).toBe(0);
      expect(readSentencePiece(writeSentencePiece(definition))).toEqual(definition);
      if (!byteFallback) continue;
      expect(Array.from(model.byteFallback!)).toEqual(Array.from({ length: 256 }, (_, byte) => byte + 4));
      expect(new TextDecoder().decode(model.vocabulary.token(4 + 0xab))).toBe("<0xAB>");
    }
  });

  it("normalises to NFKC first where it is told", async () => {
    const pieces = (await train("ﬁne ﬁne ｆine", { vocabularySize: 20, normalizer: "nfkc" })).map(([p]) => p);
    expect(pieces).toContain("\u2581fine");
    const definition = await trainUnigram("ﬁne", { vocabularySize: 20, normalizer: "nfkc" }).definition;
    expect(definition.normalizer).toMatchObject({ type: "sequence", normalizers: [{ type: "nfkc" }, {}] });
  });

  it("takes lone surrogates for U+FFFD, and any character", async () => {
    const options = { vocabularySize: 30 };
    const pieces = await train("a\uD800 a\uD800 \0\u2581\0 \uDC00", options);
    expect(pieces).toEqual(await train("a\uFFFD a\uFFFD \0 \0 \uFFFD", options));
    expect(pieces.map(([piece]) => piece).join("")).toContain("\0");
  });

  it("tells how far it is: counting, seeding, estimating", async () => {
    const events: TrainingEvent[] = [];
    for await (const event of trainUnigram(sentence.repeat(3), { vocabularySize: 40 })) events.push(event);
    const phases = [...new Set(events.map(({ phase }) => phase))];
    expect(phases).toEqual(["counting", "seeding", "estimating"]);
    let pieces = Infinity;
    for (const event of events) {
      if (event.phase !== "estimating") continue;
      expect(event.pieces).toBeLessThanOrEqual(pieces);
      expect(event.objective).toBeGreaterThan(0);
      pieces = event.pieces;
    }
    expect(pieces).toBeLessThanOrEqual(44);
  });

  it("stops within 200 ms of the signal, in every phase, and can train again", async () => {
    const before = await train(sentence, { vocabularySize: 40 });
    // So many words that each phase takes long.
    const words = Array.from({ length: 60_000 }, (_, i) => ((i * 2654435761) >>> 0).toString(36));
    const documents = [words.join(" ")];
    for (const phase of ["counting", "seeding", "estimating"] as const) {
      const controller = new AbortController();
      const training = trainUnigram(documents, { vocabularySize: 500, signal: controller.signal });
      const reached: string[] = [];
      await expect(
        (async () => {
          for await (const event of training) {
            reached.push(event.phase);
            if (event.phase === phase) controller.abort(new Error("enough"));
          }
        })(),
      ).rejects.toThrow("enough");
      expect(reached).toContain(phase);
      await expect(training.definition).rejects.toThrow("enough");
    }
    const aborted = trainUnigram(sentence, { vocabularySize: 40, signal: AbortSignal.abort() });
    await expect(aborted.definition).rejects.toMatchObject({ name: "AbortError" });
    expect(await train(sentence, { vocabularySize: 40 })).toEqual(before);
  });

  it("refuses options and documents that make no sense, by name", async () => {
    const wrong: [Partial<Record<keyof UnigramTrainingOptions, unknown>>, string][] = [
      [{ vocabularySize: 3 }, "vocabularySize"],
      [{ vocabularySize: 1.5 }, "vocabularySize"],
      [{ vocabularySize: 200, byteFallback: true }, "vocabularySize"],
      [{ characterCoverage: 0 }, "characterCoverage"],
      [{ characterCoverage: 1.1 }, "characterCoverage"],
      [{ characterCoverage: NaN }, "characterCoverage"],
      [{ maximumPieceLength: 256 }, "maximumPieceLength"],
      [{ maximumPieceLength: 0 }, "maximumPieceLength"],
      [{ seedSize: 0 }, "seedSize"],
      [{ shrinkingFactor: 1 }, "shrinkingFactor"],
      [{ subIterations: 0.5 }, "subIterations"],
      [{ byteFallback: "yes" }, "byteFallback"],
      [{ normalizer: "nfd" }, "normalizer"],
      [{ specialTokens: ["a", "a"] }, "specialTokens"],
      [{ specialTokens: ["<unk>"] }, "specialTokens"],
      [{ unknownToken: "" }, "unknownToken"],
      [{ signal: 1 }, "signal"],
    ];
    for (const [options, argument] of wrong) {
      const all = { vocabularySize: 100, ...options } as UnigramTrainingOptions;
      expect(() => trainUnigram("a", all), JSON.stringify(options)).toThrow(
        expect.objectContaining({ name: "RangeError", argument }) as Error,
      );
    }
    const failing = async (documents: unknown): Promise<unknown> =>
      trainUnigram(documents as string, { vocabularySize: 10 }).definition;
    await expect(failing("")).rejects.toMatchObject({ name: "RangeError", argument: "documents" });
    await expect(failing([" ", "\n"])).rejects.toMatchObject({ name: "RangeError", argument: "documents" });
    await expect(failing(["a", 1])).rejects.toMatchObject({ name: "RangeError", argument: "documents" });
    await expect(failing("abcdefghijk")).rejects.toMatchObject({ argument: "vocabularySize" });
  });
});
