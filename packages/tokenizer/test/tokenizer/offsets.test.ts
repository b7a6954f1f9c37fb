import fc from "fast-check";
import { expect, it } from "vitest";
import { Tokenizer } from "../../src/tokenizer.js";
import { utf16Spans } from "../../src/pipeline/utf16Spans.js";
import { smallDefinition, templatedDefinition } from "./smallDefinition.js";
import { anyText } from "./texts.js";

const tokenizer = await Tokenizer.load(smallDefinition());
const asText = { specialTokens: "text" } as const;
const encoder = new TextEncoder();

it("gives each token the characters that its bytes belong to", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { ids, starts, ends } = tokenizer.encodeWithOffsets(text, asText);
      expect(ids).toEqual(tokenizer.encode(text, asText));
      let byte = 0;
      ids.forEach((id, index) => {
        const last = byte + tokenizer.tokenBytes(id).length - 1;
        expect(starts[index]).toBe(characterAt(text, byte).start);
        expect(ends[index]).toBe(characterAt(text, last).end);
        byte = last + 1;
      });
    }),
  );
});

it("covers the text: each token begins where the one before ends, or within its last character", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { ids, starts, ends } = tokenizer.encodeWithOffsets(text, asText);
      let covered = 0;
      ids.forEach((_, index) => {
        expect(starts[index]).toBeLessThanOrEqual(covered);
        covered = Math.max(covered, ends[index]!);
      });
      expect(covered).toBe(text.length);
    }),
  );
});

it("slices the text into what whole tokens say", () => {
  fc.assert(
    fc.property(fc.string(), (ascii) => {
      const text = ascii.replaceAll("\n", " ");
      const { ids, starts, ends } = tokenizer.encodeWithOffsets(text, asText);
      ids.forEach((id, index) => expect(text.slice(starts[index], ends[index])).toBe(tokenizer.decode([id])));
    }),
  );
});

it("gives all tokens of one character that character", () => {
  const { ids, starts, ends } = tokenizer.encodeWithOffsets("a🦙b");
  expect(ids.length).toBe(5); // the llama is a half and two bytes
  expect([...starts]).toEqual([0, 1, 1, 1, 3]);
  expect([...ends]).toEqual([1, 3, 3, 3, 4]);
});

it("gives a token over two halves both characters", () => {
  const spans = utf16Spans("日本", Uint32Array.of(1, 4, 6));
  expect([...spans.starts]).toEqual([0, 0, 1]);
  expect([...spans.ends]).toEqual([1, 2, 2]);
});

it("has places for control tokens, and for the text behind them", () => {
  const text = "é<|end|>!hello<tool>\ud83e<|end|>";
  const { ids, starts, ends } = tokenizer.encodeWithOffsets(text, { specialTokens: "allow" });
  const pieces = Array.from(ids, (_, index) => text.slice(starts[index], ends[index]));
  expect(pieces).toEqual(["é", "<|end|>!", "hello", "<tool>", "\ud83e", "\ud83e", "\ud83e", "<|end|>"]);
});

it("has empty places for what a template adds", async () => {
  const templated = await Tokenizer.load(templatedDefinition());
  const { ids, starts, ends, specialTokensMask, sequenceIds } = templated.encodeWithOffsets("hello");
  expect([...ids]).toEqual([310, 259, 311]);
  expect([...starts]).toEqual([0, 0, 0]);
  expect([...ends]).toEqual([0, 5, 0]);
  expect([...specialTokensMask]).toEqual([1, 0, 1]);
  expect([...sequenceIds]).toEqual([255, 0, 255]);
});

/** The character that byte `byte` of the text's UTF-8 belongs to, found the slow way. */
function characterAt(text: string, byte: number): { start: number; end: number } {
  let [start, bytes] = [0, 0];
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (byte < bytes) return { start, end: start + character.length };
    start += character.length;
  }
  throw new Error(`no byte ${byte} in ${JSON.stringify(text)}`);
}
