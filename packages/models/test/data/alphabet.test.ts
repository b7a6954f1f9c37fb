import { DTypeError, RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Alphabet, asciiAlphabet } from "../../src/data/index.js";

describe("Alphabet", () => {
  it("sorts the distinct characters of a string by code point", () => {
    expect(new Alphabet("hello").symbols).toEqual(["e", "h", "l", "o"]);
    expect(new Alphabet("🦙a\uFFFD").symbols).toEqual(["a", "\uFFFD", "🦙"]);
  });

  it("keeps the order of a list, and the place of entries that are no character", () => {
    const alphabet = new Alphabet(["b", "", "a", "  "]);
    expect([...alphabet.encode("ab")]).toEqual([2, 0]);
    expect(alphabet.decode([0, 1, 3, 2])).toBe("b  a");
    expect(alphabet.idOf("  ")).toBe(3);
  });

  it("has printable ASCII, tab and line feed by default", () => {
    expect(asciiAlphabet).toHaveLength(97);
    expect(new Alphabet(asciiAlphabet).symbols.join("")).toBe(asciiAlphabet);
    expect(asciiAlphabet.slice(0, 4)).toBe("\t\n !");
    expect(asciiAlphabet.at(-1)).toBe("~");
  });

  it("brings back what it encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const alphabet = new Alphabet(text);
        const ids = alphabet.encode(text);
        expect(ids).toHaveLength([...text].length);
        expect(alphabet.decode(ids)).toBe(text);
      }),
    );
  });

  it("counts a character outside the basic plane once", () => {
    expect([...new Alphabet("a🦙").encode("🦙a🦙")]).toEqual([1, 0, 1]);
  });

  it("names the character it does not know, and where it stands in the string", () => {
    const alphabet = new Alphabet("a🦙");
    expect(() => alphabet.encode("a🦙aé")).toThrow(RangeError);
    expect(() => alphabet.encode("a🦙aé")).toThrow('"é" (U+00E9) at index 4');
    expect(() => alphabet.encode("\r", "prime")).toThrow(
      'prime: expected characters of the model\'s alphabet, got "\\r"',
    );
  });

  it("refuses no symbols, a symbol twice, and an id that is none", () => {
    expect(() => new Alphabet("")).toThrow(RangeError);
    expect(() => new Alphabet([])).toThrow(RangeError);
    expect(() => new Alphabet(["a", "a"])).toThrow('"a" (U+0061) twice');
    expect(() => new Alphabet("ab").decode([2])).toThrow(RangeError);
    expect(() => new Alphabet("ab").symbol(-1)).toThrow(RangeError);
    expect(() => new Alphabet([1, 2] as unknown as string[])).toThrow(DTypeError);
    const others: unknown[] = [undefined, null, 12, ["a"], new TextEncoder().encode("ab")];
    for (const other of others) {
      expect(() => new Alphabet("ab").encode(other as string)).toThrow(DTypeError);
    }
  });
});
