import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectFormat } from "../../src/cli/fileFormat.js";
import { lastCut, readParts, type Input } from "../../src/cli/inputs.js";
import { describeProgress } from "../../src/cli/progress.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("parts of a text", () => {
  it("are cut before a space between letters, or behind a newline", () => {
    expect(lastCut("one two 3 four", "words")).toBe(3);
    expect(lastCut("one  two, three", "words")).toBe(0);
    expect(lastCut("one ", "words")).toBe(0);
    expect(lastCut("ß a b", "words")).toBe(3);
    expect(lastCut("one\ntwo\nthree", "lines")).toBe(8);
    expect(lastCut("one", "lines")).toBe(0);
  });

  it("are the whole, whatever chunks it comes in", async () => {
    const word = fc.constantFrom("a", " ", " b", "\n", "é", "🦙", "word ", "1");
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom("words", "lines", "never"),
        async (words, step, cut) => {
          const text = words.join("").repeat(20_000);
          const all = bytes(text);
          async function* chunks(): AsyncGenerator<Uint8Array> {
            for (let at = 0; at < all.length; at += step * 65_537) yield all.subarray(at, at + step * 65_537);
          }
          const input: Input = { name: "-", chunks };
          const parts: string[] = [];
          for await (const part of readParts(input, cut, new AbortController().signal)) parts.push(part);
          expect(parts.join("") === text).toBe(true);
          if (cut === "lines") expect(parts.slice(0, -1).every((part) => part.endsWith("\n"))).toBe(true);
          if (cut === "never") expect(parts.length).toBe(text === "" ? 0 : 1);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("a file's format", () => {
  it("is told by its beginning", () => {
    expect(detectFormat(bytes(' {"model": {}}'))).toBe("json");
    expect(detectFormat(bytes("IQ== 0\nIg== 1\n"))).toBe("tiktoken");
    expect(detectFormat(bytes("[PAD]\n[UNK]\nthe\n##s\nnaïve\n"))).toBe("vocabulary");
    expect(detectFormat(Uint8Array.of(0x0a, 14, 0x0a, 5, 0x3c))).toBe("sentencePiece");
    expect(detectFormat(Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0))).toBe("llama2c");
    expect(detectFormat(bytes("two words\n"))).toBe(undefined);
    expect(detectFormat(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46))).toBe(undefined);
    expect(detectFormat(new Uint8Array())).toBe(undefined);
  });
});

describe("the progress bar", () => {
  it("says how far it is", () => {
    const pair = [0, 1] as const;
    const merging = { phase: "merging", pair, count: 3, id: 256, token: bytes("ab") } as const;
    expect(describeProgress({ ...merging, step: 500, steps: 1000 }, 1256)).toBe(
      `merging  [${"#".repeat(15)}${"·".repeat(15)}] 500 of 1,000`,
    );
    const estimating = { phase: "estimating", round: 1, iteration: 1, objective: 3 } as const;
    expect(describeProgress({ ...estimating, pieces: 24_000 }, 8000)).toBe(
      `pruning  [${"#".repeat(10)}${"·".repeat(20)}] 24,000 pieces, down to 8,000`,
    );
    expect(describeProgress({ phase: "counting", documents: 1, bytes: 2_500_000, words: 1234 }, 8000)).toBe(
      "reading  2.5 MB, 1,234 different words",
    );
  });
});
