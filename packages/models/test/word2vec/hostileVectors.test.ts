import { DTypeError, FormatError, LanewiseError, RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readGloveText,
  readWord2vecBinary,
  readWord2vecText,
  WordVectors,
  writeWord2vecBinary,
} from "../../src/word2vec/index.js";
import { joined, utf8 } from "./pieces.js";

/** A binary file with two vectors of three numbers. */
function binary(header: string, ...records: [word: string | number[], numbers: number[], end?: string][]) {
  return joined([
    utf8(header),
    ...records.flatMap(([word, numbers, end = ""]) => [
      typeof word === "string" ? utf8(word) : Uint8Array.from(word),
      utf8(" "),
      new Uint8Array(Float32Array.from(numbers).buffer),
      utf8(end),
    ]),
  ]);
}

async function messageOf(reading: Promise<WordVectors>): Promise<string> {
  const error: unknown = await reading.then(
    (vectors) => `read ${vectors.size} words`,
    (caught: unknown) => caught,
  );
  if (!(error instanceof FormatError)) throw new Error(`no FormatError: ${String(error)}`);
  return error.message;
}

describe("a text file", () => {
  it.each([
    ["3 2\na 1 2\nb 3 4\nc 5 6\n"],
    ["\ufeff3 2\r\na 1 2\r\nb 3 4\r\nc 5 6"],
    ["3 2 \na 1 2 \nb 3 4 \nc 5 6 \n\n\r\n  \n"],
    ["3\t2\na\t1\t2\nb  3  4\nc 5 6\n"],
    [" 3 2\na 1e0 2E+0\nb +3 4.\nc 5.0 0.6e1\n"],
  ])("may be written as %j", async (text) => {
    using vectors = await readWord2vecText(utf8(text));
    expect(vectors.words).toEqual(["a", "b", "c"]);
    expect([...vectors.matrix()]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("may have words with spaces, other white space, byte order marks and numbers", async () => {
    const words = ["new york", ". . .", "\u00a0", "a\u2028b", "\ufeff", "\ufeffx", "5", "1 2", "日本 語"];
    const lines = words.map((word, i) => `${word} ${i} 1\n`).join("");
    using vectors = await readWord2vecText(utf8(`${words.length} 2\n${lines}`));
    expect(vectors.words).toEqual(words);
    using glove = await readGloveText(utf8(`\ufeff 7 1\n${lines.replace("\ufeff 4 1\n", "")}`));
    expect(glove.words).toEqual(["\ufeff", ...words.filter((word) => word !== "\ufeff")]);
    using marked = await readGloveText(utf8("\ufeffthe 7 1\n"));
    expect(marked.words).toEqual(["the"]);
    using told = await readGloveText(utf8("a b 1 2\nc 3 4\n"), { dim: 2 });
    expect([told.words, told.dim]).toEqual([["a b", "c"], 2]);
  });

  it.each([
    ["", "line 1"],
    ["\n", "line 1"],
    ["a b\n", "line 1"],
    ["2\na 1\n", "line 1"],
    ["2 1 1\na 1\n", "line 1"],
    ["-2 1\n", "line 1"],
    ["2.5 1\n", "line 1"],
    ["0 5\n", "line 1"],
    ["2 0\n", "line 1: expected vectors of 1 to 65536 numbers"],
    ["2 65537\n", "line 1: expected vectors of 1 to 65536 numbers"],
    ["99999999999999999999 5\n", "line 1"],
    ["1".repeat(1000), "line 1: expected a line of at most 256 bytes"],
    ["2 2\na 1 2\n", "file: expected 2 words, as its first line says, got 1"],
    ["900000000000000 60000\na 1\n", "line 2: expected a word and 60000 numbers, got 1 numbers"],
    ["1 2\na 1 2\nb 3 4\n", "line 3: expected nothing after 1 words"],
    ["2 2\na 1 2\n\nb 3 4\n", "line 3: expected a word and its numbers, got an empty line"],
    ["2 2\na 1\nb 3 4\n", "line 2: expected a word and 2 numbers, got 1 numbers"],
    ["2 2\n1 2\nb 3 4\n", "line 2: expected a word and 2 numbers, got 1 numbers"],
    ["2 2\na 1 2\nb 3 x\n", 'line 3, number 2: expected a number that float32 holds, got "x"'],
    ["2 2\na 1 2\nb nan 4\n", "line 3, number 1"],
    ["2 2\na 1 inf\nb 3 4\n", "line 2, number 2"],
    ["2 2\na 1 1e39\nb 3 4\n", "line 2, number 2"],
    ["2 2\na 1 0x10\nb 3 4\n", "line 2, number 2"],
    ["2 2\na 1 1,5\nb 3 4\n", "line 2, number 2"],
    ["2 2\na 1 2\na 3 4\n", 'line 3: expected each word once, got "a" again'],
    ["2 2\na 3e37 3e37\nb 3 4\n", "line 2: expected a vector shorter than 1e37"],
    ["1 1\na\u0000b 1 \u00002\n", "line 2, number 1"],
  ])("that is %j is a FormatError that says where", async (text, message) => {
    expect(await messageOf(readWord2vecText(utf8(text)))).toContain(message);
  });

  it.each([
    ["", "line 1"],
    ["a\n", "line 1"],
    ["\n", "line 1"],
    ["a 1 2\nb 3\n", "line 2: expected a word and 2 numbers, got 1 numbers"],
    ["a 1 2\nb 3 z\n", "line 2, number 2"],
    ["a 1 2\n\nb 3 4\n", "line 2: expected a word and its numbers"],
  ])("of GloVe's that is %j is a FormatError that says where", async (text, message) => {
    expect(await messageOf(readGloveText(utf8(text)))).toContain(message);
  });

  it("without an end to its line is refused before it fills the memory", async () => {
    let given = 0;
    function* endless(): Generator<Uint8Array, void, void> {
      yield utf8("2 2\na 1 2\n");
      for (;;) {
        given += 65_536;
        yield new Uint8Array(65_536).fill(0x61);
      }
    }
    expect(await messageOf(readWord2vecText(endless()))).toContain("line 3: expected a line of at most");
    expect(given).toBeLessThan(1e6);
  });

  it("with a word that is no UTF-8 is refused, or read with a mark in its place", async () => {
    const file = joined([utf8("2 1\na 1\n"), Uint8Array.of(0x62, 0xe6, 0x97), utf8(" 2\n")]);
    expect(await messageOf(readWord2vecText(file))).toBe("line 3: expected a word in UTF-8, got other bytes");
    using vectors = await readWord2vecText(file, { invalidUtf8: "replace" });
    expect(vectors.words).toEqual(["a", "b\ufffd"]);
  });

  it("with a word that comes again is read without it, where that is wanted", async () => {
    const text = utf8("4 2\na 1 2\nb 3 4\na 5 6\nc 7 8\n");
    using vectors = await readWord2vecText(text, { duplicates: "first" });
    expect(vectors.words).toEqual(["a", "b", "c"]);
    expect([...vectors.matrix()]).toEqual([1, 2, 3, 4, 7, 8]);
    using two = await readWord2vecText(text, { duplicates: "first", limit: 3 });
    expect(two.words).toEqual(["a", "b", "c"]);
  });
});

describe("a binary file", () => {
  it("may have a line feed after each vector, or none", async () => {
    for (const end of ["", "\n"]) {
      using vectors = await readWord2vecBinary(binary("2 3\n", ["a", [1, 2, 3], end], ["b", [4, 5, 6], end]));
      expect([...vectors.matrix()]).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  it.each([
    ["no second vector", binary("2 3\n", ["a", [1, 2, 3]]), "byte 18: expected 2 words"],
    ["half a vector", binary("1 3\n", ["a", [1, 2]]), "byte 6: expected 12 bytes of numbers, got 8"],
    ["a word and its end", joined([utf8("1 3\nword")]), "byte 4: expected 1 words"],
    ["something behind", binary("1 3\n", ["a", [1, 2, 3]], ["b", [1]]), "byte 18: expected nothing after 1"],
    ["NaN", binary("1 3\n", ["a", [1, NaN, 3]]), "byte 10: expected a finite number, got NaN"],
    ["an infinity", binary("1 3\n", ["a", [1, 2, -Infinity]]), "byte 14: expected a finite number"],
    ["a word twice", binary("2 1\n", ["a", [1]], ["a", [2]]), 'byte 10: expected each word once, got "a"'],
    ["an empty word", binary("1 1\n", ["", [1]]), "byte 4: expected a word"],
    ["a long vector", binary("1 2\n", ["a", [3e37, 3e37]]), "byte 4: expected a vector shorter"],
    ["broken UTF-8", binary("1 1\n", [[0xe6, 0x97], [1]]), "byte 4: expected a word in UTF-8"],
    ["a header of text", utf8("a 1 2 3\n"), "line 1"],
    ["no header", new Uint8Array(5000).fill(7), "line 1"],
  ])("with %s is a FormatError that says where", async (_, file, message) => {
    expect(await messageOf(readWord2vecBinary(file))).toContain(message);
  });

  it("with a word that does not end is refused before it fills the memory", async () => {
    let given = 0;
    function* endless(): Generator<Uint8Array, void, void> {
      yield utf8("2 2\n");
      for (;;) {
        given += 65_536;
        yield new Uint8Array(65_536).fill(0x61);
      }
    }
    expect(await messageOf(readWord2vecBinary(endless()))).toContain("byte 4: expected a space");
    expect(given).toBeLessThan(1e6);
  });

  it("that claims more than it has takes no memory for the claim", async () => {
    const file = binary("999999999999 65536\n", ["a", [1]]);
    expect(await messageOf(readWord2vecBinary(file))).toContain("262144 bytes of numbers, got 4");
  });
});

it("turns any damage into a typed error, or vectors", async () => {
  using vectors = WordVectors.from(["a", "bc", "d"], Float32Array.of(1, 2, 3, 4, 5, 6));
  const files = [
    [joined(writeWord2vecBinary(vectors)), readWord2vecBinary],
    [utf8("3 2\na 1 2\nbc 0.3 4e1\nd -5 6\n"), readWord2vecText],
    [utf8("a 1 2\nbc 0.3 4e1\nd -5 6\n"), readGloveText],
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
      fc.option(fc.nat(60)),
      async ([file, read], changes, cut) => {
        const damaged = file.slice(0, cut ?? file.length);
        for (const [at, byte] of changes) damaged[at % Math.max(1, damaged.length)] = byte;
        const outcome: unknown = await read(damaged).catch((error: unknown) => error);
        if (outcome instanceof WordVectors) outcome.dispose();
        else expect(outcome).toBeInstanceOf(FormatError);
      },
    ),
    { numRuns: 600 },
  );
});

it("refuses sources that give no bytes, and options that make no sense", async () => {
  for (const bad of [undefined, null, 5, "1 1\na 1\n", {}, [1, 2], ["text"]]) {
    await expect(readWord2vecText(bad as Uint8Array)).rejects.toThrow(DTypeError);
  }
  const file = utf8("1 1\na 1\n");
  for (const options of [
    { limit: 0 },
    { limit: 1.5 },
    { duplicates: "last" as "first" },
    { invalidUtf8: "ignore" as "error" },
  ]) {
    await expect(readWord2vecText(file, options)).rejects.toThrow(RangeError);
  }
  await expect(readGloveText(utf8("a 1\n"), { dim: 0 })).rejects.toThrow(RangeError);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield utf8("2 1\na 1\n");
    throw new Error("the network is gone");
  }
  await expect(readWord2vecText(broken())).rejects.toThrow("the network is gone");
  await expect(readWord2vecText(broken())).rejects.not.toThrow(LanewiseError);
});
