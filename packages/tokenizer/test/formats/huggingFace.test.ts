import { FormatError, LanewiseError, UnsupportedError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readGpt2,
  readTokenizerJson,
  readVocabTxt,
  writeGpt2,
  writeTokenizerJson,
  writeVocabTxt,
} from "../../src/formats/index.js";
import { allCases } from "../pipeline/cases.js";
import { anyText } from "../pipeline/fuzzText.js";
import { idsOf, makePipeline } from "../pipeline/makePipeline.js";

const model = { type: "WordPiece", unk_token: "[UNK]", vocab: { "[UNK]": 0, a: 1 } };
const read = (file: object): unknown => readTokenizerJson(file);
const bpe = (more: object): object => ({
  model: { type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"], ...more },
});

describe("readTokenizerJson", () => {
  it.each([
    ["model.type", { model: { type: "WordLevel", vocab: {} } }],
    ["normalizer.type", { model, normalizer: { type: "ByteLevel" } }],
    [
      "pre_tokenizer.pretokenizers[1].type",
      {
        model,
        pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Whitespace" }, { type: "FixedLength" }] },
      },
    ],
    ["post_processor.type", { model, post_processor: { type: "Other" } }],
    ["decoder.type", { model, decoder: { type: "Other" } }],
    ["model.dropout", bpe({ dropout: 0.1 })],
    ["model.end_of_word_suffix", bpe({ end_of_word_suffix: "</w>" })],
    ["model.continuing_subword_prefix", bpe({ continuing_subword_prefix: "##" })],
    ["model.byte_fallback", bpe({ byte_fallback: true })],
  ])("names what is not supported: %s", (argument, file) => {
    expect(() => read(file)).toThrow(UnsupportedError);
    expect(() => read(file)).toThrow(expect.objectContaining({ argument }));
  });

  it.each([
    ["model", {}],
    ["model.vocab", { model: { type: "WordPiece" } }],
    ['model.vocab["a"]', { model: { type: "WordPiece", unk_token: "a", vocab: { a: -1 } } }],
    ['model.vocab["b"]', { model: { type: "WordPiece", unk_token: "a", vocab: { a: 0, b: 0 } } }],
    ["model.vocab", { model: { type: "WordPiece", unk_token: "a", vocab: { a: 0, b: 2_000_000_000 } } }],
    ["model.unk_token", { model: { ...model, unk_token: "?" } }],
    ["model.merges[0]", bpe({ merges: ["a c"] })],
    ["model.merges[0]", bpe({ merges: ["ab"] })],
    ["model.merges[0]", bpe({ merges: [["b", "a"]] })],
    ["model.unk_id", { model: { type: "Unigram", unk_id: 3, vocab: [["a", 0]] } }],
    [
      "model.vocab[1][0]",
      {
        model: {
          type: "Unigram",
          unk_id: 0,
          vocab: [
            ["a", 0],
            ["a", 0],
          ],
        },
      },
    ],
    ["model.vocab[0]", { model: { type: "Unigram", unk_id: 0, vocab: [["a"]] } }],
    [
      "added_tokens[1].id",
      {
        model,
        added_tokens: [
          { id: 1, content: "a" },
          { id: 1, content: "b" },
        ],
      },
    ],
    [
      "pre_tokenizer.behavior",
      { model, pre_tokenizer: { type: "Split", pattern: { String: "a" }, behavior: "Odd" } },
    ],
    [
      "post_processor.single[0].SpecialToken.id",
      {
        model,
        post_processor: {
          type: "TemplateProcessing",
          single: [{ SpecialToken: { id: "x", type_id: 0 } }],
          pair: [],
        },
      },
    ],
    [
      "normalizer.precompiled_charsmap",
      { model, normalizer: { type: "Precompiled", precompiled_charsmap: "*" } },
    ],
  ])("says where the file is wrong: %s", (argument, file) => {
    expect(() => read(file)).toThrow(FormatError);
    expect(() => read(file)).toThrow(expect.objectContaining({ argument }));
  });

  it("takes no other text or bytes", () => {
    for (const file of ["", "{", "[]", "null", "3", Uint8Array.of(0xff), new Uint8Array()]) {
      expect(() => readTokenizerJson(file)).toThrow(FormatError);
    }
    const deep = `${'{"type":"Sequence","normalizers":['.repeat(5000)}${"]}".repeat(5000)}`;
    expect(() => readTokenizerJson(`{"model":${JSON.stringify(model)},"normalizer":${deep}}`)).toThrow(
      FormatError,
    );
  });

  it("answers a hostile file with a typed error, or with a tokenizer that runs", () => {
    const files = Object.values(allCases).map((json) => JSON.parse(json) as object);
    const junk = fc.oneof(
      fc.constantFrom(null, -1, 1e9, 0.5, "", "a", [], {}, true, { type: "Sequence" }, [[]], ["a b", "b"]),
      fc.json({ maxDepth: 1 }).map((json) => JSON.parse(json) as unknown),
    );
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), junk, anyText, (file, place, value, text) => {
        const changed = structuredClone(file);
        const places = placesIn(changed);
        const [holder, key] = places[place % places.length]!;
        holder[key] = value;
        try {
          const pipeline = makePipeline(readTokenizerJson(changed));
          idsOf(pipeline, text);
          pipeline.dispose();
        } catch (error) {
          expect(error, `${key}: ${JSON.stringify(value)}`).toBeInstanceOf(LanewiseError);
        }
      }),
      { numRuns: 1000 },
    );
    // cut anywhere
    const json = Object.values(allCases)[0]!;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: json.length - 1 }), (length) => {
        expect(() => readTokenizerJson(json.slice(0, length))).toThrow(FormatError);
      }),
    );
  });

  it("maps BERT's and RoBERTa's post-processors onto templates", () => {
    const ends = { sep: ["[SEP]", 7], cls: ["[CLS]", 8] };
    const single = [
      { ids: [8], typeId: 0 },
      { sequence: "first", typeId: 0 },
      { ids: [7], typeId: 0 },
    ];
    expect(
      readTokenizerJson({ model, post_processor: { type: "BertProcessing", ...ends } }).postProcessor,
    ).toEqual({
      type: "template",
      single,
      pair: [...single, { sequence: "second", typeId: 1 }, { ids: [7], typeId: 1 }],
    });
    const roberta = { type: "RobertaProcessing", ...ends, trim_offsets: true, add_prefix_space: false };
    expect(readTokenizerJson({ model, post_processor: roberta }).postProcessor).toEqual({
      type: "sequence",
      processors: [
        { type: "byteLevel", trimOffsets: true, addPrefixSpace: false },
        {
          type: "template",
          single,
          pair: [
            ...single,
            { ids: [7], typeId: 0 },
            { sequence: "second", typeId: 0 },
            { ids: [7], typeId: 0 },
          ],
        },
      ],
    });
  });

  it("reads what it wrote as the same definition", () => {
    for (const json of Object.values(allCases)) {
      const definition = readTokenizerJson(json);
      expect(readTokenizerJson(writeTokenizerJson(definition))).toEqual(definition);
    }
  });
});

/** Every place of a JSON value that could be another. */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key], ...placesIn(holder[key])]);
}

describe("GPT-2's files", () => {
  const encoder = JSON.stringify({ h: 0, e: 1, Ġ: 2, he: 3, Ġhe: 4, "<|endoftext|>": 5 });
  const merges = "#version: 0.2\nh e\nĠ he\n";

  it("are read, and written as they were", () => {
    const definition = readGpt2({ encoder, merges });
    const pipeline = makePipeline(definition);
    expect(idsOf(pipeline, "he he<|endoftext|>h")).toEqual([3, 4, 5, 0]);
    expect(pipeline.decode([3, 4, 5])).toBe("he he<|endoftext|>");
    const written = writeGpt2(definition);
    expect(JSON.parse(written.encoder)).toEqual(JSON.parse(encoder));
    expect(written.merges).toBe(merges);
  });

  it("are refused where they are wrong", () => {
    expect(() => readGpt2({ encoder: "[]", merges })).toThrow(FormatError);
    expect(() => readGpt2({ encoder, merges: "h h\n" })).toThrow(FormatError);
    expect(() => readGpt2({ encoder, merges: "h e x\n" })).toThrow(FormatError);
    expect(() => writeGpt2(readTokenizerJson({ model }))).toThrow(UnsupportedError);
  });
});

describe("vocab.txt", () => {
  const file = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhello\n##s\nworld\n,\n";

  it("is read as BERT, and written as it was", () => {
    const definition = readVocabTxt(new TextEncoder().encode(file), { lowercase: true });
    const pipeline = makePipeline(definition);
    expect(idsOf(pipeline, "Hellos, WÖRLD hello[SEP]x")).toEqual([4, 5, 7, 6, 4, 3, 1]);
    expect(pipeline.decode([4, 5, 7, 6])).toBe("hellos, world");
    expect(writeVocabTxt(definition)).toBe(file);
    expect(readVocabTxt(file.replaceAll("\n", "\r\n"), { lowercase: true })).toEqual(definition);
    const cased = makePipeline(readVocabTxt(file, { lowercase: false }));
    expect(idsOf(cased, "hello Hello")).toEqual([4, 1]);
  });

  it("is refused where it is wrong", () => {
    for (const wrong of ["", "[UNK]\n", file.replace("world", "hello"), Uint8Array.of(0xff)]) {
      expect(() => readVocabTxt(wrong, { lowercase: true })).toThrow(FormatError);
    }
    expect(() => writeVocabTxt(readTokenizerJson(bpe({})))).toThrow(UnsupportedError);
  });
});
