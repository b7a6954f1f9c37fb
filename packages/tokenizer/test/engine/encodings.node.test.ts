import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import cl100kBase from "../../src/encodings/cl100k_base.js";
import gpt2 from "../../src/encodings/gpt2.js";
import o200kBase from "../../src/encodings/o200k_base.js";
import o200kHarmony from "../../src/encodings/o200k_harmony.js";
import p50kBase from "../../src/encodings/p50k_base.js";
import p50kEdit from "../../src/encodings/p50k_edit.js";
import r50kBase from "../../src/encodings/r50k_base.js";
import { createEncodingEngine } from "../../src/engine/encodingEngine.js";

interface TiktokenEncoder {
  special_tokens: Record<string, number>;
  bpe_ranks: string;
}

const require = createRequire(import.meta.url);

function tiktokenEncoder(name: string): TiktokenEncoder {
  return JSON.parse(
    readFileSync(require.resolve(`tiktoken/encoders/${name}.json`), "utf8"),
  ) as TiktokenEncoder;
}

describe.each(
  [gpt2, r50kBase, p50kBase, p50kEdit, cl100kBase, o200kBase].map(
    (encoding) => [encoding.name, encoding] as const,
  ),
)("%s", (name, encoding) => {
  it("has the tokens and the special tokens that npm tiktoken has", async () => {
    const { special_tokens: specialTokens, bpe_ranks: lines } = tiktokenEncoder(name);
    const vocabulary = (await createEncodingEngine(encoding)).vocabulary();
    let count = 0;
    for (const line of lines.split("\n").filter(Boolean)) {
      const [, first, ...words] = line.split(" ");
      words.forEach((word, i) => {
        const token = Buffer.from(vocabulary.token(Number(first) + i));
        if (token.toString("base64") !== word) expect(token.toString("base64")).toBe(word);
        count++;
      });
    }
    const { size } = vocabulary;
    const present = Array.from({ length: size }, (_, id) => vocabulary.token(id)).filter(
      (token) => token.length > 0,
    );
    expect(present.length).toBe(count);
    expect(encoding.specialTokens).toEqual(specialTokens);
  });
});

describe("o200k_harmony", () => {
  it("has a control token for each id behind the vocabulary", () => {
    const ids = Object.values(o200kHarmony.specialTokens);
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 1090 }, (_, i) => 199998 + i));
    expect(o200kHarmony.specialTokens).toMatchObject({
      "<|startoftext|>": 199998,
      "<|endoftext|>": 199999,
      "<|reserved_200000|>": 200000,
      "<|return|>": 200002,
      "<|constrain|>": 200003,
      "<|channel|>": 200005,
      "<|start|>": 200006,
      "<|end|>": 200007,
      "<|message|>": 200008,
      "<|call|>": 200012,
      "<|endofprompt|>": 200018,
      "<|reserved_201087|>": 201087,
    });
    expect(o200kHarmony.data).toBe(o200kBase.data);
  });
});
