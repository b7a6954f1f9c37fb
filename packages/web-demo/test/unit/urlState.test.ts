import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hiddenSizes,
  mostTemperature,
  type Settings,
  settingFields,
  stepCounts,
} from "../../src/exhibits/charRnn/config.js";
import {
  joinFragment,
  readSettings,
  splitFragment,
  subset,
  writeSettings,
} from "../../src/shell/urlState.js";

const settings: fc.Arbitrary<Settings> = fc.record({
  cell: fc.constantFrom("lstm", "gru", "rnn"),
  hidden: fc.constantFrom(...hiddenSizes),
  steps: fc.constantFrom(...stepCounts),
  seed: fc.integer({ min: 0, max: 999_999 }),
  temperature: fc.integer({ min: 0, max: 100 * mostTemperature }).map((hundredths) => hundredths / 100),
  prime: fc.string({ unit: "grapheme", maxLength: 40 }),
});

const roundTrip = (value: Settings): Settings => {
  const fragment = joinFragment("charRnn", writeSettings(settingFields, value));
  const { exhibit, parameters } = splitFragment(fragment);
  expect(exhibit).toBe("charRnn");
  return readSettings(settingFields, parameters);
};

describe("settings in the address", () => {
  it("come back as they went", () => {
    fc.assert(
      fc.property(settings, (value) => {
        expect(roundTrip(value)).toEqual(value);
      }),
    );
  });

  it("survive the browser's own escaping of a fragment", () => {
    fc.assert(
      fc.property(settings, (value) => {
        const url = new URL("https://example.org/");
        url.hash = joinFragment("charRnn", writeSettings(settingFields, value));
        expect(readSettings(settingFields, splitFragment(url.hash).parameters)).toEqual(value);
      }),
    );
  });

  it("are left out where they are the defaults", () => {
    const defaults = readSettings(settingFields, new URLSearchParams());
    expect(joinFragment("charRnn", writeSettings(settingFields, defaults))).toBe("#charRnn");
    expect(joinFragment("charRnn", writeSettings(settingFields, { ...defaults, seed: 7 }))).toBe(
      "#charRnn?seed=7",
    );
  });

  it("are the defaults where the address makes no sense", () => {
    const defaults = readSettings(settingFields, new URLSearchParams());
    for (const text of [
      "cell=perceptron&hidden=7&steps=-1&seed=1.5&temperature=hot",
      "seed=1e3",
      "seed=-4",
      "seed=1000000",
      "seed=",
      "temperature=",
      "temperature=1.55",
      `prime=${"x".repeat(201)}`,
      "unknown=1",
    ]) {
      expect(readSettings(settingFields, new URLSearchParams(text))).toEqual(defaults);
    }
  });

  it("keep an empty prompt and one with question marks", () => {
    const defaults = readSettings(settingFields, new URLSearchParams());
    for (const prime of ["", "What? Why?&seed=3#", "a\nb"]) {
      expect(roundTrip({ ...defaults, prime }).prime).toBe(prime);
    }
  });

  it("belong to the exhibit that is named", () => {
    expect(splitFragment("").exhibit).toBe("");
    expect(splitFragment("#/charRnn?seed=2").exhibit).toBe("charRnn");
    expect(splitFragment("#other?seed=2").parameters.get("seed")).toBe("2");
  });
});

describe("a subset in the address", () => {
  const fields = { jobs: subset<"a" | "b" | "c">(["a", "b", "c"]) };
  const read = (text: string): readonly string[] => readSettings(fields, new URLSearchParams(text)).jobs;
  const write = (jobs: readonly ("a" | "b" | "c")[]): string =>
    writeSettings<{ jobs: readonly ("a" | "b" | "c")[] }>(fields, { jobs }).toString();

  it("comes back as it went; all of it need not be said", () => {
    expect(write(["a", "b", "c"])).toBe("");
    expect(write(["a", "c"])).toBe("jobs=a.c");
    expect(write([])).toBe("jobs=");
    expect(read("jobs=a.c")).toEqual(["a", "c"]);
    expect(read("jobs=")).toEqual([]);
    expect(read("")).toEqual(["a", "b", "c"]);
  });

  it("has its own order, each word once, and no others", () => {
    expect(read("jobs=c.x.a.a")).toEqual(["a", "c"]);
  });
});
