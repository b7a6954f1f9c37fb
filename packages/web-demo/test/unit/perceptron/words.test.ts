import { describe, expect, it } from "vitest";
import { type Settings, settingFields } from "../../../src/exhibits/perceptron/config.js";
import type { Frame, Layer } from "../../../src/exhibits/perceptron/protocol.js";
import { accuracyOf, qualityOf } from "../../../src/exhibits/perceptron/quality.js";
import type { State } from "../../../src/exhibits/perceptron/state.js";
import { perceptronStrings as strings } from "../../../src/exhibits/perceptron/strings.js";
import { isHopeless, isSolved, verdictOf } from "../../../src/exhibits/perceptron/verdict.js";
import {
  biasReach,
  formulaOf,
  nameOf,
  sumOf,
  weightText,
  wiringOf,
} from "../../../src/exhibits/perceptron/wiring.js";
import { Numbers } from "../../../src/shell/numbers.js";
import { readSettings } from "../../../src/shell/urlState.js";

const settings = (chosen: Partial<Settings> = {}): Settings => ({
  ...readSettings(settingFields, new URLSearchParams()),
  data: "xor",
  ...chosen,
});
const state = (frame: Partial<Frame>, more: Partial<State> = {}): State => ({
  phase: "running",
  run: 1,
  wanted: true,
  curve: [],
  end: undefined,
  failure: undefined,
  ...more,
  frame: {
    epoch: 100,
    progress: 100,
    step: 400,
    train: { loss: 0.1 },
    test: undefined,
    between: [],
    wrong: { train: [], test: [] },
    layers: [],
    plane: new Float32Array(),
    units: [],
    ...frame,
  },
});
const threeOfFour = {
  loss: 0.25,
  confusion: [
    [2, 0],
    [1, 1],
  ],
} as const;
const all = {
  loss: 0.01,
  confusion: [
    [2, 0],
    [0, 2],
  ],
} as const;

describe("the quality of answers", () => {
  const scores = Float32Array.of(2, -1, 0, -3);
  const targets = Float32Array.of(1, 1, -1, -1);

  it("counts classes, and 0 as the second", () => {
    const { confusion } = qualityOf(scores, targets, "network", false);
    expect(confusion).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(accuracyOf(confusion!)).toBe(0.5);
  });

  it("is each learner's own loss", () => {
    const loss = (learner: "perceptron" | "delta" | "logistic" | "network"): number =>
      qualityOf(scores, targets, learner, false).loss;
    expect(loss("perceptron")).toBe(0.5);
    expect(loss("delta")).toBeCloseTo((1 + 4 + 1 + 4) / 4, 12);
    const entropy = [-2, 1, 0, -3].reduce((sum, minus) => sum + Math.log(1 + Math.exp(minus)), 0) / 4;
    expect(loss("network")).toBeCloseTo(entropy, 12);
    expect(loss("logistic")).toBe(loss("network"));
  });

  it("does not overflow", () => {
    expect(qualityOf(Float32Array.of(-1e30), Float32Array.of(1), "network", false).loss).toBeCloseTo(
      1e30,
      -24,
    );
  });

  it("of values says how much of what varies is explained", () => {
    const values = Float32Array.of(1, -1, 0.5, -0.5);
    expect(qualityOf(values, values, "network", true)).toEqual({ loss: 0, rSquared: 1 });
    expect(qualityOf(new Float32Array(4), values, "delta", true).rSquared).toBeCloseTo(0, 12);
    expect(qualityOf(new Float32Array(2), Float32Array.of(1, 1), "delta", true).rSquared).toBeUndefined();
  });
});

describe("the verdict", () => {
  const say = (chosen: Partial<Settings>, now: State, points = 4): string =>
    verdictOf(settings(chosen), now, points, strings, new Numbers("en"));

  it("says that XOR is not to be had by a line, however it is bent along the axes", () => {
    for (const learner of ["perceptron", "delta", "logistic"] as const) {
      expect(isHopeless(settings({ learner }))).toBe(true);
      expect(isHopeless(settings({ learner, features: ["x", "y", "xx", "yy", "sinx", "siny"] }))).toBe(true);
      expect(isHopeless(settings({ learner, features: ["xy"] }))).toBe(false);
      expect(isHopeless(settings({ learner, data: "or" }))).toBe(false);
      expect(isHopeless(settings({ learner, noise: 1 }))).toBe(false);
      expect(isHopeless(settings({ learner, points: "a0000" }))).toBe(false);
    }
    expect(isHopeless(settings())).toBe(false);
    expect(isHopeless(settings({ layers: [] }))).toBe(true);
    expect(isHopeless(settings({ activation: "linear" }))).toBe(true);
    const ended = state({ train: threeOfFour, mistakes: { total: 300, epoch: 3 } }, { end: "limit" });
    expect(say({ learner: "perceptron" }, ended)).toMatch(
      /100 epochs and 300 mistakes.*never converge.*3 are now/,
    );
    expect(say({ learner: "logistic" }, ended)).toContain("not to be had by one neuron");
    expect(say({ learner: "perceptron", data: "moons" }, ended)).toMatch(/^No line was found/);
    expect(say({}, ended)).toBe("3 of 4 right after 100 epochs.");
  });

  it("says who solved it", () => {
    expect(say({}, state({ train: all }))).toMatch(/^XOR solved: 4 of 4 right. Without the hidden layer/);
    expect(say({ learner: "delta", features: ["x", "y", "xy"] }, state({ train: all }))).toMatch(
      /by one neuron, because x·y/,
    );
    expect(say({ features: ["x", "y", "xy"] }, state({ train: all }))).toBe("All 4 are right.");
    expect(say({ data: "moons" }, state({ train: all }))).toBe("All 4 are right.");
  });

  it("says what the theorem says, and only where it holds", () => {
    const bound = { radius: 3, margin: 1 / 3, most: 81.00000000000007 };
    const wide = { radius: 60, margin: 0.5, most: 14400 };
    const converged = { end: "converged", phase: "finished" } as const;
    expect(
      say(
        { learner: "perceptron" },
        state({ train: all, mistakes: { total: 3, epoch: 0, bound } }, converged),
      ),
    ).toMatch(/way: 3; .*more than 81\.$/);
    expect(
      say({ learner: "perceptron" }, state({ train: all, mistakes: { total: 3, epoch: 0 } }, converged)),
    ).toContain("says nothing here");
    expect(
      say(
        { learner: "perceptron" },
        state({ train: all, mistakes: { total: 1234, epoch: 0, bound: wide } }, converged),
      ),
    ).toMatch(/way: 1,234; .*more than 14,400\.$/);
  });

  it("has words for every other state", () => {
    expect(say({}, state({}), 0)).toBe(strings.verdict.empty);
    expect(say({}, state({ step: 0 }, { phase: "idle" }))).toBe(strings.verdict.idle);
    expect(say({}, state({ train: threeOfFour }))).toBe("3 of 4 right.");
    expect(say({}, state({ train: threeOfFour }, { end: "diverged" }))).toBe(strings.verdict.diverged);
    expect(say({ data: "wave" }, state({ train: { loss: 1, rSquared: 0.876 } }))).toMatch(/^88 %/);
    expect(say({ data: "wave" }, state({ train: { loss: 1, rSquared: -3 } }, { end: "limit" }))).toMatch(
      /^0 %.*100 epochs/,
    );
  });

  it("is not solved by a picture from before, nor by nothing", () => {
    expect(isSolved(state({ train: all }))).toBe(true);
    expect(isSolved(state({ train: all }, { phase: "loading" }))).toBe(false);
    expect(isSolved(state({ train: all, step: 0 }))).toBe(false);
    expect(isSolved(state({ train: threeOfFour }))).toBe(false);
    expect(
      isSolved(
        state({
          train: {
            loss: 0,
            confusion: [
              [0, 0],
              [0, 0],
            ],
          },
        }),
      ),
    ).toBe(false);
  });
});

describe("the formulas", () => {
  const numbers = new Numbers("en");
  const { network } = strings;
  const words = { ...network, activations: strings.learning.activations };
  const wiring = wiringOf(settings({ layers: [2, 1], features: ["x", "xy"] }));
  const layer = (inputs: number, weights: number[], biases: number[]): Layer => ({
    inputs,
    outputs: biases.length,
    weights: Float32Array.from(weights),
    biases: Float32Array.from(biases),
  });
  const layers = [layer(2, [0.5, -1.25, 0, 2], [-0.5, 1]), layer(2, [1, -1], [0]), layer(1, [3], [0.25])];

  it("name inputs, units and the output", () => {
    expect(nameOf(wiring, { layer: -1, unit: 1 }, network)).toBe("x·y");
    expect(nameOf(wiring, { layer: 0, unit: 1 }, network)).toBe("a2");
    expect(nameOf(wiring, { layer: 1, unit: 0 }, network)).toBe("b1");
    expect(nameOf(wiring, { layer: 2, unit: 0 }, network)).toBe("output");
    expect(wiringOf(settings({ learner: "delta", layers: [3] })).widths).toEqual([]);
  });

  it("add up with their signs", () => {
    expect(sumOf(wiring, layers, { layer: 0, unit: 0 }, network, numbers)).toBe("0.50·x − 1.25·x·y − 0.50");
    expect(formulaOf(wiring, layers, { layer: 1, unit: 0 }, words, numbers)).toBe(
      "b1 = tanh(1.00·a1 − 1.00·a2 + 0.00)",
    );
    expect(formulaOf(wiring, layers, { layer: 2, unit: 0 }, words, numbers)).toBe("output = 3.00·b1 + 0.25");
    const linear = { ...wiring, activation: "linear" } as const;
    expect(formulaOf(linear, layers, { layer: 0, unit: 1 }, words, numbers)).toBe(
      "a2 = 0.00·x + 2.00·x·y + 1.00",
    );
    expect(sumOf(wiring, [layer(2, [-1, 1], [0])], { layer: 0, unit: 0 }, network, numbers)).toBe(
      "−1.00·x + 1.00·x·y + 0.00",
    );
  });

  it("have more places where all weights are small", () => {
    const small = [layer(2, [0.05, -0.002], [0])];
    expect(sumOf(wiring, small, { layer: 0, unit: 0 }, network, numbers)).toBe(
      "0.0500·x − 0.0020·x·y + 0.0000",
    );
  });

  it("say how far a bias is worth moving", () => {
    // 3 · (0.25 + 0.25) = 1.5
    expect(biasReach(layer(2, [0.25, -0.25], [0.1]))).toBe(2);
    expect(biasReach(layer(2, [0.25, -0.25], [-4]))).toBe(5);
    expect(biasReach(layer(2, [0, 0], [0]))).toBeGreaterThan(0);
    expect(biasReach(layer(1, [1e3], [0]))).toBe(5000);
  });

  it("say of a line what it weighs", () => {
    expect(weightText(wiring, layers, { layer: 0, unit: 0 }, 1, network, numbers)).toBe(
      "Weight from x·y to a1: −1.250",
    );
    expect(weightText(wiring, layers, { layer: 2, unit: 0 }, 0, network, numbers)).toBe(
      "Weight from b1 to output: 3.000",
    );
  });
});
