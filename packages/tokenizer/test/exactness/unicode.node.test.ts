import { Tiktoken } from "tiktoken";
import { describe, expect, it } from "vitest";
import { characterClasses } from "../../src/generated/characterClasses.js";

// An encoding whose tokens are the bytes and whose pattern is one class: what it makes tokens of is what is in the class.
const bytes = `! 0 ${Array.from({ length: 256 }, (_, byte) => btoa(String.fromCharCode(byte))).join(" ")}`;

let everyCharacter = "";
for (let c = 0; c < 0x110000; c++) if (c < 0xd800 || c > 0xdfff) everyCharacter += String.fromCodePoint(c);

function charactersOf(pattern: string): string {
  const tiktoken = new Tiktoken(bytes, {}, pattern);
  const ids = tiktoken.encode_ordinary(everyCharacter);
  tiktoken.free();
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids));
}

function codePoints(text: string): string[] {
  return Array.from(text, (character) => character.codePointAt(0)!.toString(16));
}

describe("tiktoken's Unicode", () => {
  it.each([
    ["\\p{L}", characterClasses.letter],
    ["\\p{Lu}", characterClasses.uppercase],
    ["\\p{Ll}", characterClasses.lowercase],
    ["\\p{Lt}", characterClasses.titlecase],
    ["\\p{Lm}", characterClasses.modifier],
    ["\\p{Lo}", characterClasses.otherLetter],
    ["\\p{M}", characterClasses.mark],
    ["\\p{N}", characterClasses.number],
    ["\\s", characterClasses.whiteSpace],
  ])("has the same code points in %s as the scanners", (pattern, ours) => {
    const theirs = charactersOf(pattern);
    expect(theirs.length).toBeGreaterThan(20);
    const expected = everyCharacter.match(new RegExp(`[${ours}]`, "gu"))!.join("");
    if (theirs !== expected) expect(codePoints(theirs)).toEqual(codePoints(expected));
  });

  it("folds s and ſ, and no other letter of the contractions with anything beyond ASCII", () => {
    for (const letter of "stremvld") {
      const others = letter === "s" ? "ſ" : "";
      expect(charactersOf(`(?i:${letter})`)).toBe(letter.toUpperCase() + letter + others);
    }
  });
});
