import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WordPieceModel } from "../../src/definition.js";
import { createEngine } from "../../src/engine/createEngine.js";
import { wordPiece } from "../../src/reference/wordPiece.js";
import { Vocabulary } from "../../src/vocabulary.js";

const letters = ["a", "b", "c", "é", "中", "😀"];
const part = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 }).map((all) => all.join(""));

/** Any vocabulary over a few letters. */
const anyModel: fc.Arbitrary<WordPieceModel> = fc
  .record({
    heads: fc.uniqueArray(part, { maxLength: 12 }),
    tails: fc.uniqueArray(part, { maxLength: 12 }),
    continuingPrefix: fc.constantFrom("##", "", "▁"),
    maxCharactersPerWord: fc.constantFrom(100, 3, 0),
  })
  .map(({ heads, tails, continuingPrefix, maxCharactersPerWord }) => ({
    type: "wordPiece",
    vocabulary: Vocabulary.from([
      "[UNK]",
      ...new Set([...heads, ...tails.map((tail) => continuingPrefix + tail)]),
    ]),
    unknownId: 0,
    continuingPrefix,
    maxCharactersPerWord,
  }));
const word = fc
  .array(fc.constantFrom(...letters, "d", "#", "▁"), { minLength: 1, maxLength: 12 })
  .map((all) => all.join(""));

describe("the WordPiece kernel", () => {
  it("finds what the reference finds, and where", () => {
    fc.assert(
      fc.property(anyModel, fc.array(word, { minLength: 1, maxLength: 5 }), (model, words) => {
        const engine = createEngine(model);
        const ids: number[] = [];
        engine.encodePieces(words, (chunk) => {
          ids.push(...chunk);
          return true;
        });
        const expected = words.map((each) => wordPiece(each, model));
        expect(ids).toEqual(expected.flatMap((each) => each.ids));
        const ends: number[] = [];
        let begin = 0;
        expected.forEach((each, i) => {
          ends.push(...each.ends.map((end) => begin + end));
          begin += new TextEncoder().encode(words[i]).length;
        });
        const placed = engine.encodePiecesWithEnds(words);
        expect([...placed.ids]).toEqual(ids);
        expect([...placed.ends]).toEqual(ends);
        engine.dispose();
      }),
      { numRuns: 200 },
    );
  });

  it("takes as many characters as it may, whatever their bytes", () => {
    const model: WordPieceModel = {
      type: "wordPiece",
      vocabulary: Vocabulary.from(["?", "中", "##中"]),
      unknownId: 0,
      continuingPrefix: "##",
      maxCharactersPerWord: 100,
    };
    const engine = createEngine(model);
    expect([...engine.encodePiecesWithEnds(["中".repeat(100)]).ids]).toEqual([
      1,
      ...Array<number>(99).fill(2),
    ]);
    expect([...engine.encodePiecesWithEnds(["中".repeat(101)]).ids]).toEqual([0]);
    expect([...engine.encodePiecesWithEnds(["", "a".repeat(1_000_000), ""]).ids]).toEqual([0]);
  });

  it("refuses an unknown token that is none", () => {
    const model = {
      type: "wordPiece",
      vocabulary: Vocabulary.from(["a"]),
      continuingPrefix: "##",
      maxCharactersPerWord: 100,
    } as const;
    expect(() => createEngine({ ...model, unknownId: 1 })).toThrow(/unknownId: expected/);
    expect(() => createEngine({ ...model, unknownId: 0, maxCharactersPerWord: -1 })).toThrow(
      /maxCharactersPerWord/,
    );
  });
});
