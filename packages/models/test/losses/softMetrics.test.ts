import { RangeError, ShapeError } from "@lanewise/core-wasm";
import { sigmoid, softmax } from "@lanewise/core-wasm/reference";
import { expect, it } from "vitest";
import {
  type Average,
  bceWithLogits,
  softAccuracyLoss,
  softAucLoss,
  softF1Loss,
  softPrecisionLoss,
  softRecallLoss,
} from "../../src/losses/index.js";
import { classificationReport, confusionMatrix, rocAuc } from "../../src/metrics/index.js";
import { assertGradients, square, type Tape, type Tensor } from "../../src/tensor/index.js";
import { onTape } from "../onTape.js";
import { describeVariants, expectClose, noise, noisy } from "../variants.js";

const labels = [1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0];
const classes = [0, 2, 1, 1];

/** 1 − factor TP / (P + β² Y) in float64: the mean over columns, or one of all. */
function ratioLoss(
  p: Float64Array,
  y: ArrayLike<number>,
  cols: number,
  [factor, predicted, actual]: readonly [number, number, number],
): number {
  let total = 0;
  for (let c = 0; c < cols; c++) {
    let [hits, below] = [0, 0];
    for (let i = c; i < p.length; i += cols) {
      hits += p[i]! * y[i]!;
      below += predicted * p[i]! + actual * y[i]!;
    }
    total += (factor * hits) / below;
  }
  return 1 - total / cols;
}

const ratios = [
  { name: "F1", loss: softF1Loss, options: {}, form: [2, 1, 1] },
  { name: "F2", loss: softF1Loss, options: { beta: 2 }, form: [5, 1, 4] },
  { name: "precision", loss: softPrecisionLoss, options: {}, form: [1, 1, 0] },
  { name: "recall", loss: softRecallLoss, options: {}, form: [1, 0, 1] },
] as const;

describeVariants("soft F1, precision and recall", (runtime) => {
  for (const { name, loss, options, form } of ratios) {
    for (const temperature of [1, 0.4]) {
      it(`${name} has the gradient of its float64 form: one class, τ = ${temperature}`, () => {
        assertGradients(
          (tape, { z }) => loss(tape, z, tape.input(labels, [12]), { ...options, temperature }),
          { z: noisy([12], 1, 3) },
          {
            reference: ({ z }) =>
              ratioLoss(
                z.map((z) => sigmoid(z / temperature)),
                labels,
                1,
                form,
              ),
            runtime,
          },
        );
      });

      it.each(["micro", "macro"] satisfies Average[])(
        `${name}: several labels a sample, %s, τ = ${temperature}`,
        (average) => {
          assertGradients(
            (tape, { z }) => loss(tape, z, tape.input(labels, [4, 3]), { ...options, average, temperature }),
            { z: noisy([4, 3], 2, 3) },
            {
              reference: ({ z }) =>
                ratioLoss(
                  z.map((z) => sigmoid(z / temperature)),
                  labels,
                  average === "micro" ? 1 : 3,
                  form,
                ),
              runtime,
            },
          );
        },
      );

      it.each(["micro", "macro"] satisfies Average[])(
        `${name}: one class a sample, %s, τ = ${temperature}`,
        (average) => {
          const marks = Float64Array.from({ length: 12 }, (_, i) =>
            classes[Math.floor(i / 3)] === i % 3 ? 1 : 0,
          );
          assertGradients(
            (tape, { z }) => loss(tape, z, classes, { ...options, average, temperature }),
            { z: noisy([4, 3], 3, 2) },
            {
              reference: ({ z }) =>
                ratioLoss(
                  softmax(
                    z.map((z) => z / temperature),
                    { rows: 4, cols: 3 },
                  ),
                  marks,
                  average === "micro" ? 1 : 3,
                  form,
                ),
              runtime,
            },
          );
        },
      );
    }
  }

  it("is the hard metric once the logits are far out", () => {
    const z = noise(12, 5).map((z) => 1000 * z);
    const predicted = Array.from(z, (z) => (z > 0 ? 1 : 0));
    const { f1, precision, recall } = classificationReport(confusionMatrix(labels, predicted)).classes[1]!;
    onTape(runtime, (tape) => {
      const [logits, targets] = [tape.input(z, [12]), tape.input(labels, [12])];
      expect(1 - softF1Loss(tape, logits, targets).item()).toBeCloseTo(f1, 6);
      expect(1 - softPrecisionLoss(tape, logits, targets).item()).toBeCloseTo(precision, 6);
      expect(1 - softRecallLoss(tape, logits, targets).item()).toBeCloseTo(recall, 6);
      const many = noise(12, 6).map((z) => 1000 * z);
      const guesses = classes.map((_, r) => {
        const row = [...many.subarray(3 * r, 3 * r + 3)];
        return row.indexOf(Math.max(...row));
      });
      const report = classificationReport(confusionMatrix(classes, guesses, { classes: 3 }));
      const x = tape.input(many, [4, 3]);
      expect(1 - softF1Loss(tape, x, classes).item()).toBeCloseTo(report.macro.f1, 6);
      expect(1 - softF1Loss(tape, x, classes, { average: "micro" }).item()).toBeCloseTo(report.micro.f1, 6);
    });
  });

  it("micro F1 of classes is the soft accuracy, and so is its gradient", () => {
    const [micro, accuracy] = [softF1Loss, softAccuracyLoss].map((loss) =>
      onTape(runtime, (tape) => {
        const logits = tape.input(noise(12, 7, 3), [4, 3], { requiresGrad: true });
        const out = loss(tape, logits, classes, { average: "micro" });
        tape.backward(out);
        return { loss: out.item(), gradient: logits.grad!.toArray() };
      }),
    );
    expect(micro!.loss).toBeCloseTo(accuracy!.loss, 6);
    expectClose(micro!.gradient, accuracy!.gradient, { absolute: 1e-7 });
  });

  it("is a statistic of the batch: the mean over two halves is another loss with another gradient", () => {
    const z = noise(12, 8, 2);
    // Most of the positives in one half.
    const labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0];
    const whole = gradientOf(runtime, z, labels, (tape, z, y) => softF1Loss(tape, z, y));
    const [left, right] = [0, 6].map((begin) =>
      gradientOf(runtime, z.slice(begin, begin + 6), labels.slice(begin, begin + 6), (tape, z, y) =>
        softF1Loss(tape, z, y),
      ),
    );
    expect(Math.abs((left!.loss + right!.loss) / 2 - whole.loss)).toBeGreaterThan(0.01);
    const halves = [...left!.gradient, ...right!.gradient].map((g) => g / 2);
    expect(Math.max(...halves.map((g, i) => Math.abs(g - whole.gradient[i]!)))).toBeGreaterThan(0.01);
    // Cross-entropy and soft accuracy are means over samples: for them it is the same.
    for (const loss of [bceWithLogits, softAccuracyLoss]) {
      const full = gradientOf(runtime, z, labels, (tape, z, y) => loss(tape, z, y));
      const parts = [0, 6].map((begin) =>
        gradientOf(runtime, z.slice(begin, begin + 6), labels.slice(begin, begin + 6), (tape, z, y) =>
          loss(tape, z, y),
        ),
      );
      expectClose(
        parts.flatMap(({ gradient }) => [...gradient].map((g) => g / 2)),
        full.gradient,
        { absolute: 1e-7 },
      );
    }
  });

  it("one sample's gradient depends on the others'", () => {
    const z = noise(12, 9, 2);
    const others = z.map((z, i) => (i === 0 ? z : z + 3));
    const [before, after] = [z, others].map(
      (z) => gradientOf(runtime, z, labels, (tape, z, y) => softF1Loss(tape, z, y)).gradient[0]!,
    );
    expect(Math.abs(after! / before! - 1)).toBeGreaterThan(0.1);
  });

  it("has next to no gradient for what is confidently wrong, where cross-entropy's is greatest", () => {
    const z = Float32Array.of(-30, 2, -2);
    const [f1, accuracy, crossEntropy] = [softF1Loss, softAccuracyLoss, bceWithLogits].map((loss) =>
      Math.abs(gradientOf(runtime, z, [1, 1, 0], (tape, z, y) => loss(tape, z, y)).gradient[0]!),
    );
    expect(f1).toBeLessThan(1e-12);
    // But not 0: σ′ is not formed as p (1 − p).
    expect(f1).toBeGreaterThan(0);
    expect(accuracy).toBeLessThan(1e-12);
    expect(crossEntropy).toBeCloseTo(1 / 3, 6);
  });

  it("takes 0/0 as it is told, without a gradient", () => {
    // p underflows to 0, and there are no positives.
    const z = Float32Array.of(-200, -200);
    for (const [loss, zeroDivision, expected] of [
      [softF1Loss, undefined, 1],
      [softF1Loss, 1, 0],
      [softPrecisionLoss, 1, 0],
      [softRecallLoss, undefined, 1],
      [softRecallLoss, 1, 0],
    ] as const) {
      const { loss: value, gradient } = gradientOf(runtime, z, [0, 0], (tape, z, y) =>
        loss(tape, z, y, { zeroDivision }),
      );
      expect(value).toBe(expected);
      expect([...gradient]).toEqual([0, 0]);
    }
    // Positives but nothing predicted: precision is 0/0 still, F1 is 0 / 2.
    onTape(runtime, (tape) => {
      const [logits, targets] = [tape.input(z, [2]), tape.input([1, 0], [2])];
      expect(softPrecisionLoss(tape, logits, targets, { zeroDivision: 1 }).item()).toBe(0);
      expect(softF1Loss(tape, logits, targets, { zeroDivision: 1 }).item()).toBe(1);
    });
    // A class without samples counts 0 in the mean, as in the hard report.
    onTape(runtime, (tape) => {
      const far = tape.input([300, -300, -300, -300, 300, -300], [2, 3]);
      expect(softF1Loss(tape, far, [0, 1], { average: "macro" }).item()).toBeCloseTo(1 / 3, 6);
    });
  });

  it("stays finite however small the probabilities are", () => {
    for (const size of [20, 80, 1e4]) {
      for (const loss of [softF1Loss, softPrecisionLoss, softRecallLoss]) {
        const { loss: value, gradient } = gradientOf(
          runtime,
          noise(12, 10, 1).map((z) => -size * Math.abs(z)),
          labels,
          (tape, z, y) => loss(tape, z, y),
        );
        expect(Number.isFinite(value)).toBe(true);
        expect(gradient.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("passes a gradient on that is not 1", () => {
    assertGradients(
      (tape, { z }) => square(tape, softF1Loss(tape, z, tape.input(labels, [12]))),
      { z: noisy([12], 11, 3) },
      { reference: ({ z }) => ratioLoss(z.map(sigmoid), labels, 1, [2, 1, 1]) ** 2, runtime },
    );
  });

  it("refuses what does not fit", () => {
    onTape(runtime, (tape) => {
      const [z, y] = [tape.input([1, 2, 3, 4], [2, 2]), tape.input([1, 0, 1, 0], [2, 2])];
      expect(() => softF1Loss(tape, z, tape.input([1, 0], [2]))).toThrow(ShapeError);
      expect(() => softF1Loss(tape, z, [1])).toThrow(ShapeError);
      expect(() => softF1Loss(tape, tape.empty([0]), tape.empty([0]))).toThrow(ShapeError);
      expect(() => softF1Loss(tape, z, [1, 2])).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, [1, -1])).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, tape.input([1, 0, 2, 0], [2, 2]))).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, tape.input([1, 0, NaN, 0], [2, 2]))).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, y, { average: "binary" })).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, y, { average: "weighted" as never })).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, y, { temperature: 0 })).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, y, { zeroDivision: 2 })).toThrow(RangeError);
      expect(() => softF1Loss(tape, z, y, { beta: -1 })).toThrow(RangeError);
    });
  });
});

describeVariants("soft accuracy", (runtime) => {
  it("has the gradient of its float64 form", () => {
    assertGradients(
      (tape, { z }) => softAccuracyLoss(tape, z, classes, { temperature: 0.7 }),
      { z: noisy([4, 3], 1, 2) },
      {
        reference: ({ z }) => {
          const p = softmax(
            z.map((z) => z / 0.7),
            { rows: 4, cols: 3 },
          );
          return 1 - classes.reduce((sum, y, r) => sum + p[3 * r + y]!, 0) / 4;
        },
        runtime,
      },
    );
    assertGradients(
      (tape, { z }) => softAccuracyLoss(tape, z, tape.input(labels, [12])),
      { z: noisy([12], 2, 3) },
      {
        reference: ({ z }) =>
          1 - z.reduce((sum, z, i) => sum + (labels[i] === 1 ? sigmoid(z) : sigmoid(-z)), 0) / 12,
        runtime,
      },
    );
  });

  it("tells logits apart that a small temperature makes large", () => {
    onTape(runtime, (tape) => {
      // Neighbours in float32, whose quotients by τ are not.
      const logits = tape.input([1000, 1000 + 2 ** -14], [1, 2]);
      for (const temperature of [1e-3, 1e-4, 1e-5]) {
        const wanted = sigmoid(-(2 ** -14) / temperature);
        expect(softAccuracyLoss(tape, logits, [1], { temperature }).item()).toBeCloseTo(wanted, 6);
      }
    });
  });

  it("has cross-entropy's gradient times p", () => {
    const z = noise(6, 3, 2);
    for (let i = 0; i < 6; i++) {
      const one = z.slice(i, i + 1);
      const [soft, entropy] = [softAccuracyLoss, bceWithLogits].map(
        (loss) => gradientOf(runtime, one, [1], (tape, z, y) => loss(tape, z, y)).gradient[0]!,
      );
      expect(soft! / entropy!).toBeCloseTo(sigmoid(one[0]!), 5);
    }
  });
});

describeVariants("soft AUC", (runtime) => {
  const pairLoss = (z: ArrayLike<number>, temperature: number): number => {
    let [right, pairs] = [0, 0];
    for (let i = 0; i < z.length; i++) {
      for (let j = 0; j < z.length; j++) {
        if (labels[i] !== 1 || labels[j] !== 0) continue;
        right += sigmoid((z[i]! - z[j]!) / temperature);
        pairs++;
      }
    }
    return 1 - right / pairs;
  };

  it.each([1, 0.2])("has the gradient of its float64 form, τ = %d", (temperature) => {
    assertGradients(
      (tape, { z }) => softAucLoss(tape, z, tape.input(labels, [3, 4]), { temperature }),
      { z: noisy([3, 4], 1, 2) },
      { reference: ({ z }) => pairLoss(z, temperature), runtime },
    );
  });

  it("keeps its bound to the hard AUC, ties counting half, up to ±1e4", () => {
    for (const size of [1, 30, 1e4]) {
      for (const temperature of [1e-3, 0.1, 2]) {
        const z = noise(12, 2, size).map((z) => (size === 30 ? Math.round(z / 10) : z));
        const soft = onTape(
          runtime,
          (tape) =>
            1 - softAucLoss(tape, tape.input(z, [12]), tape.input(labels, [12]), { temperature }).item(),
        );
        let [bound, pairs] = [0, 0];
        for (let i = 0; i < 12; i++) {
          for (let j = 0; j < 12; j++) {
            if (labels[i] !== 1 || labels[j] !== 0) continue;
            pairs++;
            if (z[i] !== z[j]) bound += Math.min(0.5, Math.exp(-Math.abs(z[i]! - z[j]!) / temperature));
          }
        }
        expect(Math.abs(soft - rocAuc(z, labels))).toBeLessThanOrEqual(bound / pairs + 1e-6);
      }
    }
  });

  it("moves nothing where a kind is missing, and is then what it is told", () => {
    for (const zeroDivision of [0, 1]) {
      const { loss, gradient } = gradientOf(runtime, noise(3, 3), [1, 1, 1], (tape, z, y) =>
        softAucLoss(tape, z, y, { zeroDivision }),
      );
      expect(loss).toBe(1 - zeroDivision);
      expect([...gradient]).toEqual([0, 0, 0]);
    }
  });

  it("does not change when all scores move, and refuses labels that are none", () => {
    onTape(runtime, (tape) => {
      const y = tape.input(labels, [12]);
      const z = noise(12, 4).map((z) => Math.round(64 * z) / 64);
      const loss = softAucLoss(tape, tape.input(z, [12]), y).item();
      const moved = tape.input(
        z.map((z) => z + 100),
        [12],
      );
      expect(softAucLoss(tape, moved, y).item()).toBe(loss);
      expect(() => softAucLoss(tape, moved, tape.input(z, [12]))).toThrow(RangeError);
      expect(() => softAucLoss(tape, moved, tape.input([1, 0], [2]))).toThrow(ShapeError);
    });
  });
});

/** A loss of one logit a sample, and its gradient. */
function gradientOf(
  runtime: Parameters<typeof onTape>[0],
  z: Float32Array,
  y: ArrayLike<number>,
  loss: (tape: Tape, z: Tensor, y: Tensor) => Tensor,
): { loss: number; gradient: Float32Array } {
  return onTape(runtime, (tape) => {
    const logits = tape.input(z, [z.length], { requiresGrad: true });
    const out = loss(tape, logits, tape.input(y, [z.length]));
    tape.backward(out);
    return { loss: out.item(), gradient: logits.grad?.toArray() ?? new Float32Array(z.length) };
  });
}
