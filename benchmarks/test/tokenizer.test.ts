import { describe, expect, it } from "vitest";
import type { Measurement } from "../harness.ts";
import { tokenizerReport, tokenizerTable } from "../report/tokenizerTables.ts";
import { tokenizerTargets } from "../report/tokenizerTargets.ts";
import { targetTable } from "../report/targets.ts";
import { contenderNames } from "../tokenizer/contenders.ts";
import { corpora, corpusText, hostileInputs, shortStrings, utf8Length } from "../tokenizer/corpora.ts";
import type { TokenizerResults } from "../tokenizer/results.ts";
import { coldTitle, startTitle, trainingTitle, warmTitle } from "../tokenizer/titles.ts";

const nothing: TokenizerResults = {
  conditions: "a machine",
  versions: { tiktoken: "1.2.3" },
  absent: [],
  measurements: [],
  sizes: [],
  memory: [],
  hostile: [],
};

function measurement(title: string, name: string, median: number): Measurement {
  const role = name === "lanewise" ? "ours" : "peer";
  const rate = { amount: 1e9 / median, unit: "B/s" };
  return { title, name, median, spread: 0, best: median, samples: 5, role, rate };
}

function judged(more: Partial<TokenizerResults>, what: string): ReturnType<typeof tokenizerTargets>[number] {
  return tokenizerTargets({ ...nothing, ...more }).find((one) => one.what === what)!;
}

describe("the corpora", () => {
  it("have as many bytes as are asked for, and whole characters", () => {
    for (const corpus of corpora) {
      const text = corpusText(corpus, 30_001);
      expect(utf8Length(text)).toBeGreaterThan(29_990);
      expect(utf8Length(text)).toBeLessThanOrEqual(30_001);
      expect(text).not.toContain("\uFFFD");
      expect(text.slice(-1)).not.toMatch(/[\uD800-\uDBFF]/);
    }
  });

  it("are text as it is written: no tags, no markup", () => {
    expect(corpusText("English", 200)).toMatch(/^The Fulton County Grand Jury said Friday an/);
    expect(corpusText("English", 20_000)).not.toMatch(/\/(nn|vb|at)\b|``|''/);
    expect(corpusText("multilingual", 300_000)).not.toMatch(/<\/?\w+|&\w+;/);
  });

  it("give short strings from all over the text, none cut within a character", () => {
    const text = "a😀".repeat(5000);
    const strings = shortStrings(text, 40);
    expect(strings).toHaveLength(40);
    for (const string of strings) {
      expect(string.length).toBeGreaterThan(197);
      expect(text).toContain(string);
      expect(() => encodeURIComponent(string)).not.toThrow();
    }
    expect(new Set(shortStrings(corpusText("English", 100_000), 40)).size).toBe(40);
  });

  it("have hostile inputs of the lengths that they are called by, the same every time", () => {
    for (const [name, make] of Object.entries(hostileInputs)) {
      const length = name.includes("100,000") ? 100_000 : 1_000_000;
      expect(make().length, name).toBe(length);
      expect(make()).toBe(make());
    }
    expect(hostileInputs["100,000 CJK characters"]!()).toMatch(/^[\u4e00-\u9fff]+$/);
    expect(hostileInputs["100,000 random a–z"]!()).toMatch(/^[a-z]+$/);
  });
});

describe("the goals", () => {
  const title = warmTitle("encode", "cl100k_base", "English");

  it("compare with tiktoken, and with the fastest of the others, by time", () => {
    const measurements = [
      measurement(title, "lanewise", 10),
      measurement(title, "tiktoken", 81),
      measurement(title, "gpt-tokenizer", 60),
      measurement(title, "ai-tokenizer", 39),
    ];
    expect(judged({ measurements }, "encode, tiktoken, cl100k_base, English")).toMatchObject({
      ratio: 8.1,
      met: true,
      ours: "lanewise: 100 MB/s",
    });
    expect(judged({ measurements }, "encode, the fastest in JavaScript, cl100k_base, English")).toMatchObject(
      {
        ratio: 3.9,
        met: false,
        against: "ai-tokenizer: 25.6 MB/s",
      },
    );
  });

  it("ask for a small part of another's start, memory and training", () => {
    const start = startTitle("cl100k_base");
    const measurements = [
      measurement(start, "lanewise", 29),
      measurement(start, "gpt-tokenizer", 100),
      measurement(start, "tiktoken", 10),
      measurement(trainingTitle, "lanewise", 13),
      measurement(trainingTitle, "tokenizers", 10),
    ];
    const memory = [
      { name: "lanewise", encoding: "o200k_base", bytes: 6e6 },
      { name: "tiktoken", encoding: "o200k_base", bytes: 10e6 },
    ] as const;
    expect(judged({ measurements }, start)).toMatchObject({ ratio: 0.29, met: true });
    expect(judged({ measurements }, trainingTitle)).toMatchObject({ ratio: 1.3, met: false });
    expect(judged({ memory: [...memory] }, "peak memory, o200k_base")).toMatchObject({
      ratio: 0.6,
      met: false,
    });
    expect(judged({ memory: [...memory] }, "peak memory, cl100k_base")).not.toHaveProperty("met");
  });

  it("hold sizes to megabytes", () => {
    const sizes = [
      { name: "lanewise", encoding: "gpt2", bytes: 200_001 },
      { name: "lanewise", encoding: "cl100k_base", bytes: 400_000 },
    ] as const;
    expect(judged({ sizes: [...sizes] }, "gpt2, gzip of everything").met).toBe(false);
    expect(judged({ sizes: [...sizes] }, "cl100k_base, gzip of everything").met).toBe(true);
  });

  it("take a hostile input as failed where it is slow, capped, broken or wrong", () => {
    const verdict = (more: object): boolean | undefined => {
      const one = {
        name: "lanewise",
        encoding: "cl100k_base",
        input: "100,000 × a",
        cap: 5000,
        ...more,
      } as const;
      return judged({ hostile: [one] }, "100,000 × a, cl100k_base").met;
    };
    expect(verdict({ milliseconds: 249 })).toBe(true);
    expect(verdict({ milliseconds: 249, agrees: true })).toBe(true);
    expect(verdict({ milliseconds: 250 })).toBe(false);
    expect(verdict({ milliseconds: 1, agrees: false })).toBe(false);
    expect(verdict({})).toBe(false);
    expect(verdict({ failed: "an error" })).toBe(false);
  });

  it("say what was not measured, and never that it is met", () => {
    const all = tokenizerTargets(nothing);
    expect(all.length).toBeGreaterThan(40);
    expect(all.filter((one) => "met" in one)).toEqual([]);
    expect(targetTable(all)).not.toMatch(/\bmet \|/);
  });
});

describe("the tables", () => {
  it("put a row for each, with the three corpora in a cell and a dash where there is none", () => {
    const measurements = [
      measurement(warmTitle("decode", "o200k_base", "English"), "tiktoken", 10),
      measurement(coldTitle("o200k_base", "code"), "tiktoken", 100),
      measurement(startTitle("o200k_base"), "tiktoken", 573),
    ];
    const sizes = [{ name: "tiktoken", encoding: "o200k_base", bytes: 2_510_000 }] as const;
    const text = tokenizerTable({ ...nothing, measurements, sizes: [...sizes] }, "o200k_base");
    expect(text.split("\n")).toHaveLength(2 + contenderNames.length);
    expect(text).toContain("| tiktoken | – | – | 100 / – / – | – / 10.0 / – | 573 | 2.51 | – |");
    expect(text).toContain("| **Lanewise** | – | – | – | – | – | – | – |");
  });

  it("report absences and versions", () => {
    const report = tokenizerReport({ ...nothing, absent: [{ peer: "js-tiktoken", reason: "other ids" }] });
    expect(report).toContain("- js-tiktoken: other ids");
    expect(report).toContain("tiktoken 1.2.3");
  });
});
