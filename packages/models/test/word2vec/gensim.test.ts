import { describe, expect, it } from "vitest";
import {
  evaluateAnalogies,
  evaluateSimilarities,
  readAnalogies,
  readGloveText,
  readWord2vecBinary,
  readWord2vecText,
  WordVectors,
} from "../../src/word2vec/index.js";
import golden from "../golden/gensimVectors.json" with { type: "json" };
import { expectClose } from "../variants.js";
import { fromBase64, inPieces } from "./pieces.js";

const matrix = new Float32Array(fromBase64(golden.matrix).buffer);
const { words, dim, files } = golden;
const vectors = WordVectors.from(words, matrix);

type Answers = [string, number][];

function expectAnswers(found: readonly { word: string; similarity: number }[], wanted: Answers): void {
  expect(found.map(({ word }) => word)).toEqual(wanted.map(([word]) => word));
  expectClose(
    found.map(({ similarity }) => similarity),
    wanted.map(([, score]) => score),
    { relative: 2e-6, absolute: 1e-6 },
  );
}

describe("files of gensim and of word2vec.c", () => {
  it.each([1, 3, 100, 1 << 20])("are read to the bit, in pieces of %i bytes", async (size) => {
    for (const [file, read] of [
      [files.text, readWord2vecText],
      [files.binary, readWord2vecBinary],
      [files.glove, readGloveText],
      [files.cBinary, readWord2vecBinary],
    ] as const) {
      using loaded = await read(inPieces(fromBase64(file), size));
      expect(loaded.words).toEqual(words);
      expect(loaded.matrix()).toEqual(matrix);
    }
  });

  it("are read to the six places that word2vec.c writes", async () => {
    using loaded = await readWord2vecText(fromBase64(files.cText));
    expect(loaded.words).toEqual(words);
    expectClose(loaded.matrix(), matrix, { relative: 0, absolute: 5.1e-7 + 2 ** -20 });
  });
});

describe("what gensim answers", () => {
  it("we answer too: neighbours, analogies, the odd one out", () => {
    for (const [word, wanted] of Object.entries(golden.nearest)) {
      expectAnswers(vectors.nearest(word, { k: 5 }), wanted as Answers);
    }
    for (const { positive, negative, cosAdd, cosMul } of golden.analogies) {
      expectAnswers(vectors.analogy({ positive, negative }, { k: 5 }), cosAdd as Answers);
      const multiplied = vectors.analogy({ positive, negative }, { k: 5, method: "3CosMul" });
      expect(multiplied.map(({ word }) => word)).toEqual(cosMul.map(([word]) => word));
      expectClose(
        multiplied.map(({ similarity }) => similarity),
        cosMul.map(([, score]) => score as number),
        { relative: 2e-5 },
      );
    }
    for (const [asked, odd] of golden.doesntMatch) {
      expect(vectors.doesntMatch(asked as string[])).toBe(odd);
    }
    for (const [a, b, similarity] of golden.similarity as [string, string, number][]) {
      expectClose([vectors.similarity(a, b)], [similarity]);
    }
  });

  it.each(golden.evaluated)(
    "we count too: case folding $caseFolding, the first $restrict words",
    async ({ caseFolding, restrict, sections }) => {
      const questions = readAnalogies(golden.questions);
      const report = await evaluateAnalogies(vectors, questions, { caseFolding, restrict });
      const { "Total accuracy": total, ...each } = sections;
      const counts = ({ correct, asked }: { correct: number; asked: number }): object => ({ correct, asked });
      expect(Object.fromEntries(report.sections.map((score) => [score.name, counts(score)]))).toEqual(each);
      expect(counts(report.total)).toEqual(total);
      expect(report.total.questions).toBe(8);
      expect(report.total.accuracy).toBe(total.correct / total.asked);
      expect(report.total.coverage).toBe(total.asked / 8);
      expect(counts(report.semantic)).toEqual(sections.family);
      expect(counts(report.syntactic)).toEqual(sections["gram1-noise"]);
      expect(report.sections[2]).toEqual({
        ...{ name: "empty", correct: 0, asked: 0, questions: 0 },
        ...{ accuracy: 0, coverage: 0 },
      });
    },
  );

  it.each(golden.pairsEvaluated)("we correlate too: case folding $caseFolding", async (wanted) => {
    const pairs = golden.pairs.map(([a, b, score]) => ({
      ...{ a: a as string, b: b as string },
      score: score as number,
    }));
    const { caseFolding } = wanted;
    const report = await evaluateSimilarities(vectors, pairs, { caseFolding });
    expectClose([report.pearson, report.spearman], [wanted.pearson, wanted.spearman]);
    expect(report.coverage).toBeCloseTo(1 - wanted.missing / 100, 12);
    expect([report.asked, report.pairs]).toEqual([Math.round(report.coverage * 8), 8]);
  });
});

it("is made of vectors of the length that it says", () => {
  expect(matrix.length).toBe(words.length * dim);
});
