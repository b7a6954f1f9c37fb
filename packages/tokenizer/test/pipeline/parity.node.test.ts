import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { get_encoding } from "tiktoken";
import type { UnigramModel } from "../../src/definition.js";
import {
  readGpt2,
  readSentencePiece,
  readTokenizerJson,
  readVocabTxt,
  writeTokenizerJson,
} from "../../src/formats/index.js";
import { controls, nonspacingMarks, punctuation } from "../../src/pipeline/characterClasses.js";
import { Template } from "../../src/pipeline/postProcessors/template.js";
import golden from "../golden/huggingFace.json" with { type: "json" };
import { corpora } from "../exactness/corpora.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";
import { anyText } from "./fuzzText.js";
import { idsOf, makePipeline } from "./makePipeline.js";

const file = (path: string | undefined): string => readFileSync(path!, "utf8");
const fuzzed = (count: number, seed: number): string[] =>
  fc.sample(
    anyText.map((text) => text.replace(/\p{Surrogate}/gu, "")),
    { numRuns: count, seed },
  );

/**
 * Where @huggingface/tokenizers 0.2.0 departs from the native library, which we follow:
 *
 * - ideographs beyond U+FFFF get no spaces around them;
 * - Σ at the end of a word becomes ς;
 * - U+FEFF is white space (JavaScript's `\s`);
 * - punctuation, marks and control characters are those of the engine's Unicode, and what is not assigned is cleaned away.
 */
function isTreatedOtherwise(character: string): boolean {
  const code = character.codePointAt(0)!;
  return (
    /[\u{20000}-\u{3ffff}\u03a3\ufeff]|\p{Cn}/u.test(character) ||
    (code > 0x7f && /\p{P}/u.test(character) !== punctuation.has(code)) ||
    (/\p{Mn}/u.test(character) && !nonspacingMarks.has(code)) ||
    (/[\p{Cc}\p{Cf}\p{Co}]/u.test(character) && !/\s/u.test(character) && !controls.has(code))
  );
}

describe("WordPiece with bert-base-uncased", () => {
  const json = outsideData("data/bert/bert-base-uncased-tokenizer.json");
  const vocab = outsideData("data/bert/bert-base-uncased-vocab.txt");
  const why = json && vocab ? "" : wantsOutsideData;

  it.skipIf(why)(`is @huggingface/tokenizers', on 20,000 fuzzed strings${why}`, () => {
    const theirs = new Tokenizer(
      { ...(JSON.parse(file(json)) as object), truncation: null, padding: null },
      {},
    );
    const ours = makePipeline(readTokenizerJson(file(json)));
    const fromVocab = makePipeline(readVocabTxt(file(vocab), { lowercase: true }));
    let whole = 0;
    for (const text of fuzzed(20_000, 11)) {
      const known = [...text].filter((character) => !isTreatedOtherwise(character)).join("");
      if (known === text) whole++;
      const ids = idsOf(ours, known);
      expect(ids, JSON.stringify(known)).toEqual(theirs.encode(known, { add_special_tokens: false }).ids);
      expect(idsOf(fromVocab, known)).toEqual(ids);
    }
    expect(whole).toBeGreaterThan(10_000);
  });

  it.skipIf(why)(`is @huggingface/tokenizers', on English and in many languages, pairs too${why}`, () => {
    const theirs = new Tokenizer(
      { ...(JSON.parse(file(json)) as object), truncation: null, padding: null },
      {},
    );
    const definition = readTokenizerJson(file(json));
    const ours = makePipeline(definition);
    const template = new Template(definition.postProcessor);
    const texts = passages();
    expect(texts.length).toBeGreaterThan(150);
    texts.forEach((text, i) => {
      const ids = idsOf(ours, text);
      expect(ids, text.slice(0, 80)).toEqual(theirs.encode(text, { add_special_tokens: false }).ids);
      const other = texts[(i + 1) % texts.length]!;
      const pair = template.assemble(
        { ids: Uint32Array.from(ids) },
        { ids: Uint32Array.from(idsOf(ours, other)) },
      );
      const expected = theirs.encode(text, { text_pair: other, return_token_type_ids: true });
      expect([...pair.ids]).toEqual(expected.ids);
      expect([...pair.typeIds]).toEqual(expected.token_type_ids);
    });
  });

  it.skipIf(why)(`is the native library's: ids, offsets, text${why}`, () => {
    const ours = makePipeline(readTokenizerJson(file(json)));
    golden.texts.forEach((text, i) => {
      const [ids, offsets, decoded] = (golden.bert as unknown as [string, string, string][])[i]!;
      const own = ours.encodeWithOffsets(text);
      expect([...own.ids].join(" "), JSON.stringify(text)).toBe(ids);
      const units = [0];
      for (const character of text) units.push(units.at(-1)! + character.length);
      const native = offsets === "" ? [] : offsets.split(" ").map((offset) => units[Number(offset)]!);
      expect([...own.starts].flatMap((start, token) => [start, own.ends[token]!])).toEqual(native);
      expect(ours.decode([...own.ids])).toBe(decoded);
    });
  });
});

/** The declaration of human rights in many languages, and Brown's words: a few thousand characters at a time. */
function passages(): string[] {
  const texts = [corpora.English!(), corpora.multilingual!()].map((text) => text.slice(0, 400_000));
  const known = texts.map((text) => [...text].filter((character) => !isTreatedOtherwise(character)).join(""));
  return known.flatMap((text) => text.match(/[^]{1,4000}/gu)!);
}

describe("tokenizer.json made from other files", () => {
  const encoder = outsideData("data/vocab/encoder.json");
  const merges = outsideData("data/vocab/vocab.bpe");
  it.skipIf(!encoder || !merges)(`GPT-2's is the gpt2 encoding${encoder ? "" : wantsOutsideData}`, () => {
    const json = writeTokenizerJson(readGpt2({ encoder: file(encoder), merges: file(merges) }));
    const ours = makePipeline(readTokenizerJson(json));
    const theirs = new Tokenizer(JSON.parse(json) as object, {});
    const tiktoken = get_encoding("gpt2");
    for (const text of fuzzed(10_000, 12)) {
      const ids = idsOf(ours, text);
      expect(ids, JSON.stringify(text)).toEqual([...tiktoken.encode(text, "all")]);
      expect(ours.decode(ids)).toBe(text);
      // \s of JavaScript again
      if (!/[\u0085\ufeff]|\p{Cn}/u.test(text)) {
        expect(ids, JSON.stringify(text)).toEqual(theirs.encode(text).ids);
      }
    }
    tiktoken.free();
  });

  const llama = outsideData("data/llama/llama2_tokenizer.model");
  it.skipIf(!llama)(`LLaMA's is SentencePiece's model, and theirs${llama ? "" : wantsOutsideData}`, () => {
    const definition = readSentencePiece(new Uint8Array(readFileSync(llama!)));
    const json = writeTokenizerJson(definition);
    const theirs = new Tokenizer(JSON.parse(json) as object, {});
    const [ours, model] = [makePipeline(readTokenizerJson(json)), makePipeline(definition)];
    for (const text of fuzzed(5000, 13)) {
      const ids = idsOf(ours, text);
      expect(ids, JSON.stringify(text)).toEqual(theirs.encode(text).ids);
      expect(ids, JSON.stringify(text)).toEqual(idsOf(model, text));
      expect(ours.decode(ids)).toBe(model.decode(ids));
    }
  });

  const unigram = outsideData("data/vocab/sentencepiece-unigram-1000.model");
  it.skipIf(!unigram)(`Unigram's is SentencePiece's model${unigram ? "" : wantsOutsideData}`, () => {
    const definition = readSentencePiece(new Uint8Array(readFileSync(unigram!)));
    // The format does not say that SentencePiece's sums are float32, by which near ties go.
    const { pathScores: _, ...exact } = definition.model as UnigramModel;
    const [ours, model] = [
      makePipeline(readTokenizerJson(writeTokenizerJson(definition))),
      makePipeline({ ...definition, model: exact }),
    ];
    for (const text of fuzzed(5000, 14)) {
      expect(idsOf(ours, text), JSON.stringify(text)).toEqual(idsOf(model, text));
    }
  });
});
