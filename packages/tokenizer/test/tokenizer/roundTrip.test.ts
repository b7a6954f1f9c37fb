import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition, templatedDefinition } from "./smallDefinition.js";
import { anyText, wellFormed } from "./texts.js";

const tokenizer = await Tokenizer.load(smallDefinition());
const asText = { specialTokens: "text" } as const;

describe("every string", () => {
  it("comes back from its ids", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = tokenizer.encode(text, asText);
        expect(tokenizer.decode(ids)).toBe(wellFormed(text));
        expect(tokenizer.decodeBytes(ids)).toEqual(new TextEncoder().encode(text));
        const parts = Array.from(ids, (id) => Array.from(tokenizer.tokenBytes(id)));
        expect(Uint8Array.from(parts.flat())).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it("counts as many ids as it has, and says within which limit it is", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 12 }), (text, limit) => {
        const { length } = tokenizer.encode(text, asText);
        expect(tokenizer.count(text, asText)).toBe(length);
        expect(tokenizer.isWithinLimit(text, limit, asText)).toBe(length <= limit);
      }),
    );
  });

  it("goes into an array of the caller's as far as there is room", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 12 }), (text, room) => {
        const ids = tokenizer.encode(text, asText);
        const out = new Uint32Array(room + 1).fill(9999);
        const { written, total } = tokenizer.encodeInto(text, out.subarray(0, room), asText);
        expect([written, total]).toEqual([Math.min(room, ids.length), ids.length]);
        expect(out.subarray(0, written)).toEqual(ids.subarray(0, written));
        expect(out.subarray(written).every((id) => id === 9999)).toBe(true);
      }),
    );
  });
});

it("keeps a byte order mark, at the beginning too", () => {
  const text = "\ufeffhello";
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
});

it("encodes texts of many chunks as one", () => {
  const text = "hello  日本 🦙\n\n".repeat(20_000);
  const ids = tokenizer.encode(text);
  expect(tokenizer.decode(ids)).toBe(text);
  expect(tokenizer.count(text)).toBe(ids.length);
  const out = new Uint32Array(ids.length);
  expect(tokenizer.encodeInto(text, out)).toEqual({ written: ids.length, total: ids.length });
  expect(out).toEqual(ids);
});

it("puts a template's tokens around, unless told not to", async () => {
  const templated = await Tokenizer.load(templatedDefinition());
  const bare = { addSpecialTokens: false };
  for (const text of ["", "hello", "hello <tool> hello"]) {
    const ids = [310, ...templated.encode(text, bare), 311];
    expect([...templated.encode(text)]).toEqual(ids);
    expect(templated.count(text)).toBe(ids.length);
    expect(templated.count(text, bare)).toBe(ids.length - 2);
    expect(templated.isWithinLimit(text, ids.length)).toBe(true);
    expect(templated.isWithinLimit(text, ids.length - 1)).toBe(false);
    const out = new Uint32Array(2);
    expect(templated.encodeInto(text, out)).toEqual({ written: 2, total: ids.length });
    expect([...out]).toEqual(ids.slice(0, 2));
    expect(templated.decode(ids, { skipSpecialTokens: true })).toBe(text);
  }
});

describe("tokens", () => {
  it("have bytes and ids", () => {
    expect(tokenizer.idOf("hello")).toBe(259);
    expect(tokenizer.idOf(new TextEncoder().encode("hello"))).toBe(259);
    expect(tokenizer.idOf(Uint8Array.of(0xf0, 0x9f))).toBe(269);
    expect(tokenizer.idOf("<|endoftext|>")).toBe(300);
    expect(tokenizer.idOf("nonsense")).toBeUndefined();
    expect(tokenizer.idOf("")).toBeUndefined();
    expect(tokenizer.tokenBytes(269)).toEqual(Uint8Array.of(0xf0, 0x9f));
    expect(new TextDecoder().decode(tokenizer.tokenBytes(301))).toBe("<|end|>");
    for (let id = 0; id < 272; id++) expect(tokenizer.idOf(tokenizer.tokenBytes(id))).toBe(id);
  });

  it("are counted", () => {
    expect(tokenizer.vocabularySize).toBe(304);
    expect([...tokenizer.specialTokens]).toEqual([
      ["<|endoftext|>", 300],
      ["<|end|>", 301],
      ["<|end|>!", 302],
    ]);
  });

  it("are copies: writing into one changes nothing", () => {
    tokenizer.tokenBytes(259).fill(0);
    expect(tokenizer.decode([259])).toBe("hello");
  });
});
