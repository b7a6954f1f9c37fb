import { Tiktoken } from "tiktoken";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpecialTokenError } from "../../src/specialTokens.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { families, tiktokenData, tiktokenOf } from "./families.js";
import { randomBits } from "./longTexts.mjs";
import { randomTexts } from "./randomText.js";

const seed = Date.now() >>> 0;

/** Random texts, and between them control tokens and what is nearly one. */
function* textsWith(contents: readonly string[], count: number): Generator<string> {
  const bits = randomBits(seed + 1);
  const below = (n: number): number => (bits() >>> 4) % n;
  let text = "";
  for (const part of randomTexts(4 * count, seed)) {
    text += part;
    const kind = below(8);
    const content = contents[below(contents.length)]!;
    if (kind < 2) text += content;
    else if (kind === 2) text += content.slice(0, -1 - below(3));
    else if (kind === 3) text += content.slice(1 + below(3));
    if (below(4) > 0) continue;
    yield text;
    text = "";
  }
}

describe.each(families.flat())("the tokenizer of $name", (encoding) => {
  const contents = Object.keys(encoding.specialTokens);
  const isHarmony = encoding.name === "o200k_harmony";
  // Of a thousand control tokens tiktoken makes a regular expression at every call.
  const texts = isHarmony ? 200 : 3000;
  let tokenizer: Tokenizer;
  let tiktoken: Tiktoken;

  beforeAll(async () => {
    tokenizer = await Tokenizer.load(encoding);
    const { bpe_ranks, pat_str } = tiktokenData("o200k_base");
    tiktoken = isHarmony ? new Tiktoken(bpe_ranks, encoding.specialTokens, pat_str) : tiktokenOf(encoding);
  });
  afterAll(() => {
    tokenizer.dispose();
    tiktoken.free();
  });

  it(`agrees with tiktoken about control tokens in ${texts} random texts (seed ${seed})`, () => {
    const allow = [contents[0]!];
    let met = 0;
    for (const text of textsWith(contents, texts)) {
      const what = JSON.stringify(text);
      const all = tiktoken.encode(text, "all", []);
      expect(tokenizer.encode(text, { specialTokens: "allow" }), what).toEqual(all);
      expect(tokenizer.encode(text, { specialTokens: "text" }), what).toEqual(tiktoken.encode_ordinary(text));
      expect(tokenizer.encode(text, { specialTokens: { allow, others: "text" } }), what).toEqual(
        tiktoken.encode(text, allow, []),
      );
      expect(tokenizer.count(text, { specialTokens: "allow" }), what).toBe(all.length);
      expect(tokenizer.decode(all), what).toBe(
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(tiktoken.decode(all)),
      );
      if (contents.some((content) => text.includes(content))) {
        met++;
        expect(() => tokenizer.encode(text), what).toThrow(SpecialTokenError);
        expect(() => tiktoken.encode(text), what).toThrow("special token");
      } else {
        expect(tokenizer.encode(text), what).toEqual(tiktoken.encode(text));
      }
    }
    expect(met).toBeGreaterThan(texts / 4);
  });

  it("has tiktoken's bytes for every token", () => {
    const { bpe_ranks } = tiktokenData(isHarmony ? "o200k_base" : encoding.name);
    let compared = 0;
    for (const line of bpe_ranks.split("\n").filter(Boolean)) {
      // "!", the first id, and the tokens from there on
      const [, offset, ...tokens] = line.split(" ");
      for (const [i, token] of tokens.entries()) {
        const bytes = Buffer.from(token, "base64");
        const ours = tokenizer.tokenBytes(Number(offset) + i);
        if (Buffer.compare(ours, bytes) !== 0)
          expect([...ours], `token ${Number(offset) + i}`).toEqual([...bytes]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50_000);
  });
});
