import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decoder, TokenizerDefinition } from "../../src/definition.js";
import { Vocabulary } from "../../src/vocabulary.js";
import { compileDecoder } from "../../src/pipeline/decoders/index.js";

const names = [
  ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
  ..."▁ e do not ' ##s s n't ▁▁ </w> 中 é . |".split(" "),
];
const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

function decoderOf(decoder: Decoder | undefined, tokens: readonly (string | Uint8Array)[]) {
  const definition: TokenizerDefinition = {
    model: { type: "bpe", vocabulary: Vocabulary.from(tokens), alphabet: "bytes", priority: { by: "id" } },
    ...(decoder && { decoder }),
    addedTokens: [{ id: tokens.length, content: "<eos>", special: true }],
  };
  return compileDecoder(definition);
}

const mark: Decoder = { type: "replace", pattern: { string: "▁" }, content: " " };
const decoders: Record<string, Decoder | undefined> = {
  none: undefined,
  byteFallback: { type: "byteFallback" },
  llama: {
    type: "sequence",
    decoders: [
      mark,
      { type: "byteFallback" },
      { type: "fuse" },
      { type: "strip", content: " ", start: 1, stop: 0 },
    ],
  },
  fusedReplace: {
    type: "sequence",
    decoders: [{ type: "fuse" }, { type: "replace", pattern: { string: "do not" }, content: "don't" }],
  },
  fusedRegex: {
    type: "sequence",
    decoders: [{ type: "fuse" }, { type: "replace", pattern: { regex: "e+" }, content: "E" }],
  },
  stripEnds: {
    type: "sequence",
    decoders: [{ type: "fuse" }, { type: "strip", content: "e", start: 2, stop: 3 }],
  },
  wordPiece: { type: "wordPiece", prefix: "##", cleanup: true },
  bpe: { type: "bpe", suffix: "</w>" },
  ctc: { type: "ctc", padToken: "e", wordDelimiterToken: "|", cleanup: true },
};

describe.each(Object.entries(decoders))("decoding with %s", (name, decoder) => {
  const parts = decoderOf(decoder, name === "none" ? bytes : names);
  const ids = fc.array(fc.integer({ min: 0, max: name === "none" ? 256 : names.length }), { maxLength: 20 });

  it("gives no half characters, and the same however a run is read", () => {
    fc.assert(
      fc.property(ids, (run) => {
        const one = parts.stream(false);
        const pieces = [...run.map((id) => one.push(id)), one.end()];
        for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
        // The decoder begins anew, and another keeps a state of its own.
        const other = parts.stream(false);
        other.push(0);
        expect([...run.map((id) => one.push(id)), one.end()]).toEqual(pieces);
        const skipping = parts.stream(true);
        const special = name === "none" ? 256 : names.length;
        const skipped = [...run.map((id) => skipping.push(id)), skipping.end()].join("");
        const without = parts.stream(false);
        const plain = run.filter((id) => id !== special);
        expect(skipped).toBe([...plain.map((id) => without.push(id)), without.end()].join(""));
      }),
    );
  });
});

function decode(
  decoder: Decoder | undefined,
  tokens: readonly (string | Uint8Array)[],
  ids: number[],
): string {
  const stream = decoderOf(decoder, tokens).stream(false);
  return [...ids.map((id) => stream.push(id)), stream.end()].join("");
}

it("any text comes back from its bytes, as bytes and by their names", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const ids = [...new TextEncoder().encode(text)];
      expect(decode(undefined, bytes, ids)).toBe(text);
      expect(decode(decoders.byteFallback, names, ids)).toBe(text);
    }),
  );
});

it("bytes that are no UTF-8 become U+FFFD each, and what is whole stays", () => {
  const of = (...ids: number[]): string => decode(decoders.byteFallback, names, ids);
  expect(of(0xe4, 0xb8, 0xad)).toBe("中");
  expect(of(0xe4, 0xb8)).toBe("\ufffd\ufffd");
  expect(of(0xff, 0x41)).toBe("\ufffdA");
  expect(of(0xed, 0xa0, 0x80)).toBe("\ufffd\ufffd\ufffd");
  expect(of(0xc0, 0x80)).toBe("\ufffd\ufffd");
  expect(of(0xf4, 0x90, 0x80, 0x80)).toBe("\ufffd".repeat(4));
  expect(of(0xe4, 0x41)).toBe("\ufffdA");
});

it("text is given when it is certain, and not held back", () => {
  const stream = decoderOf(decoders.llama, names).stream(false);
  expect([0xf0, 0x9f, 0x98, 0x80].map((id) => stream.push(id))).toEqual(["", "", "", "😀"]);
  expect(stream.push(256)).toBe(" ");
  expect(stream.end()).toBe("");
  expect(stream.push(256)).toBe("");
  expect(stream.push(256)).toBe(" ");
});

it("as many are taken off the ends as are to be", () => {
  const e = 257;
  const point = names.indexOf(".");
  expect(decode(decoders.stripEnds, names, [e, e, e, point, e, e, e, e])).toBe("e.e");
  expect(decode(decoders.stripEnds, names, [e])).toBe("");
  expect(decode({ type: "strip", content: "e", start: 1, stop: 1 }, ["eee", "xe"], [0, 1])).toBe("ex");
});

it("an id that stands for nothing is an error", () => {
  const stream = decoderOf(undefined, bytes).stream(false);
  expect(() => stream.push(257)).toThrow(/id: expected/);
  expect(() =>
    decoderOf({ type: "sequence", decoders: [{ type: "fuse" }, { type: "bpe", suffix: "" }] }, names),
  ).toThrow(/decoder: expected/);
});
