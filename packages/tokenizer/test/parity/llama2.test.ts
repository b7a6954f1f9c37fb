import { describe, expect, it } from "vitest";
import { fuzzStrings } from "../fuzzStrings.js";
import { llama2, llamaTokenizer } from "./llama2.js";
import { PlainPipeline } from "./plainPipeline.js";

const pipeline = new PlainPipeline(llama2);

describe("LLaMA 2", () => {
  it("has the known ids", () => {
    expect(pipeline.encode("Hello world!")).toEqual([15043, 3186, 29991]);
    expect(pipeline.encode("grabbed")).toEqual([2646, 1327, 287]);
    expect(pipeline.encode(" grabbed")).toEqual([29871, 2646, 1327, 287]);
    expect(pipeline.encode("           grabbed")).toEqual([9651, 2646, 1327, 287]);
    expect(pipeline.encode("镇")).toEqual([29871, 30411]);
    expect(pipeline.encode("🦙")).toEqual([29871, 243, 162, 169, 156]);
    expect(pipeline.encode("   ")).toEqual([268]);
    expect(pipeline.encode("\n")).toEqual([29871, 13]);
    expect(pipeline.encode("")).toEqual([]);
  });

  it("decodes to what was encoded, with one space less than its tokens have", () => {
    expect(pipeline.decode([15043, 3186, 29991])).toBe("Hello world!");
    expect(pipeline.decode([268])).toBe("   ");
    for (const text of fuzzStrings(2000, 2)) {
      // U+2581 is how tokens write a space.
      if (text.includes("\u2581")) continue;
      expect(pipeline.decode(pipeline.encode(text))).toBe(wellFormed(text));
    }
  });

  it("takes a lone surrogate for U+FFFD, as SentencePiece is given it; llama-tokenizer-js writes out its bytes", () => {
    expect(pipeline.encode("a\uD800")).toEqual([263, 30140]);
    expect(pipeline.encode("a\uFFFD")).toEqual([263, 30140]);
    expect(llamaTokenizer.encode("a\uFFFD", false, true)).toEqual([263, 30140]);
    expect(llamaTokenizer.encode("a\uD800", false, true)).toEqual([263, 0xef + 3, 0xbf + 3, 0xbd + 3]);
  });

  it("equals llama-tokenizer-js on 20,000 strings, surrogates in pairs", () => {
    const differences: string[] = [];
    for (const text of fuzzStrings(20_000, 1)) {
      const theirs = llamaTokenizer.encode(wellFormed(text), false, true);
      if (pipeline.encode(text).join() !== theirs.join()) differences.push(text);
    }
    expect(differences).toEqual([]);
  });
});

/** With U+FFFD for lone surrogates. */
function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
