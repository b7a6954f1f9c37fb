import { Tiktoken } from "tiktoken";
import { describe, expect, it } from "vitest";
import type { ScannerName } from "../../src/definition.js";
import { CompiledScanner, scannerNames } from "../scan/compiledScanner.js";
import { tiktokenData } from "./families.js";
import { randomTexts } from "./randomText.js";

const STRINGS = 30_000;
const seed = Date.now() >>> 0;
const compiled = new CompiledScanner();

const patterns: Readonly<Record<ScannerName, string>> = {
  r50k: tiktokenData("gpt2").pat_str,
  cl100k: tiktokenData("cl100k_base").pat_str,
  o200k: tiktokenData("o200k_base").pat_str,
  qwen2: tiktokenData("cl100k_base").pat_str.replace("\\p{N}{1,3}", "\\p{N}"),
};

/**
 * An encoding that shows where tiktoken cuts, which the ids of a real one hide wherever nothing would merge across: every
 * piece that the scanner makes is a token, and so is every pair of bytes, the pieces first. A piece that tiktoken makes
 * and the scanner does not falls apart into others.
 */
function tokensOf(pieces: Iterable<string>): Map<string, number> {
  const ids = new Map<string, number>();
  const add = (bytes: string): void => void (ids.has(bytes) || ids.set(bytes, ids.size));
  for (let byte = 0; byte < 256; byte++) add(String.fromCharCode(byte));
  for (const piece of pieces) add(piece);
  for (let pair = 0; pair < 65536; pair++) add(String.fromCharCode(pair >> 8, pair & 255));
  return ids;
}

/** A string of the bytes of a string's UTF-8. */
function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

describe.each(scannerNames)("the scanner %s", (scanner) => {
  it(`cuts ${STRINGS} random strings as tiktoken does (seed ${seed})`, { timeout: 60_000 }, () => {
    const texts = [...randomTexts(STRINGS, seed)];
    const cut = texts.map((text) => compiled.pieces(scanner, text).map(bytesOf));
    const ids = tokensOf(cut.flat());
    const ranks = Array.from(ids.keys(), (bytes) => btoa(bytes));
    const tiktoken = new Tiktoken(`! 0 ${ranks.join(" ")}`, {}, patterns[scanner]);
    const different = texts.filter((text, i) => {
      const expected = tiktoken.encode_ordinary(text);
      return expected.length !== cut[i]!.length || cut[i]!.some((piece, j) => ids.get(piece) !== expected[j]);
    });
    tiktoken.free();
    expect(different.slice(0, 5).map((text) => JSON.stringify(text))).toEqual([]);
  });
});
