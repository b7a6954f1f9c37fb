import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScannerName } from "../../src/definition.js";
import { scan } from "../../src/reference/scan.js";
import { CompiledScanner, scannerNames, utf8Length, wellFormed } from "./compiledScanner.js";
import { hardText } from "./hardText.js";

const compiled = new CompiledScanner();

/** Fails where the compiled scanner cuts otherwise than the reference, and tells how. */
function expectSame(scanner: ScannerName, text: string): void {
  const plain = wellFormed(text);
  const expected = scan(scanner, plain);
  const ends = compiled.ends(scanner, plain);
  let end = 0;
  for (const [i, piece] of expected.entries()) {
    if (ends[i] === (end += utf8Length(piece))) continue;
    expect(compiled.pieces(scanner, plain).slice(i, i + 3), `${scanner}, piece ${i}`).toEqual(
      expected.slice(i, i + 3),
    );
  }
  expect(ends.length).toBe(expected.length);
}

/** Contexts that tell the classes apart, by what joins the character and what it joins. */
const contexts: ((c: string) => string)[] = [
  (c) => `a${c}b `,
  (c) => `A${c}${c}B${c}c\n`,
  (c) => ` ${c} 1${c}2  ${c}!${c}`,
  (c) => `字${c}A'${c}'s${c}\r\n${c}/${c}`,
  (c) => `x'${c}e'l${c}'r${c}'${c}${c}`,
];

/** Those of the planes that have characters, and every 61st of those that have none. */
function* codePoints(): Generator<string> {
  for (const [begin, end, step] of [
    [0, 0xd800, 1],
    [0xe000, 0x32400, 1],
    [0x32400, 0xe0000, 61],
    [0xe0000, 0xe0400, 1],
    [0xe0400, 0x110000, 61],
  ] as const) {
    for (let c = begin; c < end; c += step) yield String.fromCodePoint(c);
  }
}

describe.each(scannerNames)("the compiled scanner %s", (scanner) => {
  it("knows every character as the reference does, in several contexts", () => {
    for (const context of contexts) {
      let text = "";
      for (const c of codePoints()) {
        text += context(c);
        if (text.length > 100_000) {
          expectSame(scanner, text);
          text = "";
        }
      }
      expectSame(scanner, text);
    }
  });

  it("cuts as the reference does", () => {
    fc.assert(
      fc.property(hardText(40), (text) => expectSame(scanner, text)),
      { numRuns: 3000 },
    );
  });

  it("finishes all but the last four pieces of a text that goes on", () => {
    fc.assert(
      fc.property(hardText(16), hardText(6), (text, more) => {
        const before = wellFormed(text);
        const final = compiled.ends(scanner, before).slice(0, -4);
        const whole = compiled.ends(scanner, before + wellFormed(more));
        expect([...final]).toEqual([...whole.slice(0, final.length)]);
      }),
      { numRuns: 5000 },
    );
  });

  it("is cut for good only where a piece begins whatever follows", () => {
    fc.assert(
      fc.property(hardText(16), hardText(6), (text, more) => {
        const before = wellFormed(text);
        const cut = compiled.lastCut(scanner, before);
        const whole = compiled.ends(scanner, before + wellFormed(more));
        expect(cut === 0 || whole.includes(cut), `cut at byte ${cut}`).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    // Progress is made, or a text without spaces would wait for its end.
    expect(compiled.lastCut(scanner, "漢.漢.漢.漢.漢.漢.")).toBeGreaterThan(0);
    expect(compiled.lastCut(scanner, "a b cde")).toBe(3);
  });

  it("cuts before a space that follows a letter, whatever is around", () => {
    fc.assert(
      fc.property(hardText(10), fc.constantFrom(..."aZéЯ字ʰ𝐚𐐀"), hardText(10), (before, letter, after) => {
        const text = wellFormed(before) + letter;
        const whole = compiled.pieces(scanner, `${text} ${wellFormed(after)}`);
        const parts = [text, ` ${wellFormed(after)}`].flatMap((part) => compiled.pieces(scanner, part));
        expect(whole).toEqual(parts);
      }),
      { numRuns: 1000 },
    );
  });

  it("takes nothing, one character, and runs that are long", () => {
    expect(compiled.pieces(scanner, "")).toEqual([]);
    for (const c of ["a", " ", "\n", "1", "'", "字", "😀", "\0", "\u0301"]) {
      expect(compiled.pieces(scanner, c)).toEqual([c]);
    }
    for (const c of ["a", "A", " ", "^", "\n", "字", "😀", "é", "\u0301"]) {
      for (const n of [15, 16, 17, 31, 32, 33, 100_000]) {
        expect(compiled.pieces(scanner, c.repeat(n)).length, `${n} of ${c}`).toBe(1);
        expectSame(scanner, `${c.repeat(n)}b ${c.repeat(n)}. ${c.repeat(n)}`);
      }
    }
  });
});

// What the patterns say, by hand.
describe("the scanners", () => {
  const cases: [ScannerName, string, string[]][] = [
    ["r50k", "I'LL say it's 2024", ["I", "'", "LL", " say", " it", "'s", " 2024"]],
    ["r50k", "a  b\n\n  c", ["a", " ", " b", "\n\n ", " c"]],
    ["cl100k", "I'LL say it's 2024", ["I", "'LL", " say", " it", "'s", " ", "202", "4"]],
    ["cl100k", "x'ſy\n'LL;\n\n  y", ["x", "'ſ", "y", "\n", "'LL", ";\n\n", " ", " y"]],
    ["cl100k", "a\u0085b  \u0085c", ["a", "\u0085b", "  ", "\u0085c"]],
    ["cl100k", "x  \ufeffy", ["x", " ", " \ufeff", "y"]],
    ["qwen2", "in 2024", ["in", " ", "2", "0", "2", "4"]],
    ["o200k", "HTMLElement's doNot", ["HTMLElement's", " do", "Not"]],
    ["o200k", "漢字AB", ["漢字", "AB"]],
    ["o200k", "漢字Ab", ["漢字Ab"]],
    ["o200k", "\u0301AB, a/\n/", ["\u0301", "AB", ",", " a", "/\n/"]],
  ];
  it.each(cases)("%s cuts %j", (scanner, text, pieces) => {
    expect(scan(scanner, text)).toEqual(pieces);
    expect(compiled.pieces(scanner, text)).toEqual(pieces);
  });
});
