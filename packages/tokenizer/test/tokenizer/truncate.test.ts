import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BpeModel } from "../../src/definition.js";
import o200kBase from "../../src/encodings/o200k_base.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { Vocabulary } from "../../src/vocabulary.js";
import { smallDefinition, templatedDefinition } from "./smallDefinition.js";
import { anyText } from "./texts.js";

const tokenizer = await Tokenizer.load(smallDefinition());
const templated = await Tokenizer.load(templatedDefinition());
const asText = { specialTokens: "text" } as const;
const limit = fc.integer({ min: 0, max: 15 });

describe.each(["right", "left"] as const)("cut off at the %s", (side) => {
  it("is a part of the text at that side, within the limit, and the whole text if that is", () => {
    fc.assert(
      fc.property(anyText, limit, (text, most) => {
        const options = { ...asText, side };
        const part = tokenizer.truncate(text, most, options);
        expect(side === "right" ? text.startsWith(part) : text.endsWith(part)).toBe(true);
        expect(tokenizer.count(part, options)).toBeLessThanOrEqual(most);
        if (tokenizer.count(text, options) <= most) expect(part).toBe(text);
      }),
    );
  });

  it("is cut between two tokens and two characters", () => {
    fc.assert(
      fc.property(anyText, limit, (text, most) => {
        const part = tokenizer.truncate(text, most, { ...asText, side });
        const cut = side === "right" ? part.length : text.length - part.length;
        const { starts, ends } = tokenizer.encodeWithOffsets(text, asText);
        // A place that a token straddles is within a token, or within a character that several tokens share.
        expect(starts.every((start, index) => ends[index]! <= cut || start >= cut)).toBe(true);
        const [before, after] = [text.charCodeAt(cut - 1), text.charCodeAt(cut)];
        expect((before & 0xfc00) === 0xd800 && (after & 0xfc00) === 0xdc00).toBe(false);
      }),
    );
  });

  it("counts what a template adds", () => {
    fc.assert(
      fc.property(anyText, limit, (text, most) => {
        const options = { ...asText, side };
        const part = templated.truncate(text, most + 2, options);
        expect(templated.count(part, options)).toBeLessThanOrEqual(most + 2);
        expect(part).toBe(tokenizer.truncate(text, most, options));
      }),
    );
  });

  it("never cuts a control token", () => {
    const text = "hello<|endoftext|>hello";
    const options = { specialTokens: "allow", side } as const;
    const parts = [0, 1, 2, 3].map((most) => tokenizer.truncate(text, most, options));
    const right = ["", "hello", "hello<|endoftext|>", text];
    const left = ["", "hello", "<|endoftext|>hello", text];
    expect(parts).toEqual(side === "right" ? right : left);
  });
});

it("leaves out a character that only a part of its tokens fits of", () => {
  expect(tokenizer.truncate("a🦙b", 3)).toBe("a");
  expect(tokenizer.truncate("a🦙b", 4)).toBe("a🦙");
  expect(tokenizer.truncate("a🦙b", 3, { side: "left" })).toBe("b");
});

it("keeps as many tokens as there is room for, where cutting changes none", () => {
  const text = " hello".repeat(1000);
  expect(tokenizer.truncate(text, 321)).toBe(" hello".repeat(321));
  expect(tokenizer.truncate(text, 321, { side: "left" })).toBe(" hello".repeat(321));
});

it("gives nothing where the template alone is too long", () => {
  expect(templated.truncate("hello", 1)).toBe("");
});

it("counts again what it cut, and cuts it shorter where the pattern cuts it another way", async () => {
  const o200k = await Tokenizer.load(o200kBase);
  const text = "a'redon't"; // the apostrophe behind a letter begins a contraction, alone it belongs to the word
  const { ids, starts } = o200k.encodeWithOffsets(text);
  expect(o200k.count(text.slice(starts[ids.length - 2]))).toBe(4);
  expect(o200k.truncate(text, 2, { side: "left" })).toBe("don't");

  const small = smallDefinition();
  const tokens = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const vocabulary = Vocabulary.from([...tokens, "do", "don", "don'"]);
  const model = { ...small.model, vocabulary } as BpeModel;
  const cut = await Tokenizer.load({ model, preTokenizer: { type: "scanner", scanner: "o200k" } });
  expect([...cut.encode("don't")]).toEqual([258, 0x74]);
  expect([...cut.encode("don'")]).toEqual([257, 0x27]);
  expect(cut.truncate("don't", 1)).toBe("");
});
