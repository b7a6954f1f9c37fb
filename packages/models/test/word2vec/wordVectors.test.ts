import { DisposedError, DTypeError, FormatError, RangeError, ShapeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/io/index.js";
import { WordVectors } from "../../src/word2vec/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

/** Words w0, w1, …, with vectors of noise. */
function makeWords(size: number): string[] {
  return Array.from({ length: size }, (_, i) => `w${i}`);
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** All words by falling score, in float64. */
function ranked(
  words: readonly string[],
  score: (word: string) => number,
): { word: string; score: number }[] {
  return words.map((word) => ({ word, score: score(word) })).sort((a, b) => b.score - a.score);
}

describeVariants("WordVectors", (runtime) => {
  const [size, dim] = [60, 9];
  const words = makeWords(size);
  const matrix = noise(size * dim, 1, 3);
  const rowOf = (word: string): Float32Array => {
    const i = words.indexOf(word);
    return matrix.subarray(i * dim, (i + 1) * dim);
  };
  const make = (): WordVectors => WordVectors.from(words, matrix, { runtime });

  it("tells what it holds", () => {
    using vectors = make();
    expect([vectors.size, vectors.dim, vectors.format, vectors.counts]).toEqual([
      size,
      dim,
      "f32",
      undefined,
    ]);
    expect(vectors.words).toEqual(words);
    expect([vectors.has("w3"), vectors.has("W3"), vectors.has("__proto__")]).toEqual([true, false, false]);
    expect([vectors.indexOf("w59"), vectors.indexOf("x")]).toEqual([59, undefined]);
    expect(vectors.vector("w7")).toEqual(rowOf("w7"));
    expect(vectors.matrix()).toEqual(matrix);
    expectClose([vectors.similarity("w1", "w2")], [cosine(rowOf("w1"), rowOf("w2"))], { absolute: 1e-12 });
    expect(vectors.similarity("w1", rowOf("w1"))).toBeCloseTo(1, 12);
  });

  it("finds the neighbours that a sorted list of cosines has", () => {
    using vectors = make();
    for (const word of ["w0", "w31", "w59"]) {
      const wanted = ranked(words, (other) => cosine(rowOf(word), rowOf(other))).filter(
        (w) => w.word !== word,
      );
      const found = vectors.nearest(word, { k: size });
      expect(found.map((n) => n.word)).toEqual(wanted.map((w) => w.word));
      expectClose(
        found.map((n) => n.similarity),
        wanted.map((w) => w.score),
        { absolute: 1e-6 },
      );
      for (const { word: name, index } of found) expect(words[index]).toBe(name);
      const byVector = vectors.nearest(rowOf(word), { k: 3 });
      expect(byVector[0]!.word).toBe(word);
      expect(byVector.slice(1).map((n) => n.word)).toEqual(found.slice(0, 2).map((n) => n.word));
    }
    expect(vectors.nearest("w5")).toHaveLength(10);
    expect(vectors.nearest("w5", { k: 0 })).toEqual([]);
  });

  it("leaves out what it is told to", () => {
    using vectors = make();
    const all = vectors.nearest("w4", { k: size });
    const exclude = [all[0]!.word, all[2]!.word, "unknown"];
    const rest = all.filter((n) => !exclude.includes(n.word));
    expect(vectors.nearest("w4", { k: 5, exclude })).toEqual(rest.slice(0, 5));
    expect(vectors.nearest("w4", { k: 5, exclude: new Set(exclude).values() })).toEqual(rest.slice(0, 5));
    const threshold = all[6]!.similarity;
    expect(vectors.nearest("w4", { k: size, threshold })).toEqual(all.slice(0, 7));
    const first = all.filter((n) => n.index < 20);
    expect(vectors.nearest("w4", { k: size, restrict: 20 })).toEqual(first);
    expect(vectors.nearest("w40", { k: size, restrict: 20 })).toHaveLength(20);
    expect(vectors.nearest("w4", { restrict: 0 })).toEqual([]);
  });

  it("puts the earlier of two equal words first", () => {
    const same = Float32Array.from({ length: 50 * 3 }, (_, i) => [0.3, -0.2, 0.7][i % 3]!);
    using vectors = WordVectors.from(makeWords(50), same, { runtime });
    expect(vectors.nearest("w3", { k: 4 }).map((n) => n.word)).toEqual(["w0", "w1", "w2", "w4"]);
    using bytes = vectors.quantized();
    expect(bytes.nearest("w3", { k: 4 }).map((n) => n.word)).toEqual(["w0", "w1", "w2", "w4"]);
  });

  it("answers analogies by sums and by products of cosines", () => {
    using vectors = make();
    const unitOf = (word: string): number[] => {
      const length = Math.sqrt(rowOf(word).reduce((sum, x) => sum + x * x, 0));
      return Array.from(rowOf(word), (x) => x / length);
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }),
        fc.nat(2),
        (asked, negatives) => {
          const positive = asked.slice(Math.min(negatives, asked.length - 1));
          const negative = asked.slice(0, Math.min(negatives, asked.length - 1));
          const sum = Array.from({ length: dim }, (_, i) => {
            const of = (list: string[]): number => list.reduce((total, word) => total + unitOf(word)[i]!, 0);
            return of(positive) - of(negative);
          });
          const others = words.filter((word) => !asked.includes(word));
          const added = ranked(others, (word) => cosine(sum, rowOf(word)));
          const found = vectors.analogy({ positive, negative }, { k: 3 });
          expectClose(
            found.map((n) => n.similarity),
            added.slice(0, 3).map((w) => w.score),
            { absolute: 3e-6 },
          );
          const product = (list: string[], word: string): number =>
            list.reduce((total, other) => (total * (1 + cosine(rowOf(other), rowOf(word)))) / 2, 1);
          const multiplied = ranked(others, (word) => {
            const below = negative.length > 0 ? product(negative, word) + 0.001 : 1;
            return product(positive, word) / below;
          });
          const answers = vectors.analogy({ positive, negative }, { k: 3, method: "3CosMul" });
          expectClose(
            answers.map((n) => n.similarity),
            multiplied.slice(0, 3).map((w) => w.score),
            { relative: 1e-3 },
          );
          for (const { word } of [...found, ...answers]) expect(asked).not.toContain(word);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("finds the queen by either method", () => {
    const people = ["man", "woman", "king", "queen", "apple"];
    // Columns: royal, male, female, fruit.
    const rows = [0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0.1, 0.1, 1];
    using vectors = WordVectors.from(people, Float32Array.from(rows), { runtime });
    for (const method of ["3CosAdd", "3CosMul"] as const) {
      const query = { positive: ["king", "woman"], negative: ["man"] };
      expect(vectors.analogy(query, { method })[0]!.word).toBe("queen");
      expect(vectors.analogy(query, { method, exclude: ["queen"] })[0]!.word).toBe("apple");
    }
    expect(vectors.doesntMatch(["king", "queen", "apple", "woman"])).toBe("apple");
  });

  it("names the word that doesn't match", () => {
    using vectors = make();
    const asked = ["w2", "w9", "w17", "w33"];
    const mean = new Float64Array(dim);
    for (const word of asked) {
      const length = Math.sqrt(rowOf(word).reduce((sum, x) => sum + x * x, 0));
      rowOf(word).forEach((x, i) => (mean[i]! += x / length));
    }
    const wanted = ranked(asked, (word) => cosine(mean, rowOf(word))).at(-1)!;
    expect(vectors.doesntMatch(asked)).toBe(wanted.word);
  });

  it("keeps bytes within half a step, and their neighbours near", () => {
    using vectors = make();
    using bytes = vectors.quantized();
    expect([bytes.format, bytes.size, bytes.dim]).toEqual(["i8", size, dim]);
    for (const word of words) {
      const greatest = Math.max(...rowOf(word).map(Math.abs));
      expectClose(bytes.vector(word), rowOf(word), { relative: 1e-6, absolute: greatest / 253.9 });
      const near = bytes.nearest(word, { k: size });
      for (const { word: other, similarity } of near) {
        expectClose([similarity], [cosine(bytes.vector(word), bytes.vector(other))], { absolute: 2e-5 });
        expectClose([similarity], [cosine(rowOf(word), rowOf(other))], { absolute: 0.02 });
      }
    }
    using again = bytes.quantized();
    expect(again.matrix()).toEqual(bytes.matrix());
    const answers = bytes.analogy({ positive: ["w1", "w2"], negative: ["w3"] }, { method: "3CosMul", k: 2 });
    expect(answers).toHaveLength(2);
  });

  it("normalises in both formats", () => {
    using vectors = make();
    using bytes = vectors.quantized();
    for (const one of [vectors, bytes]) {
      using unit = one.normalized();
      expect(unit.format).toBe(one.format);
      for (const word of words) {
        const length = Math.sqrt(unit.vector(word).reduce((sum, x) => sum + x * x, 0));
        expect(length).toBeCloseTo(1, 5);
        expect(cosine(unit.vector(word), one.vector(word))).toBeCloseTo(1, 6);
      }
    }
  });

  it("takes subsets, with their counts", () => {
    const counts = words.map((_, i) => 1000 - i);
    using vectors = WordVectors.from(words, matrix, { runtime, counts });
    using bytes = vectors.quantized();
    for (const one of [vectors, bytes]) {
      using chosen = one.subset(["w9", "w2", "w30"]);
      expect([chosen.words, chosen.format]).toEqual([["w9", "w2", "w30"], one.format]);
      expect([...chosen.counts!]).toEqual([991, 998, 970]);
      for (const word of chosen.words) expect(chosen.vector(word)).toEqual(one.vector(word));
      using first = one.subset(7);
      expect(first.words).toEqual(words.slice(0, 7));
      expect(first.matrix()).toEqual(one.matrix().subarray(0, 7 * dim));
      for (const bad of [0, 61, 1.5, ["w1", "w1"], ["x"], []]) {
        expect(() => one.subset(bad)).toThrow(RangeError);
      }
    }
  });

  it("comes back from its file", () => {
    const names = ["a", "日本", "\u{1f600}", "with space", "", "\ufeff", "__proto__"];
    const values = noise(7 * 3, 5);
    for (const counts of [undefined, [7, 6, 5, 4, 3, 2, 0]]) {
      using vectors = WordVectors.from(names, values, { runtime, counts });
      using bytes = vectors.quantized();
      for (const one of [vectors, bytes]) {
        using loaded = WordVectors.load(one.save(), { runtime });
        expect([loaded.words, loaded.format, loaded.counts]).toEqual([names, one.format, one.counts]);
        expect(loaded.matrix()).toEqual(one.matrix());
        expect(loaded.nearest("a")).toEqual(one.nearest("a"));
        expect(loaded.save()).toEqual(one.save());
      }
    }
  });

  it("keeps zeros apart, and takes vectors of any size that float32 can square", () => {
    const values = Float32Array.of(0, 0, 3e18, 4e18, -3e-20, -4e-20, 1, 0);
    using vectors = WordVectors.from(["zero", "large", "small", "x"], values, { runtime });
    expectClose([vectors.similarity("large", "small")], [-1], { absolute: 1e-12 });
    expect(vectors.similarity("zero", "large")).toBe(0);
    const found = vectors.nearest("large", { k: 4 });
    expect(found.map((n) => n.word)).toEqual(["x", "zero", "small"]);
    expectClose(
      found.map((n) => n.similarity),
      [0.6, 0, -1],
      { absolute: 1e-6 },
    );
    expect(vectors.nearest("zero", { k: 4 }).map((n) => n.similarity)).toEqual([0, 0, 0]);
  });

  it("gives its memory back, and is dead then", () => {
    const before = runtime.heap.bytesInUse;
    const vectors = make();
    const bytes = vectors.quantized();
    vectors.analogy({ positive: ["w1"], negative: ["w2"] }, { method: "3CosMul" });
    vectors.dispose();
    vectors.dispose();
    expect(bytes.nearest("w1")).toHaveLength(10);
    bytes.dispose();
    expect(runtime.heap.bytesInUse).toBe(before);
    for (const call of [
      (): unknown => vectors.vector("w1"),
      (): unknown => vectors.nearest("w1"),
      (): unknown => vectors.similarity("w1", "w2"),
      (): unknown => vectors.analogy({ positive: ["w1"] }, { method: "3CosMul" }),
      (): unknown => vectors.doesntMatch(["w1", "w2"]),
      (): unknown => vectors.quantized(),
      (): unknown => vectors.subset(1),
      (): unknown => vectors.save(),
      (): unknown => vectors.matrix(),
    ]) {
      expect(call).toThrow(DisposedError);
    }
  });

  it("refuses what makes no vectors, and keeps no memory for it", () => {
    const before = runtime.heap.bytesInUse;
    const from = (words: unknown, matrix: unknown, counts?: unknown) => (): unknown =>
      WordVectors.from(words as string[], matrix as Float32Array, { runtime, counts: counts as number[] });
    const two = Float32Array.of(1, 2, 3, 4);
    expect(from(["a", "a"], two)).toThrow(RangeError);
    expect(from([], new Float32Array(0))).toThrow(RangeError);
    expect(from(undefined, two)).toThrow(RangeError);
    expect(from(["a", 5], two)).toThrow(RangeError);
    expect(from(["a", "b", "c"], two)).toThrow(ShapeError);
    expect(from(["a", "b"], new Float32Array(0))).toThrow(ShapeError);
    expect(from(["a"], new Float32Array(65_537))).toThrow(ShapeError);
    expect(from(["a", "b"], [1, 2])).toThrow(DTypeError);
    expect(from(["a", "b"], undefined)).toThrow(DTypeError);
    for (const bad of [NaN, Infinity, -Infinity, 1e38]) {
      expect(from(["a", "b"], Float32Array.of(1, 2, bad, 4))).toThrow(RangeError);
    }
    expect(from(["a", "b"], Float32Array.of(1, 2, 3, NaN))).toThrow("matrix, row 1, column 1");
    expect(from(["a", "b"], two, [1])).toThrow(ShapeError);
    expect(from(["a", "b"], two, [1, -1])).toThrow(RangeError);
    expect(from(["a", "b"], two, [1, NaN])).toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(before);
  });

  it("refuses questions that make no sense", () => {
    using vectors = make();
    expect(() => vectors.vector("x")).toThrow('word: expected one that has a vector, got "x"');
    expect(() => vectors.nearest("x")).toThrow(RangeError);
    expect(() => vectors.nearest([1, 2])).toThrow(ShapeError);
    expect(() => vectors.nearest(new Float32Array(dim).fill(NaN))).toThrow(RangeError);
    expect(() => vectors.nearest(undefined as unknown as string)).toThrow(ShapeError);
    expect(() => vectors.similarity("w1", [1])).toThrow(ShapeError);
    for (const options of [{ k: -1 }, { k: 1.5 }, { k: NaN }, { restrict: -1 }, { threshold: NaN }]) {
      expect(() => vectors.nearest("w1", options)).toThrow(RangeError);
      const method = "3CosMul" as const;
      expect(() => vectors.analogy({ positive: ["w1"] }, { ...options, method })).toThrow(RangeError);
    }
    expect(() => vectors.analogy({ positive: [] })).toThrow(RangeError);
    expect(() => vectors.analogy({ positive: ["x"] })).toThrow(RangeError);
    expect(() => vectors.analogy({ positive: ["w1"] }, { method: "x" as "3CosMul" })).toThrow(RangeError);
    expect(() => vectors.doesntMatch(["w1"])).toThrow(RangeError);
    expect(() => vectors.doesntMatch(["w1", "x"])).toThrow(RangeError);
    expect(() => vectors.analogy({} as { positive: string[] })).toThrow(RangeError);
    expect(() => vectors.nearest("w1", { exclude: "w2" })).toThrow(RangeError);
  });

  it("finds the odd one of a long list", () => {
    using vectors = make();
    const many = Array.from({ length: 200_000 }, (_, i) => (i === 77 ? "w2" : "w1"));
    expect(vectors.doesntMatch(many)).toBe("w2");
  });
});

describe("a file of vectors", () => {
  const vectors = WordVectors.from(["a", "b"], Float32Array.of(1, 2, 3, 4), { counts: [2, 1] });
  const good = readSafetensors(vectors.quantized().save());

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    ["another format", {}, { format: "other" }],
    ["no words", {}, { words: "[]" }],
    ["words that are none", {}, { words: '["a", 1]' }],
    ["broken words", {}, { words: '["a"' }],
    ["a word twice", {}, { words: '["a", "a"]' }],
    ["too few vectors", {}, { words: '["a", "b", "c"]' }],
    ["no vectors", { vectors: undefined }, {}],
    ["vectors of one dimension", { vectors: Int8Array.of(1, 2) }, {}],
    ["vectors of another type", { vectors: { shape: [2, 2], data: new Uint8Array(4) } }, {}],
    ["vectors that are not finite", { vectors: { shape: [2, 1], data: Float32Array.of(1, NaN) } }, {}],
    ["vectors that are too long", { vectors: { shape: [2, 2], data: Float32Array.of(1, 2, 2e38, 0) } }, {}],
    ["bytes whose scale makes them too long", { scales: Float32Array.of(1, 3e38) }, {}],
    ["no scales", { scales: undefined }, {}],
    ["a scale too few", { scales: Float32Array.of(1) }, {}],
    ["a negative scale", { scales: Float32Array.of(1, -1) }, {}],
    ["a scale that is no number", { scales: Float32Array.of(1, NaN) }, {}],
    ["a negative count", { counts: Float64Array.of(1, -1) }, {}],
    ["a count too many", { counts: Float64Array.of(1, 1, 1) }, {}],
  ])("with %s is a FormatError", (_, tensors, metadata) => {
    const changed = new Map(Object.entries({ ...Object.fromEntries(good.tensors), ...tensors }));
    for (const [name, tensor] of changed) if (tensor === undefined) changed.delete(name);
    const file = writeSafetensors(changed as Parameters<typeof writeSafetensors>[0], {
      ...good.metadata,
      ...metadata,
    });
    expect(() => WordVectors.load(file)).toThrow(FormatError);
  });
});
