import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readLlama2c, readSentencePiece, writeLlama2c, writeSentencePiece } from "../../src/formats/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";
import { findPythonSentencePiece, wantsPython } from "../pythonSentencePiece.js";
import { sampleBpe, sampleUnigram } from "./sampleModels.js";

const python = findPythonSentencePiece();
const llama = outsideData("data/llama/llama2_tokenizer.model");
const unigram = outsideData("data/vocab/sentencepiece-unigram-1000.model");
const tok512 = outsideData("data/llama/tok512.bin");
const botchan = outsideData("data/text/botchan.txt");
const texts = [
  "",
  " ",
  "Hello  world! ",
  "ﬁ ①Ⅷ ｶﾞ é",
  "日本語 한국어 🦙",
  "<s> <0x0A> <unk>\n\t",
  "\u0000\u0007",
];

describe("SentencePiece's own files", () => {
  for (const path of [llama, unigram]) {
    it.skipIf(!path || !python || !botchan)(
      `come back, and Python reads ours as it reads them (${path?.split("/").at(-1)})${path && botchan ? (python ? "" : wantsPython) : wantsOutsideData}`,
      () => {
        const file = readFileSync(path!);
        const definition = readSentencePiece(file);
        const ours = writeSentencePiece(definition);
        expect(readSentencePiece(ours)).toEqual(definition);
        const lines = [...texts, ...readFileSync(botchan!, "utf8").split("\n").slice(0, 300)];
        const theirs = python!.encode(file, lines);
        expect(python!.encode(ours, lines)).toEqual(theirs);
        expect(theirs.flat().length).toBeGreaterThan(5000);
      },
    );
  }

  it.skipIf(!tok512)(`tok512.bin comes back byte by byte${tok512 ? "" : wantsOutsideData}`, () => {
    const file = new Uint8Array(readFileSync(tok512!));
    const definition = readLlama2c(file);
    expect(definition.model.vocabulary.size).toBe(512);
    expect(writeLlama2c(definition)).toEqual(file);
  });

  it.skipIf(!python)(`Python reads what is made here${python ? "" : wantsPython}`, () => {
    const bpe = python!.encode(writeSentencePiece(sampleBpe), ["hello world", "中\n"]);
    expect(bpe).toEqual([
      [273, 266, 267, 268],
      [259, 276, 13],
    ]);
    const byUnigram = python!.encode(writeSentencePiece(sampleUnigram), ["a<sep>hello never"]);
    // Not the piece "never", which is not used.
    expect(byUnigram[0]).toContain(22);
    expect(byUnigram[0]).not.toContain(23);
  });
});
