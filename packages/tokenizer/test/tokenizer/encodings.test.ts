import { afterAll, describe, expect, it } from "vitest";
import { loadEncoding } from "../../src/encodings/loadEncoding.js";
import type { EncodingName } from "../../src/encodings/models.js";
import { Tokenizer } from "../../src/tokenizer.js";

const names: EncodingName[] = [
  ...(["gpt2", "r50k_base", "p50k_base", "p50k_edit"] as const),
  ...(["cl100k_base", "o200k_base", "o200k_harmony"] as const),
];
const tokenizers = new Map<EncodingName, Tokenizer>();
for (const name of names) tokenizers.set(name, await Tokenizer.load(await loadEncoding(name)));
afterAll(() => tokenizers.forEach((tokenizer) => tokenizer.dispose()));

describe.each(names)("%s", (name) => {
  const tokenizer = tokenizers.get(name)!;

  it("has a name, a size and control tokens", () => {
    const sizes = { gpt2: 50257, r50k_base: 50257, p50k_base: 50281, p50k_edit: 50284 };
    const size = { ...sizes, cl100k_base: 100277, o200k_base: 200019, o200k_harmony: 201088 }[name];
    expect(tokenizer.name).toBe(name);
    expect(tokenizer.vocabularySize).toBe(size);
    const id = tokenizer.specialTokens.get("<|endoftext|>")!;
    expect([...tokenizer.encode("<|endoftext|>", { specialTokens: "allow" })]).toEqual([id]);
    expect(tokenizer.decode([id, id])).toBe("<|endoftext|><|endoftext|>");
    expect(tokenizer.decode([id], { skipSpecialTokens: true })).toBe("");
  });

  it("has each token once, and each token's bytes make that token", () => {
    const { vocabulary } = tokenizer.definition.model;
    for (let id = 0; id < vocabulary.size; id++) {
      const bytes = vocabulary.token(id);
      if (bytes.length > 0 && tokenizer.idOf(bytes) !== id)
        throw new Error(`id ${id} is ${tokenizer.idOf(bytes)}`);
    }
    expect(vocabulary.size).toBeGreaterThan(50_000);
  });

  it("is the same tokenizer when its definition is loaded", async () => {
    const again = await Tokenizer.load(tokenizer.definition, { name });
    const text = "It's 12345 日本語 🦙\r\n\r\n  naïve \u0085 \ufeff İſK <|endofprompt|";
    expect(again.encode(text)).toEqual(tokenizer.encode(text));
    expect([...again.specialTokens]).toEqual([...tokenizer.specialTokens]);
    expect(again.decode(tokenizer.encode(text))).toBe(text);
    again.dispose();
  });
});

describe("OpenAI's example chat", () => {
  // The messages, and the counts that the API gave for them, are those of the cookbook's notebook (June 2024).
  const user = (content: string) => ({ role: "system", name: "example_user", content });
  const assistant = (content: string) => ({ role: "system", name: "example_assistant", content });
  const messages = [
    {
      role: "system",
      content:
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    },
    user("New synergies will help drive top-line growth."),
    assistant("Things working well together will increase revenue."),
    user(
      "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    ),
    assistant("Let's talk later when we're less busy about how to do better."),
    {
      role: "user",
      content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
  ];

  it.each([
    ["gpt-3.5-turbo", 129],
    ["gpt-3.5-turbo-0301", 127],
    ["gpt-4-0613", 129],
    ["gpt-4", 129],
    ["gpt-4o", 124],
    ["gpt-4o-mini", 124],
  ])("is for %s %i ids long", (model, count) => {
    const encoding = model.startsWith("gpt-4o") ? "o200k_base" : "cl100k_base";
    expect(tokenizers.get(encoding)!.countChat(messages, { model })).toBe(count);
  });
});

it("knows no encoding of another name", async () => {
  await expect(loadEncoding("gpt3" as never)).rejects.toThrow(/^name: expected gpt2, r50k_base/);
  await expect(loadEncoding("toString" as never)).rejects.toThrow(/^name: expected/);
});
