import { describe, expect, it } from "vitest";
import {
  consistent,
  isSameRun,
  limits,
  type runKeys,
  type Settings,
  settingFields,
} from "../../../src/exhibits/perceptron/config.js";
import { lessonIds, lessonOf, lessonSettings } from "../../../src/exhibits/perceptron/lesson.js";
import { withLayers, withWidth } from "../../../src/exhibits/perceptron/settingsForm.js";
import { readSettings, writeSettings } from "../../../src/shell/urlState.js";

const of = (text: string): Settings => readSettings(settingFields, new URLSearchParams(text));
const usual = of("");

describe("the settings", () => {
  it("come back from the address, each of them", () => {
    const changed: Settings = {
      data: "spirals",
      noise: 17,
      held: 45,
      points: "a0zz3",
      features: ["x", "xy", "siny"],
      learner: "delta",
      layers: [8, 3, 1],
      activation: "gelu",
      optimiser: "momentum",
      rate: 0.003,
      decay: 0.0001,
      dropout: 0.5,
      batch: 0,
      epochs: 3000,
      seed: 99,
      pace: "full",
      view: "sides",
    };
    expect(Object.keys(changed)).toEqual(Object.keys(settingFields));
    const text = writeSettings(settingFields, changed).toString();
    expect(of(text)).toEqual(changed);
    // Each differs from its default: none was left out.
    expect([...new URLSearchParams(text).keys()]).toEqual(Object.keys(settingFields));
    expect(writeSettings(settingFields, usual).toString()).toBe("");
  });

  it("know networks without hidden layers, and none that is too large", () => {
    expect(of("layers=none").layers).toEqual([]);
    expect(writeSettings(settingFields, { ...usual, layers: [] }).toString()).toBe("layers=none");
    for (const text of ["9", "0", "4.", "4.4.4.4.4", "44", "a", "1e1"]) {
      expect(of(`layers=${text}`).layers, text).toEqual(usual.layers);
    }
  });

  it("have one input at the least", () => {
    expect(of("features=").features).toEqual(["x", "y"]);
    expect(of("features=nothing").features).toEqual(["x", "y"]);
    expect(of("features=siny.x").features).toEqual(["x", "siny"]);
  });

  it("give values to a rule that learns them", () => {
    for (const learner of ["perceptron", "logistic"] as const) {
      expect(consistent({ ...usual, data: "wave", learner }).learner).toBe("delta");
      expect(consistent({ ...usual, data: "moons", learner }).learner).toBe(learner);
    }
    for (const learner of ["delta", "network"] as const) {
      expect(consistent({ ...usual, data: "plane", learner }).learner).toBe(learner);
    }
  });

  it("are of another run where that would learn otherwise, and only there", () => {
    expect(isSameRun(usual, of("pace=full&view=sides&epochs=100"))).toBe(true);
    for (const [name, text] of Object.entries({
      data: "or",
      noise: "1",
      held: "10",
      points: "a0000",
      features: "x",
      learner: "delta",
      layers: "4.4",
      activation: "relu",
      optimiser: "sgd",
      rate: "0.1",
      decay: "0.1",
      dropout: "0.1",
      batch: "0",
      seed: "2",
    } satisfies Record<(typeof runKeys)[number], string>)) {
      expect(isSameRun(usual, of(`${name}=${text}`)), name).toBe(false);
    }
  });
});

describe("hidden layers", () => {
  it("are added as wide as the last, up to four, and taken away", () => {
    expect(withLayers([4, 2], 3)).toEqual([4, 2, 2]);
    expect(withLayers([], 1)).toEqual(settingFields.layers.fallback);
    expect(withLayers([1, 2, 3, 4], 5)).toEqual([1, 2, 3, 4]);
    expect(withLayers([1, 2], 1)).toEqual([1]);
    expect(withLayers([1], 0)).toEqual([]);
    expect(withLayers([], -1)).toEqual([]);
  });

  it("are between one unit wide and eight", () => {
    expect(withWidth([4, 2], 1, 3)).toEqual([4, 3]);
    expect(withWidth([4, 2], 0, 0)).toEqual([1, 2]);
    expect(withWidth([4, 2], 0, limits.mostUnits + 1)).toEqual([limits.mostUnits, 2]);
  });
});

describe("the lesson", () => {
  it("knows its own steps again, in an address as well, whatever the pace", () => {
    for (const id of lessonIds) {
      const settings = lessonSettings(id);
      expect(lessonOf(settings)).toBe(id);
      expect(lessonOf(of(writeSettings(settingFields, settings).toString()))).toBe(id);
      expect(lessonOf({ ...settings, pace: "full", epochs: 30, seed: 7 })).toBe(id);
      expect(lessonOf({ ...settings, data: "moons" })).toBeUndefined();
    }
  });
});
