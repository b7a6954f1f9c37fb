import { describe, expect, it } from "vitest";
import type { TokenizerDefinition } from "../../src/definition.js";
import { createEngine } from "../../src/engine/createEngine.js";
import {
  readTokenizerJson,
  readTiktoken,
  readVocabTxt,
  writeTokenizerJson,
  writeTiktoken,
  writeVocabTxt,
} from "../../src/formats/index.js";
import { engineScanner } from "../../src/pipeline/engineScanner.js";
import { Pipeline } from "../../src/pipeline/pipeline.js";
import { trainBpe, trainSentencePieceBpe, trainWordPiece } from "../../src/train/index.js";
import { englishText } from "./englishText.js";

const text = `${englishText(20_000)} é 镇 🦙\n\n  x`;

function idsOf(definition: TokenizerDefinition): number[] {
  const scanner = engineScanner(definition);
  const pipeline = new Pipeline(definition, createEngine(definition.model, scanner ? { scanner } : {}));
  const ids: number[] = [];
  pipeline.encode(text, (chunk) => ids.push(...chunk) > -1);
  pipeline.dispose();
  return ids;
}

describe("what was trained, saved and read again, gives the same ids", () => {
  it("byte-level BPE: .tiktoken and tokenizer.json", async () => {
    const options = { vocabularySize: 600, specialTokens: ["<|end|>"] };
    const definition = await trainBpe(text, options).definition;
    const ids = idsOf(definition);
    expect(ids.length).toBeGreaterThan(1000);
    expect(idsOf(readTiktoken(writeTiktoken(definition), { scanner: "cl100k" }))).toEqual(ids);
    expect(idsOf(readTokenizerJson(writeTokenizerJson(definition)))).toEqual(ids);
  });

  it("SentencePiece's BPE: tokenizer.json", async () => {
    const definition = await trainSentencePieceBpe(text, { vocabularySize: 600 }).definition;
    expect(idsOf(readTokenizerJson(writeTokenizerJson(definition)))).toEqual(idsOf(definition));
  });

  it("WordPiece: vocab.txt and tokenizer.json", async () => {
    const definition = await trainWordPiece(text, { vocabularySize: 300 }).definition;
    const ids = idsOf(definition);
    expect(ids.length).toBeGreaterThan(1000);
    expect(idsOf(readVocabTxt(writeVocabTxt(definition), { lowercase: true }))).toEqual(ids);
    expect(idsOf(readTokenizerJson(writeTokenizerJson(definition)))).toEqual(ids);
  });
});
