import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DTypeError, FormatError, RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { BpeModel, TokenizerDefinition } from "../../src/definition.js";
import gpt2 from "../../src/encodings/gpt2.js";
import { readTiktoken, writeTiktoken } from "../../src/formats/tiktoken.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { Vocabulary } from "../../src/vocabulary.js";
import { smallDefinition } from "../tokenizer/smallDefinition.js";

const options = { scanner: "cl100k", specialTokens: { "<|endoftext|>": 300 } } as const;
const file = writeTiktoken(smallDefinition());
const text = new TextDecoder().decode(file);
const lines = text.trimEnd().split("\n");

describe("a file", () => {
  it("has a line a token: its bytes in base64, and its id", () => {
    expect(lines).toHaveLength(272);
    expect(lines[0]).toBe("AA== 0");
    expect(lines[259]).toBe(`${btoa("hello")} 259`);
    expect(text.endsWith("\n")).toBe(true);
  });

  it("comes back as it was", () => {
    const definition = readTiktoken(file, options);
    expect(definition.model.vocabulary).toEqual(smallDefinition().model.vocabulary);
    expect(definition.preTokenizer).toEqual({ type: "scanner", scanner: "cl100k" });
    expect(definition.addedTokens).toEqual([{ id: 300, content: "<|endoftext|>", special: true }]);
    expect(writeTiktoken(definition)).toEqual(file);
  });

  it("may be a string, may end its lines as Windows does, leave lines empty, and have any order", () => {
    for (const same of [text, lines.join("\r\n"), `\n${lines.toReversed().join("\n\n")}\n\n`]) {
      expect(readTiktoken(same, options).model.vocabulary).toEqual(smallDefinition().model.vocabulary);
    }
  });

  it("may leave gaps between ids, which stand for no token", async () => {
    const definition = readTiktoken(`${text}${btoa("abc")} 400\n`, { scanner: "cl100k" });
    const tokenizer = await Tokenizer.load(definition);
    expect(tokenizer.vocabularySize).toBe(401);
    expect([...tokenizer.encode("hello abc")]).toEqual([259, 32, 97, 98, 99]);
    expect([...tokenizer.encode("abc")]).toEqual([400]); // a piece that is a token is one, by merges or not
    expect(() => tokenizer.decode([399])).toThrow(RangeError);
    expect(writeTiktoken(definition)).toEqual(new TextEncoder().encode(`${text}${btoa("abc")} 400\n`));
  });

  it("of a real vocabulary loads to the same tokenizer", async () => {
    const own = await Tokenizer.load(gpt2);
    const specialTokens = Object.fromEntries(own.specialTokens);
    const read = await Tokenizer.load(
      readTiktoken(writeTiktoken(own.definition), { scanner: "r50k", specialTokens }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        expect(read.encode(any)).toEqual(own.encode(any));
      }),
    );
  });
});

describe("merges", () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const byMerges = (tokens: string[], pairs: number[]): TokenizerDefinition => ({
    model: {
      type: "bpe",
      vocabulary: Vocabulary.from([...bytes, ...tokens]),
      alphabet: "bytes",
      priority: { by: "merges", pairs: Uint32Array.from(pairs) },
    } satisfies BpeModel,
  });
  const [a, b, c] = [97, 98, 99];

  it("are written where ids tell their order", () => {
    const written = new TextDecoder().decode(writeTiktoken(byMerges(["ab", "abc"], [a, b, 256, c])));
    expect(written.endsWith(`${btoa("ab")} 256\n${btoa("abc")} 257\n`)).toBe(true);
  });

  it.each([
    ["in another order", ["abc", "ab"], [a, b, 257, c]],
    ["of another pair than the ranks would merge", ["ab", "bc", "abc"], [a, b, b, c, a, 257]],
    ["that make no token", ["ab"], [b, a]],
    ["for fewer than all tokens", ["ab", "abc"], [a, b]],
  ])("are refused %s", (_, tokens, pairs) => {
    expect(() => writeTiktoken(byMerges(tokens, pairs))).toThrow(UnsupportedError);
  });

  it("by score, or on characters, or none at all are refused", () => {
    const { model } = smallDefinition() as { model: BpeModel };
    const scores = new Float32Array(model.vocabulary.size);
    const wordPiece = {
      ...model,
      type: "wordPiece",
      unknownId: 0,
      continuingPrefix: "",
      maxCharactersPerWord: 9,
    };
    const models = [
      { ...model, priority: { by: "score", scores } },
      { ...model, alphabet: "characters" },
      wordPiece,
    ];
    for (const other of models) {
      expect(() => writeTiktoken({ model: other } as TokenizerDefinition)).toThrow(UnsupportedError);
    }
  });
});

describe("a hostile file", () => {
  it.each([
    ["is empty", ""],
    ["lacks a byte", lines.slice(1).join("\n")],
    ["has no space", `${text}YWJj400\n`],
    ["has nothing before the space", `${text} 400\n`],
    ["has nothing behind it", `${text}YWJj \n`],
    ["has another alphabet", `${text}YW-j 400\n`],
    ["has an incomplete group", `${text}YWJjZ 400\n`],
    ["lacks padding", `${text}YWI 400\n`],
    ["has bits left over", `${text}YWJ= 400\n`],
    ["has padding inside", `${text}YW==YWJj 400\n`],
    ["has nothing but padding", `${text}== 400\n`],
    ["has an empty token", `${text}==== 400\n`],
    ["has an id below 0", `${text}YWJj -1\n`],
    ["has a fraction", `${text}YWJj 4.5\n`],
    ["has hexadecimals", `${text}YWJj 0x400\n`],
    ["has another column", `${text}YWJj 400 1\n`],
    ["has an id twice", `${text}YWJj 271\n`],
    ["has a token twice", `${text}${btoa("hello")} 400\n`],
    ["would make tables of gigabytes", `${text}YWJj 999999999\n`],
    ["has an id of ten digits", `${text}YWJj 4294967296\n`],
    ["is of another kind", JSON.stringify({ model: { type: "BPE" } })],
  ])("%s", (_, hostile) => {
    expect(() => readTiktoken(hostile, options)).toThrow(FormatError);
  });

  it("is read or refused wherever it ends, or a byte of it is another", () => {
    fc.assert(
      fc.property(fc.nat(file.length), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bent = cut ? file.slice(0, at) : file.slice();
        if (!cut && at < bent.length) bent[at] = byte;
        try {
          readTiktoken(bent, { scanner: "cl100k" });
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });

  it("says in which line", () => {
    expect(() => readTiktoken(`${text}YW-j 400\n`, options)).toThrow(
      /^file, line 273: expected base64, got the byte 0x2d/,
    );
  });
});

it("refuses arguments that are none", () => {
  for (const none of [undefined, null, 7, []]) {
    expect(() => readTiktoken(none as never, options)).toThrow(DTypeError);
  }
  expect(() => readTiktoken(file, undefined as never)).toThrow(/^scanner: /);
  expect(() => readTiktoken(file, { scanner: "gpt2" as never })).toThrow(/^scanner: expected r50k, cl100k/);
  const taken = { "<|x|>": 12 };
  expect(() => readTiktoken(file, { scanner: "r50k", specialTokens: taken })).toThrow(
    /^specialTokens\["<\|x\|>"\]/,
  );
});
