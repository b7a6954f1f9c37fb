import { FormatError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSentencePiece } from "../../src/formats/index.js";
import type { Normalizer } from "../../src/index.js";
import { Charsmap } from "../../src/pipeline/normalizers/charsmap.js";
import type { TextNormalizer } from "../../src/pipeline/normalizers/normalizer.js";
import { precompiled } from "../../src/pipeline/normalizers/precompiled.js";
import { sentencePieceSpaces } from "../../src/pipeline/normalizers/sentencePieceSpaces.js";
import { endOf, startOf, Trace } from "../../src/pipeline/trace.js";
import golden from "../golden/sentencePiece.json" with { type: "json" };

/** The rules that test/golden/makeSentencePiece.py compiles. */
const rules = new Map([
  ["\uFB01", "fi"],
  ["\u2460", "1"],
  ["e\u0301", "\u00E9"],
  ["\u00E9", "\u00E9"],
  ["\u3000", " "],
  ["\u00A0", " "],
  ["\t", " "],
  ["\n", " "],
  ["\u200B", ""],
  ["\u0007", ""],
  ["\uFFFD", " "],
  ["\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647"],
  ["\u00A8", " \u0308"],
  ["A", "a"],
  ["AB", "ab!"],
  ["ABCD", "abcd?"],
  ["\u{1F1E9}\u{1F1EA}", "DE"],
]);
const longestFirst = [...rules.keys()].sort((a, b) => b.length - a.length);

const file = Uint8Array.from(atob(golden[0]!.model), (character) => character.charCodeAt(0));
const table = tableOf(readSentencePiece(file).normalizer);

function tableOf(normalizer: Normalizer | undefined): Uint8Array {
  const first = normalizer?.type === "sequence" ? normalizer.normalizers[0] : undefined;
  if (first?.type !== "precompiled") throw new Error("no table");
  return first.table;
}

/** The longest match at each place, by looking at all rules. */
function byRules(text: string, keep: readonly string[]): string {
  const kept = [...keep].sort((a, b) => b.length - a.length);
  let result = "";
  for (let i = 0; i < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(i)!);
    const whole = kept.find((string) => text.startsWith(string, i));
    const source = longestFirst.find((string) => text.startsWith(string, i));
    const isLone = /^[\uD800-\uDFFF]$/.test(character);
    const replaced = source === undefined ? (isLone ? rules.get("\uFFFD")! : character) : rules.get(source)!;
    result += whole ?? replaced;
    i += (whole ?? source ?? character).length;
  }
  return result;
}

const others = ["B", "C", "D", "e", "x", "中", "\u{1F1E9}", "\u{1F1EA}", "🦙", "\0", "\uD83C", "\uDDE9", " "];
const text = fc.oneof(
  fc.array(fc.constantFrom(...rules.keys(), ...others), { maxLength: 30 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 30 }),
);

/** Where each code unit of a result came from. */
function spans(trace: Trace, length: number): { starts: number[]; ends: number[] } {
  const origin = trace.follow(0);
  const units = Array.from({ length }, (_, i) => i);
  return { starts: units.map((i) => startOf(origin, i)), ends: units.map((i) => endOf(origin, i + 1)) };
}

/** The result; where each code unit came from must rise, and what came one to one be the same. */
function checkTraced(normalizer: TextNormalizer, input: string): string {
  const trace = new Trace();
  const result = normalizer.normalize(input, trace);
  if (result === input) return result;
  const { starts, ends } = spans(trace, result.length);
  for (const [i, start] of starts.entries()) {
    const end = ends[i]!;
    expect(start).toBeLessThanOrEqual(end);
    expect(end).toBeLessThanOrEqual(input.length);
    if (i > 0) expect(start).toBeGreaterThanOrEqual(starts[i - 1]!);
    const from = input.slice(start, end);
    if (from.length === 1 && !rules.has(from) && !/[ \uD800-\uDFFF]/.test(from)) expect(result[i]).toBe(from);
  }
  return result;
}

describe("SentencePiece's table of replacements", () => {
  it("replaces the longest match at each place, and passes over what is kept", () => {
    fc.assert(
      fc.property(text, fc.subarray(["AB", "ABC", "\u200Bx", "xe", "🦙"]), (input, keep) => {
        expect(checkTraced(precompiled(table, keep), input)).toBe(byRules(input, keep));
      }),
      { numRuns: 1000 },
    );
  });

  it("tells where replacements came from", () => {
    const trace = new Trace();
    expect(precompiled(table).normalize("xABCD\u200Be\u0301y\uFB01", trace)).toBe("xabcd?éyfi");
    const { starts, ends } = spans(trace, 10);
    expect(starts).toEqual([0, 1, 1, 1, 1, 1, 6, 8, 9, 9]);
    expect(ends).toEqual([1, 5, 5, 5, 5, 5, 8, 9, 10, 10]);
  });

  it("raises nothing but FormatError whatever the bytes, and ends", () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), text, (changes, input) => {
        const broken = table.slice();
        for (const [where, value] of changes) broken[where % broken.length] = value;
        try {
          precompiled(broken).normalize(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 200 },
    );
    for (const length of [0, 1, 3, 4, 5, 100, table.length - 1]) {
      expect(() => new Charsmap(table.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
  });
});

describe("SentencePiece's rules for spaces", () => {
  const of = (
    removeExtraSpaces: boolean,
    addDummyPrefix: boolean,
    asSuffix = false,
    escape = true,
  ): TextNormalizer => sentencePieceSpaces({ removeExtraSpaces, addDummyPrefix, asSuffix, escape });

  it("remove, add and escape", () => {
    expect(of(true, true).normalize("  a  b ")).toBe("▁a▁b");
    expect(of(false, true).normalize("  a  b ")).toBe("▁▁▁a▁▁b▁");
    expect(of(true, false).normalize("  a  b ")).toBe("a▁b");
    expect(of(true, true, true).normalize("  a  b ")).toBe("a▁b▁");
    expect(of(true, true, false, false).normalize("  a  b ")).toBe(" a b");
    expect(of(false, true).normalize(" ")).toBe("▁▁");
    expect(of(true, true).normalize("   ")).toBe("");
    expect(of(true, true, true).normalize("   ")).toBe("");
    // Only spaces are removed in front, at the end what they are written as too.
    expect(of(true, true).normalize("▁a▁ ▁")).toBe("▁▁a");
    expect(of(true, true).normalize("▁")).toBe("");
    expect(of(true, true, true).normalize("▁")).toBe("▁");
  });

  it("tell where spaces came from", () => {
    const trace = new Trace();
    of(true, true).normalize("  a   b ", trace);
    const { starts, ends } = spans(trace, 4);
    expect(starts).toEqual([2, 2, 3, 6]);
    expect(ends).toEqual([2, 3, 6, 7]);
  });

  it("rewrite the same with a trace, and twice as once but for the dummy", () => {
    const spaced = fc
      .array(fc.constantFrom(" ", "a", "▁", "中", "\n"), { maxLength: 12 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(spaced, fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (input, ...options) => {
        const normalizer = of(...options);
        expect(checkTraced(normalizer, input)).toBe(normalizer.normalize(input));
        const bare = of(options[0], false, false, options[3]);
        expect(bare.normalize(bare.normalize(input))).toBe(bare.normalize(input));
      }),
      { numRuns: 1000 },
    );
  });
});
