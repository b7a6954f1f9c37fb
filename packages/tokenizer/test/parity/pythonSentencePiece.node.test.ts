import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSentencePiece } from "../../src/formats/index.js";
import { fuzzStrings } from "../fuzzStrings.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";
import { findPythonSentencePiece, wantsPython } from "../pythonSentencePiece.js";
import { llama2 } from "./llama2.js";
import { PlainPipeline } from "./plainPipeline.js";

const python = findPythonSentencePiece();
const llamaModel = outsideData("data/llama/llama2_tokenizer.model");
const unigramModel = outsideData("data/vocab/sentencepiece-unigram-1000.model");
const botchan = outsideData("data/text/botchan.txt");
const poems = outsideData("data/text/poet.tang.0.json");
const why = unigramModel && llamaModel && botchan && poems ? (python ? "" : wantsPython) : wantsOutsideData;

/** Lines, a whole novel as one text (sums of scores grow large there), Chinese, and 20,000 strings of all sorts. */
function texts(): string[] {
  const novel = readFileSync(botchan!, "utf8");
  const chinese = readFileSync(poems!, "utf8").slice(0, 100_000);
  return [...novel.split("\n"), novel, ...chinese.split("\n"), chinese, ...fuzzStrings(20_000, 1)];
}

describe("SentencePiece's Python package", () => {
  for (const [name, path] of [
    ["Unigram", unigramModel],
    ["LLaMA 2", llamaModel],
  ] as const) {
    it.skipIf(why !== "")(
      `makes the same ids of all, and the same texts of ids: ${name}${why}`,
      () => {
        const file = new Uint8Array(readFileSync(path!));
        const pipeline = new PlainPipeline(readSentencePiece(file));
        const all = texts();
        const expected = python!.encode(file, all);
        const differences = all.filter((text, i) => pipeline.encode(text).join() !== expected[i]!.join());
        expect(differences).toEqual([]);
        // The unknown token has no text here, and " ⁇ " there.
        const rows = expected.filter((ids) => !ids.includes(0));
        expect(rows.length).toBeGreaterThan(8000);
        const decoded = python!.decode(file, rows);
        expect(rows.filter((ids, i) => pipeline.decode(ids) !== decoded[i])).toEqual([]);
        pipeline.dispose();
      },
      300_000,
    );
  }

  it.skipIf(!llamaModel)(
    `LLaMA 2 from its file is what the other tests derive${llamaModel ? "" : wantsOutsideData}`,
    () => {
      expect(readSentencePiece(readFileSync(llamaModel!), { addBos: true })).toEqual(llama2);
    },
  );
});
