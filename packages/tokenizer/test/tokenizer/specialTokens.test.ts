import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpecialTokenError } from "../../src/specialTokens.js";
import { Tokenizer, type EncodeOptions } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";
import { anyText } from "./texts.js";

const tokenizer = await Tokenizer.load(smallDefinition());
const text = "hello<|endoftext|> hello<|end|>";
const methods: [string, (text: string, options?: EncodeOptions) => unknown][] = [
  ["encode", (text, options) => tokenizer.encode(text, options)],
  ["encodeInto", (text, options) => tokenizer.encodeInto(text, new Uint32Array(9), options)],
  ["count", (text, options) => tokenizer.count(text, options)],
  ["isWithinLimit", (text, options) => tokenizer.isWithinLimit(text, 1, options)],
  ["truncate", (text, options) => tokenizer.truncate(text, 1, options)],
  ["encodeWithOffsets", (text, options) => tokenizer.encodeWithOffsets(text, options)],
  ["encodePair", (text, options) => tokenizer.encodePair("", text, options)],
  ["encodeBatch", (text, options) => tokenizer.encodeBatch([text], options)],
];

describe.each(methods)("%s", (_, method) => {
  it("takes no control tokens unless told to, and says where they are", () => {
    for (const options of [undefined, {}, { specialTokens: "disallow" } as const]) {
      const error = thrownBy(() => method(text, options));
      expect(error).toBeInstanceOf(SpecialTokenError);
      expect(error).toMatchObject({ token: "<|endoftext|>", index: 5, name: "SpecialTokenError" });
      expect(error.message).toContain("<|endoftext|> at index 5");
    }
    const second = thrownBy(() => method(text, { specialTokens: { allow: ["<|endoftext|>"] } }));
    expect(second).toMatchObject({ token: "<|end|>", index: 24 });
  });

  it("takes them as it is told", () => {
    for (const specialTokens of ["text", "allow", { allow: ["<|endoftext|>"], others: "text" }] as const) {
      expect(() => method(text, { specialTokens })).not.toThrow();
    }
  });

  it("refuses what is no policy", () => {
    const policies = ["all", 1, null, {}, { allow: "<|end|>" }, { allow: ["<tool>"] }, { allow: [1] }];
    for (const policy of [...policies, { allow: [], others: "allow" }]) {
      expect(() => method(text, { specialTokens: policy as never })).toThrow(/^specialTokens.*: expected/);
    }
  });
});

it("names the pair's text, or the batch's, that has them", () => {
  expect(() => tokenizer.encodePair("a", text)).toThrow(/^second: /);
  expect(() => tokenizer.encodePair(text, "a")).toThrow(/^first: /);
  expect(() => tokenizer.encodeBatch(["a", ["b", text]])).toThrow(/^texts\[1\]\[1\]: /);
});

it("makes of them what the policy says", () => {
  const hello = [259];
  const spaced = [261];
  const plain = (content: string): number[] => [...tokenizer.encode(content, { specialTokens: "text" })];
  const as = (specialTokens: EncodeOptions["specialTokens"]): number[] => [
    ...tokenizer.encode(text, { specialTokens }),
  ];
  expect(as("allow")).toEqual([...hello, 300, ...spaced, 301]);
  const others = "text";
  const some = as({ allow: ["<|endoftext|>"], others });
  expect(some).toEqual([...hello, 300, ...plain(" hello<|end|>")]);
  expect(as("text")).toEqual(as({ allow: [], others }));
  expect(as("text")).toEqual(Array.from(as("text")).filter((id) => id < 300));
  expect(tokenizer.decode(as("text"))).toBe(text);
});

it("finds the longest of those that begin at one place, and each at the ends", () => {
  const ids = (content: string): number[] => [...tokenizer.encode(content, { specialTokens: "allow" })];
  expect(ids("<|end|>!<|end|>")).toEqual([302, 301]);
  expect(ids("<|endoftext|><|endoftext|>")).toEqual([300, 300]);
  expect(ids("<|endoftext|")).not.toContain(300);
});

it("finds added tokens that control nothing in any text", () => {
  for (const specialTokens of ["disallow", "text", "allow"] as const) {
    expect([...tokenizer.encode("hello<tool>hello", { specialTokens })]).toEqual([259, 303, 259]);
  }
});

it("never makes control tokens of text, and says so of every text that has none", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(tokenizer.encode(text, { specialTokens: "text" }).every((id) => id < 300)).toBe(true);
      const has = text.includes("<|endoftext|>") || text.includes("<|end|>");
      if (has) expect(() => tokenizer.count(text)).toThrow(SpecialTokenError);
      else expect(tokenizer.encode(text)).toEqual(tokenizer.encode(text, { specialTokens: "allow" }));
    }),
  );
});

it("disallows those that are found in normalised text as well", async () => {
  const small = smallDefinition();
  const addedTokens = small.addedTokens!.map((token) => ({ ...token, normalized: true }));
  const other = await Tokenizer.load({ ...small, addedTokens });
  for (const options of [undefined, { specialTokens: { allow: ["<|end|>"] } }]) {
    const error = thrownBy(() => other.encode("hello<|endoftext|>", options));
    expect(error).toMatchObject({ name: "SpecialTokenError", token: "<|endoftext|>", index: 5 });
  }
  expect([...other.encode("hello<|endoftext|><tool>", { specialTokens: "allow" })]).toEqual([259, 300, 303]);
});

it("takes another policy, and more control tokens, at loading", async () => {
  const extraSpecialTokens = { "<|im_start|>": 400, "<|im_end|>": 401 };
  const chatty = await Tokenizer.load(smallDefinition(), { specialTokens: "allow", extraSpecialTokens });
  const ids = chatty.encode("<|im_start|>hello<|im_end|><|endoftext|>");
  expect([...ids]).toEqual([400, 259, 401, 300]);
  expect(chatty.decode(ids)).toBe("<|im_start|>hello<|im_end|><|endoftext|>");
  expect(chatty.vocabularySize).toBe(402);
  expect(() => chatty.encode("<|im_start|>", { specialTokens: "disallow" })).toThrow(SpecialTokenError);
});

it.each([
  ["an id of the model", { "<|x|>": 12 }],
  ["an id of another", { "<|x|>": 300 }],
  ["a content of another", { "<|end|>": 400 }],
  ["an empty content", { "": 400 }],
  ["no id", { "<|x|>": -1 }],
  ["one id twice", { "<|x|>": 400, "<|y|>": 400 }],
])("refuses a control token with %s", async (_, extraSpecialTokens) => {
  const loading = Tokenizer.load(smallDefinition(), { extraSpecialTokens });
  await expect(loading).rejects.toThrow(/^extraSpecialTokens\["/);
});

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
