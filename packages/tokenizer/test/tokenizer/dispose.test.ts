import { expect, it } from "vitest";
import { DisposedError } from "@lanewise/core-wasm/errors";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";

it("throws a DisposedError from then on, whatever is called", async () => {
  const tokenizer = await Tokenizer.load(smallDefinition());
  const decoder = tokenizer.streamDecoder();
  decoder.push(269);
  tokenizer.dispose();
  tokenizer.dispose();
  const calls: (() => unknown)[] = [
    () => tokenizer.encode(""),
    () => tokenizer.encode("hello"),
    () => tokenizer.encodeInto("hello", new Uint32Array(2)),
    () => tokenizer.count("hello"),
    () => tokenizer.isWithinLimit("hello", 1),
    () => tokenizer.truncate("hello", 1),
    () => tokenizer.encodeWithOffsets("hello"),
    () => tokenizer.encodePair("hello", "hello"),
    () => tokenizer.encodeBatch([]),
    () => tokenizer.encodeBatch(["hello"]),
    () => tokenizer.countChat([]),
    () => tokenizer.decode([]),
    () => tokenizer.decode([259]),
    () => tokenizer.decodeBytes([259]),
    () => tokenizer.streamDecoder(),
    () => tokenizer.decodeStream(),
    () => decoder.push(259),
    () => decoder.push([]),
    () => decoder.end(),
    () => tokenizer.tokenBytes(259),
    () => tokenizer.idOf("hello"),
    () => tokenizer.vocabularySize,
    () => tokenizer.specialTokens,
  ];
  for (const call of calls) {
    expect(call, String(call)).toThrow(DisposedError);
  }
});

it("is what `using` calls", async () => {
  const tokenizer = await Tokenizer.load(smallDefinition());
  tokenizer[Symbol.dispose]();
  expect(() => tokenizer.count("hello")).toThrow(DisposedError);
});

it("leaves other tokenizers of the same definition alone", async () => {
  const definition = smallDefinition();
  const [one, other] = await Promise.all([Tokenizer.load(definition), Tokenizer.load(definition)]);
  one.dispose();
  expect([...other.encode("hello")]).toEqual([259]);
});
