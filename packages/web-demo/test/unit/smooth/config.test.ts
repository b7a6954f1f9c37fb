import { settingsOf, surrogates } from "@lanewise/models/smooth";
import { describe, expect, it } from "vitest";
import { catalogue, surrogateIds } from "../../../src/exhibits/smooth/catalogue.js";
import {
  inputsOf,
  mostOf,
  type Settings,
  settingFields,
  stepOf,
  temperatureAt,
  temperatureRange,
} from "../../../src/exhibits/smooth/config.js";
import { readSettings, writeSettings } from "../../../src/shell/urlState.js";

describe("the page's catalogue", () => {
  it("has the surrogates of the package, and no others", () => {
    expect([...surrogateIds].sort()).toEqual(surrogates.map(({ id }) => id).sort());
  });

  it.each(surrogates)("says of $id what the package says", (surrogate) => {
    const entry = catalogue[surrogate.id as keyof typeof catalogue];
    expect(entry.family).toBe(surrogate.family);
    expect(entry.shape).toBe(surrogate.shape);
    const others = surrogate.parameters.map(({ name }) => name).filter((name) => name !== "temperature");
    expect(entry.takes === undefined ? [] : [entry.takes]).toEqual(others);
  });

  it.each(surrogates)("offers for $id nothing that the package refuses", (surrogate) => {
    const id = surrogate.id as keyof typeof catalogue;
    const [least, most] = [temperatureRange.limit, mostOf(id)];
    for (const temperature of [least, most, catalogue[id].start ?? most]) {
      for (const [alpha, slope, k] of [
        [1.1, 0, 1],
        [2, 0.9, 4],
      ] as const) {
        expect(settingsOf(surrogate, { temperature, alpha, slope, k }).temperature).toBe(temperature);
      }
    }
  });
});

describe("the settings", () => {
  const settings: Settings = {
    surrogate: "softTopK",
    temperature: 0.0106,
    k: 3,
    alpha: 1.2,
    slope: 0.5,
    inputs: [0, -4, 3.95, 0.05, 1],
    lane: 4,
    gradient: "shown",
    seed: 77,
    positives: 12,
    softness: 0.35,
    warmUp: 20,
    epochs: 1000,
    pace: "full",
  };

  it("go to the address and come back", () => {
    const written = writeSettings(settingFields, settings).toString();
    expect(readSettings(settingFields, new URLSearchParams(written))).toEqual(settings);
    expect(written).toContain("inputs=0_-4_3.95_0.05_1&");
  });

  it("are the usual ones where the address makes no sense", () => {
    const nonsense = "surrogate=soft&temperature=0&inputs=1_2_3&lane=5&seed=-1&positives=51&k=5&pace=fast";
    expect(readSettings(settingFields, new URLSearchParams(nonsense))).toEqual(
      readSettings(settingFields, new URLSearchParams()),
    );
    for (const inputs of ["1_2_3_4_5", "1_2_3__0", "1_2_3_4_x", ""]) {
      expect(settingFields.inputs.parse(inputs)).toBeUndefined();
    }
  });

  it("give a function of one number one number", () => {
    const { inputs, lane } = settings;
    expect(inputsOf({ surrogate: "softplus", inputs, lane })).toEqual({ inputs: [0], lane: 0 });
    expect(inputsOf({ surrogate: "softmax", inputs, lane })).toEqual({ inputs, lane });
  });

  it("have temperatures that each step of the slider gives back", () => {
    const [least, highest] = [stepOf(temperatureRange.least), stepOf(temperatureRange.highest)];
    for (let step = least; step <= highest; step++) {
      const temperature = temperatureAt(step);
      expect(stepOf(temperature)).toBe(step);
      expect(settingFields.temperature.parse(String(temperature))).toBe(temperature);
    }
    expect(temperatureAt(0)).toBe(1);
  });
});
