import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Normalizer } from "../../src/definition.js";
import { readTokenizerJson } from "../../src/formats/index.js";
import { compileNormalizer } from "../../src/pipeline/normalizers/index.js";
import { endOf, startOf, Trace } from "../../src/pipeline/trace.js";
import { allCases } from "./cases.js";
import { anyText } from "./fuzzText.js";
import { idsOf, makePipeline } from "./makePipeline.js";

const text = fc.oneof(
  { weight: 4, arbitrary: anyText },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii" }) },
  // with lone surrogates
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
      .map((units) => String.fromCharCode(...units)),
  },
);

const bert: Normalizer = { type: "bert", cleanText: true, handleChineseCharacters: true, lowercase: true };
const normalizers: Record<string, Normalizer> = {
  nfc: { type: "nfc" },
  nfd: { type: "nfd" },
  nfkc: { type: "nfkc" },
  nfkd: { type: "nfkd" },
  lowercase: { type: "lowercase" },
  stripAccents: { type: "stripAccents" },
  nmt: { type: "nmt" },
  strip: { type: "strip", left: true, right: true },
  prepend: { type: "prepend", prefix: "▁▁" },
  replace: { type: "replace", pattern: { regex: "\\s+|e" }, content: "--" },
  bert,
  sequence: {
    type: "sequence",
    normalizers: [{ type: "nfkc" }, bert, { type: "prepend", prefix: "x" }, { type: "nfd" }],
  },
  spaces: { type: "sentencePieceSpaces", removeExtraSpaces: true, addDummyPrefix: true, escape: true },
};
/** What it makes of a part does not depend on what is beside it. */
const withoutContext = new Set(["nfc", "nfd", "nfkc", "nfkd", "lowercase", "stripAccents", "nmt"]);

describe.each(Object.entries(normalizers))("the alignment of %s", (name, definition) => {
  const normalizer = compileNormalizer(definition);

  it("has a place for each code unit, never goes back, and changes nothing of the result", () => {
    fc.assert(
      fc.property(text, (original) => {
        const trace = new Trace();
        const result = normalizer.normalize(original, trace);
        expect(result).toBe(normalizer.normalize(original));
        if (result === original) return;
        const origin = trace.follow(0);
        if (typeof origin !== "number") expect(origin.starts.length).toBe(result.length);
        else expect(result.length).toBe(original.length);
        let last = [0, 0];
        for (let i = 0; i < result.length; i++) {
          const span = [startOf(origin, i), endOf(origin, i + 1)];
          expect(span[0]).toBeGreaterThanOrEqual(last[0]!);
          expect(span[1]).toBeGreaterThanOrEqual(last[1]!);
          expect(span[1]).toBeGreaterThanOrEqual(span[0]!);
          expect(span[1]).toBeLessThanOrEqual(original.length);
          last = span;
        }
      }),
      { numRuns: 300 },
    );
  });

  it.runIf(withoutContext.has(name))("what a character comes from makes that character", () => {
    fc.assert(
      fc.property(anyText, (original) => {
        const trace = new Trace();
        const result = normalizer.normalize(original, trace);
        if (result === original) return;
        const origin = trace.follow(0);
        let unit = 0;
        for (const character of result) {
          const from = original.slice(startOf(origin, unit), endOf(origin, unit + character.length));
          expect(normalizer.normalize(from), JSON.stringify(original)).toContain(character);
          unit += character.length;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(Object.entries(allCases).filter(([name]) => !name.startsWith("decoder")))(
  "offsets with the %s",
  (_, json) => {
    const definition = readTokenizerJson(json);
    const pipeline = makePipeline(definition);
    const added = new Map(definition.addedTokens?.map((token) => [token.id, token]));

    it("never decrease, lie in the text, and go with the ids that encode gives", () => {
      fc.assert(
        fc.property(text, (original) => {
          const { ids, starts, ends } = pipeline.encodeWithOffsets(original);
          expect([...ids]).toEqual(idsOf(pipeline, original));
          for (let i = 0; i < ids.length; i++) {
            expect(starts[i]).toBeLessThanOrEqual(ends[i]!);
            expect(ends[i]).toBeLessThanOrEqual(original.length);
            if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1]!);
            if (i > 0) expect(ends[i]).toBeGreaterThanOrEqual(ends[i - 1]!);
            const token = added.get(ids[i]!);
            if (token && !token.normalized && token.content !== "[UNK]") {
              const slice = original.slice(starts[i], ends[i]);
              expect(slice.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "")).toBe(token.content);
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  },
);

it("where nothing is normalised, a known token's slice is the token", () => {
  const definition = readTokenizerJson(allCases["decoder fuse"]!);
  const pipeline = makePipeline(definition);
  fc.assert(
    fc.property(anyText, (original) => {
      const { ids, starts, ends } = pipeline.encodeWithOffsets(original);
      ids.forEach((id, i) => {
        if (id > 5) expect(original.slice(starts[i], ends[i])).toBe(pipeline.decode([id]));
      });
    }),
  );
});
