import { RangeError, ShapeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  averagePrecision,
  bestF1Threshold,
  classificationReport,
  confusionMatrix,
  operatingPoints,
  pearson,
  ranks,
  regressionReport,
  rocAuc,
  spearman,
} from "../../src/metrics/index.js";

// The expected figures of these were made with scikit-learn 1.2.1 and SciPy 1.10.1.
const actual = [0, 1, 2, 2, 1, 0, 2, 3, 3, 0, 1, 2];
const predicted = [0, 2, 2, 2, 1, 0, 1, 3, 0, 0, 1, 1];
const scores = [0.9, 0.8, 0.8, 0.7, 0.6, 0.55, 0.5, 0.5, 0.3, 0.1];
const labels = [1, 1, 0, 1, 0, 1, 0, 1, 0, 0];

describe("confusionMatrix", () => {
  it("counts actual by row and predicted by column", () => {
    const { classes, counts, total } = confusionMatrix([0, 0, 1, 2], [0, 1, 1, 0]);
    expect(classes).toBe(3);
    expect([...counts]).toEqual([1, 1, 0, 0, 1, 0, 1, 0, 0]);
    expect(total).toBe(4);
  });

  it("keeps classes that do not come", () => {
    expect(confusionMatrix([], [], { classes: 2 }).counts).toHaveLength(4);
    expect(confusionMatrix([0], [0], { classes: 3 }).counts).toHaveLength(9);
  });

  it("refuses what is no class, and other lengths", () => {
    expect(() => confusionMatrix([0, 1], [0])).toThrow(ShapeError);
    expect(() => confusionMatrix([0.5], [0])).toThrow(
      new RangeError("actual[0]", "a class from 0 to 4095", 0.5),
    );
    expect(() => confusionMatrix([0], [2], { classes: 2 })).toThrow(
      new RangeError("predicted[0]", "a class from 0 to 1", 2),
    );
    expect(() => confusionMatrix([0], [0], { classes: 0 })).toThrow(RangeError);
    expect(() => confusionMatrix([0], [4096])).toThrow(RangeError);
    expect(confusionMatrix([0], [4095]).classes).toBe(4096);
  });
});

describe("classificationReport", () => {
  it("agrees with scikit-learn", () => {
    const report = classificationReport(confusionMatrix(actual, predicted));
    expect(report.accuracy).toBeCloseTo(2 / 3, 15);
    expect(report.balancedAccuracy).toBeCloseTo(2 / 3, 15);
    expect(report.matthews).toBeCloseTo(0.5577954598817947, 15);
    const column = (key: "precision" | "recall" | "f1"): number[] => report.classes.map((each) => each[key]);
    [0.75, 0.5, 2 / 3, 1].forEach((p, k) => expect(column("precision")[k]).toBeCloseTo(p, 15));
    [1, 2 / 3, 0.5, 0.5].forEach((r, k) => expect(column("recall")[k]).toBeCloseTo(r, 15));
    [6 / 7, 4 / 7, 4 / 7, 2 / 3].forEach((f, k) => expect(column("f1")[k]).toBeCloseTo(f, 15));
    expect(report.macro.precision).toBeCloseTo(0.7291666666666666, 15);
    expect(report.macro.f1).toBeCloseTo(2 / 3, 15);
    expect(report.micro).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 12 });
    expect(report.weighted.precision).toBeCloseTo(0.7013888888888888, 15);
    expect(report.weighted.f1).toBeCloseTo(0.6587301587301587, 15);
    expect(report.classes.map(({ support }) => support)).toEqual([3, 3, 4, 2]);
  });

  it("makes nothing to nothing 0", () => {
    const { classes, accuracy, matthews } = classificationReport(
      confusionMatrix([0, 0], [0, 0], { classes: 2 }),
    );
    expect(classes[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expect([accuracy, matthews]).toEqual([1, 0]);
    expect(classificationReport(confusionMatrix([], [], { classes: 2 })).accuracy).toBe(0);
  });

  it("does not change when classes are called by other numbers", () => {
    const label = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 40 }), (pairs) => {
        const other = [2, 0, 3, 1];
        const report = classificationReport(
          confusionMatrix(
            pairs.map(([a]) => a),
            pairs.map(([, p]) => p),
            { classes: 4 },
          ),
        );
        const renamed = classificationReport(
          confusionMatrix(
            pairs.map(([a]) => other[a]!),
            pairs.map(([, p]) => other[p]!),
            { classes: 4 },
          ),
        );
        expect(renamed.accuracy).toBe(report.accuracy);
        expect(renamed.matthews).toBeCloseTo(report.matthews, 12);
        expect(renamed.macro.f1).toBeCloseTo(report.macro.f1, 12);
        report.classes.forEach((each, k) => expect(renamed.classes[other[k]!]).toEqual(each));
      }),
    );
  });
});

describe("ranking", () => {
  it("agrees with scikit-learn, ties among the scores", () => {
    expect(rocAuc(scores, labels)).toBeCloseTo(0.76, 15);
    expect(averagePrecision(scores, labels)).toBeCloseTo(0.7416666666666667, 15);
  });

  it("is the share of pairs in the right order", () => {
    const sample = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 30 }), (samples) => {
        const [positives, negatives] = [1, 0].map((label) => samples.filter(([, of]) => of === label));
        let won = 0;
        for (const [p] of positives!) for (const [n] of negatives!) won += p > n ? 1 : p === n ? 0.5 : 0;
        const area = rocAuc(
          samples.map(([score]) => score),
          samples.map(([, label]) => label),
        );
        const pairs = positives!.length * negatives!.length;
        if (pairs === 0) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(won / pairs, 12);
      }),
    );
  });

  it("goes through every threshold, infinities among them", () => {
    expect(operatingPoints([Infinity, -Infinity, 1, 1], [1, 0, 1, 0])).toEqual([
      { threshold: Infinity, truePositives: 0, falsePositives: 0 },
      { threshold: Infinity, truePositives: 1, falsePositives: 0 },
      { threshold: 1, truePositives: 2, falsePositives: 1 },
      { threshold: -Infinity, truePositives: 2, falsePositives: 2 },
    ]);
  });

  it("finds the threshold of the best F1 by trying all", () => {
    const { threshold, f1 } = bestF1Threshold(scores, labels);
    const tried = scores.map((at) => {
      const guesses = scores.map((score) => Number(score >= at));
      return classificationReport(confusionMatrix(labels, guesses)).classes[1]!.f1;
    });
    expect(f1).toBeCloseTo(Math.max(...tried), 15);
    expect(tried[scores.indexOf(threshold)]).toBeCloseTo(f1, 15);
    expect(bestF1Threshold([1, 2], [0, 0])).toEqual({ threshold: Infinity, f1: 0 });
  });

  it("refuses other labels and NaN", () => {
    expect(() => rocAuc([1], [2])).toThrow(new RangeError("labels[0]", "0 or 1", 2));
    expect(() => rocAuc([NaN], [1])).toThrow(RangeError);
    expect(() => rocAuc([1, 2], [1])).toThrow(ShapeError);
    expect(rocAuc([1, 2], [1, 1])).toBeNaN();
  });
});

describe("regressionReport", () => {
  it("agrees with scikit-learn", () => {
    const report = regressionReport([3, -0.5, 2, 7], [2.5, 0, 2, 8]);
    expect(report.meanSquaredError).toBe(0.375);
    expect(report.rootMeanSquaredError).toBe(Math.sqrt(0.375));
    expect(report.meanAbsoluteError).toBe(0.5);
    expect(report.r2).toBeCloseTo(0.9486081370449679, 15);
  });

  it("knows a constant and refuses nothing at all", () => {
    expect(regressionReport([2, 2], [2, 2]).r2).toBe(1);
    expect(regressionReport([2, 2], [2, 3]).r2).toBe(0);
    // Whose sum, divided by their number, is another.
    expect(regressionReport([0.1, 0.1, 0.1], [1, 2, 3]).r2).toBe(0);
    expect(() => regressionReport([], [])).toThrow(RangeError);
    expect(() => regressionReport([1], [])).toThrow(ShapeError);
  });
});

describe("correlation", () => {
  const x = [1, 2, 2, 3, 5, 4, 4, 4];
  const y = [2, 1, 3, 3, 8, 9, 7, 7];

  it("agrees with SciPy, ties among the numbers", () => {
    expect(pearson(x, y)).toBeCloseTo(0.8919238176542714, 14);
    expect(spearman(x, y)).toBeCloseTo(0.8759284757666266, 14);
  });

  it("gives equal numbers the mean of their ranks", () => {
    expect([...ranks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
    expect(ranks([])).toHaveLength(0);
  });

  it("is 1 for a rising function's ranks, and NaN for a constant", () => {
    const exp = x.map((value) => Math.exp(value));
    expect(spearman(x, exp)).toBeCloseTo(1, 14);
    expect(pearson([1, 1], [1, 2])).toBeNaN();
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(pearson([1, 2, 3], [0.1, 0.1, 0.1])).toBeNaN();
    expect(() => pearson([1], [])).toThrow(ShapeError);
  });
});
