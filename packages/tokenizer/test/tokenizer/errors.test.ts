import { describe, expect, it } from "vitest";
import * as errors from "@lanewise/core-wasm/errors";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";

const tokenizer = await Tokenizer.load(smallDefinition());
/** As a caller in plain JavaScript sees it. */
const any = tokenizer as unknown as Record<string, (...values: unknown[]) => unknown>;
const { DTypeError, RangeError } = errors;
const out = new Uint32Array(4);

describe("a text that is no string", () => {
  it.each([undefined, null, 7, {}, ["a"], Uint8Array.of(65), Symbol.iterator])("is refused: %o", (text) => {
    for (const method of ["encode", "count", "encodeWithOffsets"]) {
      expect(() => any[method]!(text)).toThrow(DTypeError);
      expect(() => any[method]!(text)).toThrow(/^text: expected a string/);
    }
    expect(() => any.encodeInto!(text, out)).toThrow(/^text: expected a string/);
    expect(() => any.isWithinLimit!(text, 1)).toThrow(/^text: expected a string/);
    expect(() => any.truncate!(text, 1)).toThrow(/^text: expected a string/);
    expect(() => any.encodePair!("a", text)).toThrow(/^second: expected a string/);
    if (!Array.isArray(text)) expect(() => any.encodeBatch!([text])).toThrow(/^texts\[0\]: expected/);
  });
});

describe.each([
  ["encodeInto", ["a", [1, 2]], DTypeError, /^out: expected a Uint32Array, got Array/],
  ["encodeInto", ["a"], DTypeError, /^out: /],
  ["encode", ["a", { addSpecialTokens: 1 }], RangeError, /^addSpecialTokens: expected true or false, got 1/],
  ["isWithinLimit", ["a"], RangeError, /^limit: /],
  ["isWithinLimit", ["a", -1], RangeError, /^limit: expected an integer, 0 or more, got -1/],
  ["isWithinLimit", ["a", 1.5], RangeError, /^limit: /],
  ["isWithinLimit", ["a", Number.NaN], RangeError, /^limit: /],
  ["isWithinLimit", ["a", "5"], RangeError, /^limit: /],
  ["truncate", ["a"], RangeError, /^maxTokens: /],
  ["truncate", ["a", -1], RangeError, /^maxTokens: /],
  ["truncate", ["a", 1, { side: "middle" }], RangeError, /^side: expected "left" or "right", got middle/],
  ["decode", [], DTypeError, /^ids: expected an array of ids/],
  ["decode", ["12"], DTypeError, /^ids: /],
  ["decode", [7], DTypeError, /^ids: /],
  ["decode", [["12"]], DTypeError, /^ids\[0\]: expected a number/],
  ["decode", [[1, -1]], RangeError, /^ids\[1\]: expected the id of a token, got -1/],
  ["decode", [[0.5]], RangeError, /^ids\[0\]: /],
  ["decode", [[Number.NaN]], RangeError, /^ids\[0\]: /],
  ["decode", [[2 ** 32]], RangeError, /^ids\[0\]: /],
  ["decode", [[305]], RangeError, /^ids\[0\]: /],
  ["decode", [[301, 290]], RangeError, /^ids\[1\]: /],
  ["decode", [BigInt64Array.of(1n)], DTypeError, /^ids\[0\]: /],
  ["decode", [[], { skipSpecialTokens: "yes" }], RangeError, /^skipSpecialTokens: /],
  ["decodeBytes", [[-1]], RangeError, /^ids\[0\]: /],
  ["streamDecoder", [{ skipSpecialTokens: 1 }], RangeError, /^skipSpecialTokens: /],
  ["tokenBytes", [-1], RangeError, /^id: /],
  ["tokenBytes", [1.5], RangeError, /^id: /],
  ["tokenBytes", [280], RangeError, /^id: expected the id of a token, below 304, got 280/],
  ["tokenBytes", ["1"], RangeError, /^id: /],
  ["idOf", [5], DTypeError, /^token: expected a string or a Uint8Array/],
  ["encodeBatch", ["abc"], DTypeError, /^texts: expected an array/],
  ["encodeBatch", [], DTypeError, /^texts: /],
  ["encodeBatch", [[["a"]]], DTypeError, /^texts\[0\]: /],
  ["encodeBatch", [[["a", 1]]], DTypeError, /^texts\[0\]\[1\]: /],
  [
    "encodeBatch",
    [["a"], { padding: true }],
    RangeError,
    /^padding: expected "longest" or "maxLength", got true/,
  ],
  ["encodeBatch", [["a"], { padding: "maxLength" }], RangeError, /^maxLength: /],
  ["encodeBatch", [["a"], { maxLength: -1 }], RangeError, /^maxLength: /],
  ["encodeBatch", [["a"], { truncation: "longestFirst" }], RangeError, /^maxLength: /],
  ["encodeBatch", [["a"], { truncation: true, maxLength: 3 }], RangeError, /^truncation: /],
  ["encodeBatch", [["a"], { truncationSide: "up" }], RangeError, /^truncationSide: /],
  ["encodeBatch", [["a"], { paddingSide: "up" }], RangeError, /^paddingSide: /],
  ["encodeBatch", [["a"], { padToMultipleOf: 0 }], RangeError, /^padToMultipleOf: /],
  ["encodeBatch", [["a"], { padId: -1 }], RangeError, /^padId: /],
  ["encodeBatch", [["a"], { padTypeId: 0.5 }], RangeError, /^padTypeId: /],
  ["encodeBatch", [["a"], { stride: -1 }], RangeError, /^stride: /],
  ["encodeBatch", [["a"], { overflow: "yes" }], RangeError, /^overflow: /],
  ["encodeBatch", [["a"], { offsets: "yes" }], RangeError, /^offsets: /],
  ["encodePair", ["a"], DTypeError, /^second: /],
] as const)("%s of %o", (method, values, type, message) => {
  it("says what is wrong", () => {
    expect(() => any[method]!(...values)).toThrow(message);
    expect(() => any[method]!(...values)).toThrow(type);
  });
});

describe("loading", () => {
  it.each([undefined, null, "cl100k_base", 5, {}, []])("refuses %o", async (source) => {
    await expect(Tokenizer.load(source as never)).rejects.toThrow(/^source: expected/);
  });

  it("refuses what is no module", async () => {
    const bytes = Uint8Array.of(0, 97, 115, 109);
    await expect(Tokenizer.load(smallDefinition(), { bytes })).rejects.toThrow(errors.FormatError);
    const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    await expect(Tokenizer.load(smallDefinition(), { module })).rejects.toThrow(errors.FormatError);
  });
});

it("writes nothing before it throws", () => {
  out.fill(9);
  expect(() => tokenizer.encodeInto("hello<|end|>", out)).toThrow("index 5");
  expect([...out]).toEqual([9, 9, 9, 9]);
});
