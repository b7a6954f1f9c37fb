import { describe, expect, it } from "vitest";
import { type FeatureId } from "../../../src/exhibits/perceptron/catalogue.js";
import { type Settings, settingFields } from "../../../src/exhibits/perceptron/config.js";
import { makePoints } from "../../../src/exhibits/perceptron/dataSets.js";
import type { Learner } from "../../../src/exhibits/perceptron/engine.js";
import { featureRows } from "../../../src/exhibits/perceptron/features.js";
import { makeLearner } from "../../../src/exhibits/perceptron/packageLearners.js";
import type { Task } from "../../../src/exhibits/perceptron/protocol.js";
import { accuracyOf, qualityOf } from "../../../src/exhibits/perceptron/quality.js";
import { taskOf } from "../../../src/exhibits/perceptron/task.js";
import { readSettings } from "../../../src/shell/urlState.js";

const settings = (chosen: Partial<Settings> = {}): Settings => ({
  ...readSettings(settingFields, new URLSearchParams()),
  data: "xor",
  ...chosen,
});
const task = (chosen: Partial<Settings> = {}): Task => {
  const all = settings(chosen);
  return taskOf(all, makePoints(all));
};
const learn = async (
  chosen: Partial<Settings>,
  epochs: number,
): Promise<{ learner: Learner; task: Task }> => {
  const made = task(chosen);
  const learner = await makeLearner(made);
  for (let i = 0; i < epochs && !learner.converged; i++) await learner.finishEpoch();
  return { learner, task: made };
};
const right = ({
  learner,
  task: { features, train, learner: id },
}: {
  learner: Learner;
  task: Task;
}): number => {
  const scores = learner.scores(featureRows(features, train.xs, train.ys));
  return accuracyOf(qualityOf(scores, train.targets, id, false).confusion!);
};
const oneNeuron = ["perceptron", "delta", "logistic"] as const;

describe("one neuron", () => {
  for (const data of ["and", "or"] as const) {
    it(`learns ${data} by the perceptron rule, within Novikoff's bound`, async () => {
      const done = await learn({ data, learner: "perceptron" }, 100);
      expect(done.learner.converged).toBe(true);
      expect(right(done)).toBe(1);
      const { total, epoch, bound } = done.learner.mistakes!;
      expect(epoch).toBe(0);
      expect(total).toBeGreaterThan(0);
      // All corners are as long: √(2² + 2² + 1²).
      expect(bound!.radius).toBeCloseTo(3, 6);
      expect(bound!.most).toBeCloseTo((bound!.radius / bound!.margin) ** 2, 6);
      expect(total).toBeLessThanOrEqual(bound!.most);
    });
  }

  for (const learner of oneNeuron) {
    it(`never gets more than three of XOR's four by the ${learner} rule`, async () => {
      const done = await learn({ data: "xor", learner, rate: 0.1 }, 60);
      for (let epoch = 0; epoch < 20; epoch++) {
        await done.learner.finishEpoch();
        expect(right(done)).toBeLessThanOrEqual(0.75);
      }
      expect(done.learner.converged).toBe(false);
      expect(done.learner.mistakes?.bound).toBeUndefined();
      done.learner.dispose();
    });
  }

  it("learns XOR when it is told the product", async () => {
    const features: FeatureId[] = ["x", "y", "xy"];
    for (const learner of oneNeuron) {
      const done = await learn({ data: "xor", learner, features }, 100);
      expect(right(done), learner).toBe(1);
      done.learner.dispose();
    }
  });

  it("goes by single points, and makes of an epoch the same as in one go", async () => {
    for (const learner of oneNeuron) {
      const chosen = { data: "gaussians", learner, batch: learner === "perceptron" ? 10 : 1 } as const;
      const whole = await learn(chosen, 2);
      const { learner: slow, task: same } = await learn(chosen, 0);
      for (let i = 0; i < 2 * same.train.targets.length; i++) {
        expect(slow.epoch).toBe(Math.floor(i / same.train.targets.length));
        expect(slow.progress).toBeCloseTo(i / same.train.targets.length, 9);
        await slow.takeStep();
      }
      expect(slow.epoch).toBe(2);
      expect(slow.progress).toBe(2);
      expect(slow.step).toBe(whole.learner.step);
      expect(slow.layers(), learner).toEqual(whole.learner.layers());
      expect(slow.mistakes).toEqual(whole.learner.mistakes);
      slow.dispose();
      whole.learner.dispose();
    }
  });

  it("goes through all points in every epoch, each time in another order, which is the seed's", async () => {
    const orders = async (seed: number): Promise<string[]> => {
      const { learner, task: made } = await learn({ data: "gaussians", learner: "perceptron", seed }, 0);
      const epochs = [];
      for (let epoch = 0; epoch < 2; epoch++) {
        const order = [];
        for (let i = 0; i < made.train.targets.length; i++) {
          await learner.takeStep();
          order.push(learner.at!);
        }
        expect(order.toSorted((a, b) => a - b)).toEqual(order.map((_, i) => i));
        epochs.push(order.join());
      }
      return epochs;
    };
    const [first, second] = await orders(1);
    expect(second).not.toBe(first);
    expect(await orders(1)).toEqual([first, second]);
    expect(await orders(2)).not.toEqual([first, second]);
  });

  it("says which point it looked at, and corrects itself by no other", async () => {
    const { learner, task: made } = await learn({ data: "and", learner: "perceptron" }, 0);
    const rows = featureRows(made.features, made.train.xs, made.train.ys);
    for (let i = 0; i < 12; i++) {
      const scores = learner.scores(rows);
      const before = learner.layers();
      await learner.takeStep();
      const wrong = scores[learner.at!]! >= 0 !== made.train.targets[learner.at!]! > 0;
      if (wrong) expect(learner.layers()).not.toEqual(before);
      else expect(learner.layers()).toEqual(before);
    }
  });

  it("has a bias that can be moved, and no bound from then on", async () => {
    for (const id of oneNeuron) {
      const { learner } = await learn({ data: "or", learner: id }, 3);
      const [before] = learner.layers();
      learner.setBias(-2.5);
      const [after] = learner.layers();
      expect(after!.biases).toEqual(Float32Array.of(-2.5));
      expect(after!.weights).toEqual(before!.weights);
      await learner.finishEpoch();
      expect(learner.layers()[0]!.weights).not.toEqual(before!.weights);
      learner.dispose();
    }
    const { learner } = await learn({ data: "or", learner: "perceptron" }, 100);
    expect(learner.mistakes!.bound).toBeDefined();
    learner.setBias(5);
    expect(learner.converged).toBe(false);
    while (!learner.converged) await learner.finishEpoch();
    expect(learner.mistakes!.bound).toBeUndefined();
  });

  it("says that its numbers ran away", async () => {
    const { learner } = await learn({ data: "circles", learner: "delta", rate: 3, batch: 0 }, 2000);
    expect(learner.diverged).toBe(true);
  });
});

describe("a network", () => {
  it("solves XOR with a hidden layer, for nine of ten seeds at the least", async () => {
    let solved = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const done = await learn({ data: "xor", layers: [8], seed }, 200);
      if (right(done) === 1) solved++;
      done.learner.dispose();
    }
    expect(solved).toBeGreaterThanOrEqual(9);
  });

  it("does not without one, nor with units that are linear", async () => {
    for (const chosen of [{ layers: [] }, { layers: [8, 8], activation: "linear" }] as const) {
      const done = await learn({ data: "xor", ...chosen }, 200);
      expect(right(done)).toBeLessThanOrEqual(0.75);
      done.learner.dispose();
    }
  });

  it("learns values, by the delta rule only those of a plane", async () => {
    const explained = async (chosen: Partial<Settings>): Promise<number> => {
      const { learner, task: made } = await learn({ held: 0, rate: 0.03, ...chosen }, 150);
      const scores = learner.scores(featureRows(made.features, made.train.xs, made.train.ys));
      learner.dispose();
      return qualityOf(scores, made.train.targets, made.learner, true).rSquared!;
    };
    expect(await explained({ data: "plane", learner: "delta" })).toBeGreaterThan(0.99);
    expect(await explained({ data: "wave", learner: "delta" })).toBeLessThan(0.3);
    expect(await explained({ data: "wave", learner: "network", layers: [8, 8] })).toBeGreaterThan(0.8);
  });

  it("takes steps as it takes epochs, and the same ones again", async () => {
    const chosen = { data: "moons", noise: 10, layers: [4, 3], dropout: 0.2, decay: 0.01 } as const;
    const whole = await learn(chosen, 2);
    const { learner: slow } = await learn(chosen, 0);
    expect(slow.layers()).not.toEqual(whole.learner.layers());
    while (slow.epoch < 2) await slow.takeStep();
    expect(slow.step).toBe(whole.learner.step);
    expect(slow.layers()).toEqual(whole.learner.layers());
    expect(slow.layers().map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [2, 4],
      [4, 3],
      [3, 1],
    ]);
    slow.dispose();
    whole.learner.dispose();
  });

  it("shows what its hidden units answer: the output is made of the last of them", async () => {
    const { learner, task: made } = await learn({ data: "circles", layers: [5, 3] }, 5);
    const rows = featureRows(made.features, made.train.xs, made.train.ys);
    const [first, last] = learner.activations(rows);
    expect(first).toHaveLength(5 * made.train.targets.length);
    const { weights, biases } = learner.layers()[2]!;
    learner.scores(rows).forEach((score, row) => {
      let sum = biases[0]!;
      for (let unit = 0; unit < 3; unit++) sum += weights[unit]! * last![3 * row + unit]!;
      expect(score).toBeCloseTo(sum, 4);
    });
    learner.dispose();
  });

  it("decays weights, and drops units, when it is told to", async () => {
    const size = async (chosen: Partial<Settings>): Promise<number> => {
      const { learner } = await learn({ data: "moons", layers: [8], ...chosen }, 60);
      const sum = learner
        .layers()
        .reduce((total, { weights }) => weights.reduce((s, w) => s + w * w, total), 0);
      learner.dispose();
      return sum;
    };
    const plain = await size({});
    expect(await size({ decay: 0.3 })).toBeLessThan(0.8 * plain);
    expect(await size({ dropout: 0.5 })).not.toBe(plain);
    expect(await size({ optimiser: "sgd" })).not.toBe(await size({ optimiser: "momentum" }));
  });
});
