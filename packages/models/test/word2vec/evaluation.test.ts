import { FormatError, RangeError, Runtime } from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import {
  evaluateAnalogies,
  evaluateSimilarities,
  readAnalogies,
  readWordPairs,
  WordVectors,
} from "../../src/word2vec/index.js";
import { noise } from "../variants.js";

/** Grids of words: "r3c1" lies at the sum of row 3's and column 1's vector, so its analogies hold exactly. */
function makeGrid(rows: number, columns: number, dim: number): WordVectors {
  const words: string[] = [];
  const matrix: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      words.push(`r${r}c${c}`);
      const [row, column] = [noise(dim, 100 + r), noise(dim, 200 + c)];
      const sum = Array.from(row, (x, i) => x + column[i]!);
      const length = Math.hypot(...sum);
      matrix.push(...sum.map((x) => x / length));
    }
  }
  return WordVectors.from(words, Float32Array.from(matrix));
}

const grid = makeGrid(12, 4, 40);

/** All questions of the grid: r1c0 is to r1c1 as r5c0 to r5c1. */
function gridQuestions(): string {
  const lines = [": columns"];
  for (let a = 0; a < 12; a++)
    for (let b = 0; b < 12; b++) if (a !== b) lines.push(`r${a}c0 r${a}c1 r${b}c0 r${b}c1`);
  lines.push(": gram9-columns");
  for (let a = 0; a < 12; a++) lines.push(`R${a}C2 r${a}c3 r${(a + 1) % 12}c2 r${(a + 1) % 12}c3`);
  return lines.join("\r\n");
}

describe("evaluateAnalogies", () => {
  it.each(["3CosAdd", "3CosMul"] as const)("counts as the answers by themselves do: %s", async (method) => {
    const sections = readAnalogies(gridQuestions());
    const report = await evaluateAnalogies(grid, sections, { method });
    for (const [i, { questions }] of sections.entries()) {
      const right = questions.filter(([a, b, c, d]) => {
        const query = { positive: [b, c], negative: [a.toLowerCase()] };
        return grid.analogy(query, { method, k: 1 })[0]!.word === d;
      });
      expect(report.sections[i]).toMatchObject({ correct: right.length, asked: questions.length });
    }
    expect(report.total.correct).toBe(report.semantic.correct + report.syntactic.correct);
    // The grid's own structure: most of them hold.
    expect(report.total.accuracy).toBeGreaterThan(0.9);
    expect(report.total.coverage).toBe(1);
    using bytes = grid.quantized();
    const inBytes = await evaluateAnalogies(bytes, sections, { method });
    expect(inBytes.total.accuracy).toBeGreaterThan(0.9);
  });

  it("leaves out what it does not know", async () => {
    const sections = readAnalogies(": a\nr0c0 r0c1 r1c0 r1c1\nr0c0 r0c1 r1c0 nobody\nR0C0 r0c1 r1c0 r1c1\n");
    const plain = await evaluateAnalogies(grid, sections, { caseFolding: false });
    expect(plain.total).toMatchObject({ asked: 1, questions: 3, coverage: 1 / 3 });
    const folded = await evaluateAnalogies(grid, sections);
    expect(folded.total).toMatchObject({ asked: 2, questions: 3 });
    const few = await evaluateAnalogies(grid, sections, { restrict: 5 });
    expect(few.total).toMatchObject({ asked: 0, accuracy: 0, coverage: 0 });
    const none = await evaluateAnalogies(grid, []);
    expect(none.total).toEqual({ correct: 0, asked: 0, questions: 0, accuracy: 0, coverage: 0 });
  });

  it("passes over every form of the question's own words, however many there are", async () => {
    // 2^6 ways to write one word, all nearer than the answer.
    const forms = Array.from({ length: 64 }, (_, i) =>
      Array.from("abcdef", (letter, bit) => ((i >> bit) & 1 ? letter.toUpperCase() : letter)).join(""),
    );
    const words = [...forms, "x", "y", "z"];
    const matrix = new Float32Array(words.length * 2);
    words.forEach((word, i) => matrix.set(word === "z" ? [0.9, 0.4] : [1, 0], 2 * i));
    using vectors = WordVectors.from(words, matrix);
    const sections = readAnalogies(": one\nx abcdef y z\n");
    const report = await evaluateAnalogies(vectors, sections);
    expect(report.total.correct).toBe(1);
    const only = await evaluateAnalogies(vectors, readAnalogies(": one\nx abcdef y x\n"), { restrict: 66 });
    expect(only.total).toMatchObject({ correct: 0, asked: 1 });
  });

  it("stops when it is told to, tells how far it is, and keeps no memory", async () => {
    const runtime = Runtime.createSync();
    using vectors = WordVectors.from(grid.words, grid.matrix(), { runtime });
    const sections = readAnalogies(gridQuestions());
    const told: number[][] = [];
    await evaluateAnalogies(vectors, sections, { onProgress: (...done) => void told.push(done) });
    const before = runtime.heap.bytesInUse;
    await evaluateAnalogies(vectors, sections, { method: "3CosMul" });
    expect(told.at(-1)).toEqual([144, 144]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(evaluateAnalogies(vectors, sections, { signal })).rejects.toThrow("enough");
    const bad = { method: "x" as "3CosMul" };
    await expect(evaluateAnalogies(vectors, sections, bad)).rejects.toThrow(RangeError);
    await expect(evaluateAnalogies(vectors, sections, { restrict: 0 })).rejects.toThrow(RangeError);
    const yes = { caseFolding: "yes" as unknown as boolean };
    await expect(evaluateAnalogies(vectors, sections, yes)).rejects.toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(before);
  });
});

describe("readAnalogies", () => {
  it("reads sections, whatever the white space", () => {
    const text = "\ufeff: one  two\r\na b\tc d\n\n  e  f g h \r\n:three\n";
    expect(readAnalogies(text)).toEqual([
      {
        name: "one  two",
        questions: [
          ["a", "b", "c", "d"],
          ["e", "f", "g", "h"],
        ],
      },
      { name: "three", questions: [] },
    ]);
    expect(readAnalogies("")).toEqual([]);
  });

  it.each([
    ["a b c d\n", "line 1"],
    [": x\na b c\n", 'line 2: expected four words, got "a b c"'],
    [": x\n\na b c d e\n", "line 3"],
  ])("of %j throws a FormatError that says where", (text, message) => {
    expect(() => readAnalogies(text)).toThrow(FormatError);
    expect(() => readAnalogies(text)).toThrow(message);
  });
});

describe("evaluateSimilarities", () => {
  it("compares cosines with scores", async () => {
    const pairs = readWordPairs("r0c0\tr0c1\t3\nr0c0\tr5c2\t1\nr1c1\tR1C2\t2\nr0c0\tnobody\t9\n");
    const report = await evaluateSimilarities(grid, pairs);
    expect(report).toMatchObject({ asked: 3, pairs: 4, coverage: 0.75 });
    const [a, b, c] = [["r0c0", "r0c1"] as const, ["r0c0", "r5c2"] as const, ["r1c1", "r1c2"] as const].map(
      ([x, y]) => grid.similarity(x, y),
    );
    const order = [a!, b!, c!].map((x) => [a!, b!, c!].filter((y) => y < x).length);
    const squares = (order[0]! - 2) ** 2 + order[1]! ** 2 + (order[2]! - 1) ** 2;
    expect(report.spearman).toBeCloseTo(1 - (6 * squares) / (3 * 8), 12);
    expect(await evaluateSimilarities(grid, [])).toMatchObject({ asked: 0, pairs: 0, coverage: 0 });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(evaluateSimilarities(grid, pairs, { signal })).rejects.toThrow("enough");
  });
});

describe("readWordPairs", () => {
  it("reads tabs, commas and spaces, with a header or none", () => {
    const wanted = [
      { a: "tiger", b: "cat", score: 7.35 },
      { a: "Mars", b: "water", score: 2.94 },
    ];
    for (const text of [
      "Word 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\nMars\twater\t2.94\n",
      "# a comment\n\ntiger,cat,7.35\r\nMars,water,2.94",
      "\ufefftiger cat 7.35\nMars  water 2.94\n",
    ]) {
      expect(readWordPairs(text)).toEqual(wanted);
    }
    const simlex = "word1\tword2\tPOS\tSimLex999\nold\tnew\tA\t1.58\n";
    expect(readWordPairs(simlex, { column: 3 })).toEqual([{ a: "old", b: "new", score: 1.58 }]);
  });

  it.each([
    ["a\tb\t1\na\tb\n", "line 2"],
    ["a\tb\t1\na\tb\tx\n", "line 2"],
    ["a\tb\n", "line 1"],
    ["a\t\t1\n", "line 1"],
    ["a\tb\t1\n\nc\td\t1e999\n", "line 3"],
  ])("of %j throws a FormatError that says where", (text, message) => {
    expect(() => readWordPairs(text)).toThrow(FormatError);
    expect(() => readWordPairs(text)).toThrow(message);
    expect(() => readWordPairs("", { column: 1 })).toThrow(RangeError);
  });
});
