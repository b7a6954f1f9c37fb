import { describe, expect, it } from "vitest";
import { readSentencePiece, writeSentencePiece } from "../../src/formats/index.js";
import golden from "../golden/sentencePiece.json" with { type: "json" };
import { PlainPipeline } from "./plainPipeline.js";

// The files and the values are SentencePiece's own (test/golden/makeSentencePiece.py): rules of replacement, user-defined pieces, white
// space in front, behind and across, byte fallback.
//
// Known differences, both of texts from which the rules remove characters altogether (U+200B and U+0007 here):
// - What is inserted before or behind such a character stands on its other side.
// - Where the dummy goes behind the text, one of removed characters and spaces only gets it there, and not here: rules are applied
//   before spaces are looked at, so that "\u200B " is " ".
const holdsRemoved = (text: string): boolean => text.includes("\u200B") || text.includes("\u0007");
const isKnownDifference = (name: string, text: string): boolean =>
  name === "unigram, spaces behind" && text === "\u200B ";

describe("SentencePiece's own values", () => {
  for (const { name, model, rows } of golden) {
    const file = Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
    const definition = readSentencePiece(file);
    const unknownId = definition.model.type === "wordPiece" ? -1 : definition.model.unknownId;

    it(`${name}: ids`, () => {
      const pipeline = new PlainPipeline(definition);
      for (const { text, ids } of rows) {
        const expected = isKnownDifference(name, text) ? [] : ids;
        expect(pipeline.encode(text), JSON.stringify(text)).toEqual(expected);
      }
      pipeline.dispose();
    });

    it(`${name}: where tokens begin`, () => {
      const pipeline = new PlainPipeline(definition);
      for (const { text, ids, offsets } of rows) {
        // All of a user-defined piece begins where it begins, there, though it be cut in the end.
        if (holdsRemoved(text) || text.startsWith("keep AB")) continue;
        const begins = offsets.filter((_, i) => i % 2 === 0);
        expect(pipeline.encodeWithStarts(text), JSON.stringify(text)).toEqual({ ids, starts: begins });
      }
      pipeline.dispose();
    });

    it(`${name}: texts`, () => {
      const pipeline = new PlainPipeline(definition);
      let compared = 0;
      for (const { ids, decoded } of rows) {
        // SentencePiece writes " ⁇ " for an unknown token, which is no text.
        if (ids.includes(unknownId!)) continue;
        compared++;
        expect(pipeline.decode(ids), decoded).toBe(decoded);
      }
      expect(compared).toBeGreaterThan(15);
      pipeline.dispose();
    });

    it(`${name}: the file written again means the same`, () => {
      expect(readSentencePiece(writeSentencePiece(definition))).toEqual(definition);
    });
  }
});
