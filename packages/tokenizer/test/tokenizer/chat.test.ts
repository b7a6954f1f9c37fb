import { describe, expect, it } from "vitest";
import { DTypeError, RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { countChat } from "../../src/chat/countChat.js";
import { encodingForModel } from "../../src/encodings/models.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";

const tokenizer = await Tokenizer.load(smallDefinition(), { name: "cl100k_base" });
const count = (text: string): number => tokenizer.count(text, { specialTokens: "text" });

describe("a chat", () => {
  it("costs 3 for the reply, 3 a message and 1 a name, besides the ids of what is said", () => {
    expect(tokenizer.countChat([])).toBe(3);
    expect(tokenizer.countChat([{ role: "user", content: "hello" }])).toBe(
      3 + 3 + count("user") + count("hello"),
    );
    const named = { role: "user", name: "hello", content: "hello hello" };
    const roles = count("system") + count("user");
    expect(tokenizer.countChat([{ role: "system" }, named])).toBe(3 + 3 + roles + 3 + 1 + 1 + 2);
    expect(tokenizer.countChat([{ role: "user", content: null }])).toBe(3 + 3 + count("user"));
  });

  it("costs 4 a message in the first of its models, where a name replaces the role", () => {
    const named = { role: "user", name: "hello", content: "hello" };
    const user = count("user");
    expect(tokenizer.countChat([named], { model: "gpt-3.5-turbo-0301" })).toBe(3 + 4 - 1 + user + 2);
    expect(tokenizer.countChat([named], { model: "gpt-4" })).toBe(3 + 3 + 1 + user + 2);
  });

  it("may have its content in parts", () => {
    const content = [
      { type: "text", text: "hello" },
      { type: "text", text: " hello" },
    ] as const;
    expect(tokenizer.countChat([{ role: "user", content }])).toBe(3 + 3 + count("user") + 2);
  });

  it("takes what looks like a control token for the text that it is", () => {
    const content = "hello<|endoftext|>";
    expect(tokenizer.countChat([{ role: "user", content }])).toBe(3 + 3 + count("user") + count(content));
  });

  it("has no published count with tools or images, nor in other encodings", async () => {
    const image = { type: "image_url", image_url: { url: "data:" } };
    const user = { role: "user", content: "hello" };
    const calls = [
      [{ role: "user", content: [image] }],
      [{ ...user, tool_calls: [] }],
      [{ ...user, tool_call_id: "1" }],
    ];
    for (const messages of calls)
      expect(() => tokenizer.countChat(messages as never)).toThrow(UnsupportedError);
    expect(() => tokenizer.countChat(calls[0] as never)).toThrow(
      /^messages\[0\]\.content\[0\]\.type: .*image_url/,
    );
    for (const name of ["o200k_harmony", "gpt2", "p50k_base", undefined]) {
      expect(() => countChat([], {}, name, count)).toThrow(UnsupportedError);
    }
    const nameless = await Tokenizer.load(smallDefinition());
    expect(nameless.countChat([user], { model: "gpt-4o" })).toBe(tokenizer.countChat([user]));
  });

  it("is refused where it is none, or the model takes another encoding", () => {
    expect(() => tokenizer.countChat([], { model: "gpt-4o" })).toThrow(
      /^model: expected a model of the encoding cl100k_base, got gpt-4o, which has o200k_base/,
    );
    expect(() => tokenizer.countChat([], { model: "gpt-7" })).toThrow(RangeError);
    for (const messages of [
      undefined,
      "hello",
      [undefined],
      [{}],
      [{ role: 1 }],
      [{ role: "user", name: 1 }],
    ]) {
      expect(() => tokenizer.countChat(messages as never)).toThrow(DTypeError);
    }
    for (const content of [1, {}, [{ type: "text" }]]) {
      expect(() => tokenizer.countChat([{ role: "user", content: content as never }])).toThrow(DTypeError);
    }
  });
});

it.each([
  ["gpt-4o", "o200k_base"],
  ["gpt-4o-mini-2024-07-18", "o200k_base"],
  ["gpt-5", "o200k_base"],
  ["gpt-5.1-codex", "o200k_base"],
  ["o1-preview", "o200k_base"],
  ["gpt-4", "cl100k_base"],
  ["gpt-4-32k", "cl100k_base"],
  ["gpt-4.1-nano", "o200k_base"],
  ["ft:gpt-4o-mini:me::1", "o200k_base"],
  ["ft:gpt-3.5-turbo:me::1", "cl100k_base"],
  ["ft:davinci-002:me::1", "cl100k_base"],
  ["gpt-oss-120b", "o200k_harmony"],
  ["text-davinci-003", "p50k_base"],
  ["davinci", "r50k_base"],
  ["gpt2", "gpt2"],
])("%s takes %s", (model, encoding) => {
  expect(encodingForModel(model)).toBe(encoding);
});

it.each(["gpt", "", "gpt-7", "llama-3", "constructor", undefined, 4])(
  "nobody knows the encoding of %o",
  (model) => {
    expect(() => encodingForModel(model as never)).toThrow(/^model: expected/);
  },
);
