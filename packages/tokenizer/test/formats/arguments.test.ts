import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import { describe, expect, it } from "vitest";
import * as formats from "../../src/formats/index.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "../tokenizer/smallDefinition.js";

const tokenizer = await Tokenizer.load(smallDefinition());
const noFiles = [undefined, null, 5, new ArrayBuffer(8)];

describe.each([
  ["readTiktoken", (file: never) => formats.readTiktoken(file, { scanner: "r50k" }), "file"],
  ["readTokenizerJson", (file: never) => formats.readTokenizerJson(file), "file"],
  ["readVocabTxt", (file: never) => formats.readVocabTxt(file, { lowercase: true }), "file"],
  ["readSentencePiece", (file: never) => formats.readSentencePiece(file), "bytes"],
  ["readLlama2c", (file: never) => formats.readLlama2c(file), "bytes"],
] as const)("%s", (_, read, argument) => {
  it.each(noFiles)("refuses what is no file: %s", (file) => {
    expect(() => read(file as never)).toThrow(DTypeError);
    expect(() => read(file as never)).toThrow(new RegExp(`^${argument}: expected .*, got `));
  });
});

it("refuses text where a file is bytes", () => {
  for (const read of [formats.readSentencePiece, formats.readLlama2c]) {
    expect(() => read("text" as never)).toThrow(/^bytes: expected a Uint8Array, got text/);
  }
});

it("refuses what are not the two files of GPT-2", () => {
  for (const files of [undefined, {}, { encoder: "{}" }, { encoder: "{}", merges: 5 }, { merges: "" }]) {
    expect(() => formats.readGpt2(files as never)).toThrow(DTypeError);
    expect(() => formats.readGpt2(files as never)).toThrow(/^files(\.(encoder|merges))?: expected /);
  }
});

it("wants to know whether vocab.txt is of lower case", () => {
  for (const options of [undefined, {}, { lowercase: "yes" }]) {
    const read = (): unknown => formats.readVocabTxt("[UNK]\n[CLS]\n[SEP]\n", options as never);
    expect(read).toThrow(RangeError);
    expect(read).toThrow(/^lowercase: expected true or false, got /);
  }
});

it("names the file that is no JSON", () => {
  expect(() => formats.readTokenizerJson("{")).toThrow(/^tokenizer\.json: expected JSON, got /);
});

describe.each([
  ["writeTiktoken", formats.writeTiktoken],
  ["writeTokenizerJson", formats.writeTokenizerJson],
  ["writeSentencePiece", formats.writeSentencePiece],
  ["writeVocabTxt", formats.writeVocabTxt],
  ["writeLlama2c", formats.writeLlama2c],
  ["writeGpt2", formats.writeGpt2],
])("%s", (_, write) => {
  it.each([undefined, null, 5, {}, tokenizer])("refuses what is no definition: %s", (definition) => {
    expect(() => write(definition as never)).toThrow(DTypeError);
    expect(() => write(definition as never)).toThrow(
      /^definition: expected a tokenizer's `definition`, got /,
    );
  });
});
