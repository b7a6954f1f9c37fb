import { describe, expect, it } from "vitest";
import { readTokenizerJson, writeTokenizerJson } from "../../src/formats/index.js";
import golden from "../golden/huggingFace.json" with { type: "json" };
import { allCases } from "./cases.js";
import { decodePieceByPiece, idsOf, makePipeline } from "./makePipeline.js";

/**
 * Where our offsets are not the native library's, on purpose. There, what a prefix or a space around an ideograph is made of has the
 * neighbouring character's offsets, and here it is empty; of what several characters became (by composition, or by replacing)
 * there only the first or the last counts, and here all of them.
 */
const otherOffsets = new Set([
  "normalizer nfc",
  "normalizer nfd",
  "normalizer nfkc",
  "normalizer nfkd",
  "normalizer stripAccents",
  "normalizer prepend",
  "normalizer replaceRegex",
  "normalizer llama",
  "normalizer bertUncased",
  "normalizer bertCased",
  "normalizer bertAccents",
  "pre-tokenizer metaspaceAlways",
  "pre-tokenizer metaspaceFirst",
  "pre-tokenizer spacesThenMetaspace",
]);

const results = golden.cases as unknown as Record<string, [ids: string, offsets: string, decoded: string][]>;

describe.each(Object.keys(allCases))("%s, beside the native library's", (name) => {
  const definition = readTokenizerJson(allCases[name]!);
  const pipeline = makePipeline(definition);

  it("ids, offsets and text are the same", () => {
    golden.texts.forEach((text, i) => {
      const [ids, offsets, decoded] = results[name]![i]!;
      const ours = pipeline.encodeWithOffsets(text);
      expect([...ours.ids].join(" "), JSON.stringify(text)).toBe(ids);
      expect(idsOf(pipeline, text).join(" "), JSON.stringify(text)).toBe(ids);
      const native = inUtf16(text, offsets);
      const own = [...ours.starts].flatMap((start, token) => [start, ours.ends[token]!]);
      if (otherOffsets.has(name)) expectOffsetsAround(own, native, text);
      else expect(own, JSON.stringify(text)).toEqual(native);
      const numbers = ids === "" ? [] : ids.split(" ").map(Number);
      // There, decoding gives the contents of added tokens as they were normalised: "▁##ing".
      if (name === "normalizer llama" && numbers.includes(4)) return;
      expect(pipeline.decode(numbers)).toBe(decoded);
      expect(decodePieceByPiece(pipeline, numbers).join("")).toBe(decoded);
    });
  });

  it("written and read again it does the same", () => {
    const again = makePipeline(readTokenizerJson(writeTokenizerJson(definition)));
    golden.texts.forEach((text, i) => {
      expect(idsOf(again, text).join(" ")).toBe(results[name]![i]![0]);
    });
  });
});

/** The native library counts characters. */
function inUtf16(text: string, offsets: string): number[] {
  const units = [0];
  for (const character of text) units.push(units.at(-1)! + character.length);
  return offsets === "" ? [] : offsets.split(" ").map((offset) => units[Number(offset)]!);
}

/** Each of ours is empty, or covers the native one. */
function expectOffsetsAround(ours: readonly number[], native: readonly number[], text: string): void {
  expect(ours.length).toBe(native.length);
  for (let i = 0; i < ours.length; i += 2) {
    if (ours[i] === ours[i + 1]) continue;
    expect(ours[i], JSON.stringify(text)).toBeLessThanOrEqual(native[i]!);
    expect(ours[i + 1], JSON.stringify(text)).toBeGreaterThanOrEqual(native[i + 1]!);
  }
}
