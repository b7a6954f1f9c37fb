import { describe, expect, it } from "vitest";
import { engineOf } from "../../../src/exhibits/kernels/conditions.js";
import { jsonOf, markdownOf, type Report, significant } from "../../../src/exhibits/kernels/report.js";
import type { JobResult, Measured, Results } from "../../../src/exhibits/kernels/state.js";
import { bestRatio, rateOf, ratioOf, scaleOf, verdictOf } from "../../../src/exhibits/kernels/verdict.js";
import { summaryOf } from "../../../src/exhibits/kernels/view.js";
import { en } from "../../../src/shell/en.js";
import { Numbers } from "../../../src/shell/numbers.js";

const ms = (median: number): Measured => ({ median, spread: 0.01, samples: 9, planned: 9 });
const result = (relaxed: number, simd: number, plain: number, done = true): JobResult => ({
  figures: { relaxed: ms(relaxed), simd: ms(simd), plain: ms(plain) },
  done,
});
const results: Results = {
  matmul64: result(0.01, 0.02, 0.4),
  matmul512: result(8, 10, 160),
  exp: result(0.5, 0.25, 1),
  gelu: result(1e-6, 1e-6, 1, false),
};
const numbers = new Numbers("en");
const report: Report = {
  results,
  conditions: {
    engine: "Firefox 140 on Linux",
    cores: 8,
    isolated: false,
    contenders: ["relaxed", "simd", "plain"],
    clockMs: 0.1,
  },
  length: "short",
  address: "https://example.org/#kernels",
  date: "2026-01-02T03:04:05.000Z",
};

describe("what a run comes to", () => {
  it("counts work a second, on the scale of the group", () => {
    // 2 · 512³ flop in 8 ms
    expect(rateOf("matmul512", 8)).toBeCloseTo(33.554, 3);
    expect(rateOf("exp", 0.5)).toBeCloseTo(524.288, 3);
    expect(rateOf("lstm", 0.05)).toBeCloseTo(20, 9);
  });

  it("compares with plain JavaScript, once both are measured", () => {
    expect(ratioOf(results.matmul64!, "relaxed")).toBeCloseTo(40, 9);
    expect(ratioOf(results.matmul64!, "plain")).toBe(1);
    expect(ratioOf({ figures: { simd: ms(1) }, done: false }, "simd")).toBeUndefined();
    expect(bestRatio(results.exp!)).toBeCloseTo(4, 9);
    expect(bestRatio({ figures: { plain: ms(1) }, done: true })).toBeUndefined();
  });

  it("is the geometric mean over jobs that are done, and the peak of the products", () => {
    const verdict = verdictOf(results);
    expect(verdict?.jobs).toBe(3);
    expect(verdict?.ratio).toBeCloseTo(Math.cbrt(40 * 20 * 4), 9);
    expect(verdict?.peak).toBeCloseTo(rateOf("matmul64", 0.01), 9);
    expect(verdictOf({})).toBeUndefined();
    expect(verdictOf({ exp: results.exp! })?.peak).toBeUndefined();
  });

  it("has bars of one scale in one group", () => {
    expect(scaleOf("matmul512", results)).toBeCloseTo(rateOf("matmul64", 0.01), 9);
    expect(scaleOf("lstm", results)).toBe(0);
  });

  it("is a sentence", () => {
    const { kernels } = en;
    expect(summaryOf({ results: {}, before: {} }, kernels, numbers)).toBe("Nothing measured yet.");
    expect(summaryOf({ results: { exp: results.exp! }, before: {} }, kernels, numbers)).toBe(
      "In this browser Lanewise is 4.00 times as fast as plain JavaScript (geometric mean of one job).",
    );
    expect(summaryOf({ results, before: results }, kernels, numbers)).toContain(
      "before this one: 14.7 times",
    );
    expect(summaryOf({ results, before: { exp: results.exp! } }, kernels, numbers)).not.toContain("before");
  });
});

describe("the report", () => {
  it("is a Markdown table of the jobs that are done", () => {
    expect(markdownOf(report, en.kernels)).toBe(
      `**Lanewise: 14.7× plain JavaScript** (geometric mean of 3)

| job | unit | relaxed | simd | plain JS | best ÷ plain JS |
| --- | --- | --: | --: | --: | --: |
| Matrix products: 64 × 64 × 64 | GFLOP/s | 52.4 | 26.2 | 1.31 | 40.0× |
| Matrix products: 512 × 512 × 512 | GFLOP/s | 33.6 | 26.8 | 1.68 | 20.0× |
| Row by row, number by number: e to the x, 262,144 numbers | million/s | 524 | 1,050 | 262 | 4.00× |

Medians. Firefox 140 on Linux, 8 logical processors, one thread, not cross-origin isolated, clock steps of 0.100 ms, 2026-01-02T03:04:05.000Z. https://example.org/#kernels
`,
    );
  });

  it("leaves out a contender that this browser has not", () => {
    const figures = { simd: ms(0.02), plain: ms(0.4) };
    const markdown = markdownOf({ ...report, results: { matmul64: { figures, done: true } } }, en.kernels);
    expect(markdown).toContain("| job | unit | simd | plain JS | best ÷ plain JS |");
  });

  it("is JSON with every number in full", () => {
    const parsed = JSON.parse(jsonOf(report)) as {
      conditions: unknown;
      jobs: { job: string; contenders: Record<string, { medianMs: number; unitsPerSecond: number }> }[];
    };
    expect(parsed.conditions).toEqual(report.conditions);
    expect(parsed.jobs.map(({ job }) => job)).toEqual(["matmul64", "matmul512", "exp"]);
    expect(parsed.jobs[0]?.contenders["relaxed"]).toMatchObject({
      medianMs: 0.01,
      unitsPerSecond: (2 * 64 ** 3 * 1000) / 0.01,
    });
  });

  it("keeps three digits that say something", () => {
    const written = [1234.6, 43.14, 2, 0.0123456, 0.09999999, 999.9, 0].map((value) =>
      significant(value, numbers),
    );
    expect(written).toEqual(["1,230", "43.1", "2.00", "0.0123", "0.100", "1,000", "0"]);
  });
});

describe("the browser's name", () => {
  it("comes from what the browser tells of itself", () => {
    const brands = [
      { brand: "Not)A;Brand", version: "8" },
      { brand: "Chromium", version: "141" },
    ];
    expect(engineOf({ brands, platform: "Linux" }, "")).toBe("Chromium 141 on Linux");
    const edge = [...brands, { brand: "Microsoft Edge", version: "141" }];
    expect(engineOf({ brands: edge, platform: "Windows" }, "")).toBe("Microsoft Edge 141 on Windows");
  });

  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 on Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari 26.0 on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
      "Safari 18.6 on iOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
      "Chrome 141 on Windows",
    ],
  ])("or from its old line of text: %s", (userAgent, name) => {
    expect(engineOf(undefined, userAgent)).toBe(name);
  });

  it("is not known of others", () => {
    expect(engineOf(undefined, "curl/8")).toBeUndefined();
  });
});
