import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { matmulTitle, productShapes, rowFunctionTitle } from "../contests/titles.ts";
import { withFigures } from "../figures.ts";
import type { Measurement } from "../harness.ts";
import { figure, table } from "../report/markdown.ts";
import { draw } from "../report/plot.ts";
import { fastest, type PeerResults } from "../report/results.ts";
import { productTable, timeTable } from "../report/tables.ts";
import { targets, targetTable } from "../report/targets.ts";

function measurement(
  title: string,
  name: string,
  median: number,
  more: Partial<Measurement> = {},
): Measurement {
  return { title, name, median, spread: 0.1, best: median, samples: 9, ...more };
}

function results(measurements: Measurement[], node = 24): PeerResults {
  const outcome = { machine: "a machine", node, versions: {}, absent: [], measurements };
  return { conditions: "a machine", outcomes: [outcome], absent: [], moduleBytes: {} };
}

/** One product at so many GFLOP/s. */
function product(name: string, gigaflops: number, more: Partial<Measurement>): Measurement {
  const rate = { amount: gigaflops * 1e9, unit: "flop/s" };
  return measurement("matmul 256×256×256", name, 33.554432 / gigaflops, { rate, ...more });
}

const ours = { role: "ours", variant: "relaxed", copies: false } as const;
const peer = { role: "peer", copies: false } as const;
const limit = { role: "limit", variant: "relaxed" } as const;

describe("markdown", () => {
  it("writes tables and figures of three digits", () => {
    expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n| --- | ---: |\n| 1 | 2 |");
    expect([0.012345, 1.2345, 123.45, 1234.5].map(figure)).toEqual(["0.0123", "1.23", "123", "1235"]);
  });
});

describe("fastest", () => {
  it("is the least median, whatever the best sample", () => {
    const slow = measurement("t", "slow", 2, { best: 0.1 });
    expect(fastest([slow, measurement("t", "quick", 1), slow])?.name).toBe("quick");
    expect(fastest([])).toBeUndefined();
  });
});

describe("targets", () => {
  const find = (all: ReturnType<typeof targets>, line: number, what: string): (typeof all)[number] =>
    all.find((one) => one.line === line && one.what === what)!;

  it("divides our rate by the limit's and by the best peer's, and judges", () => {
    const judged = targets(
      results([
        product("ours", 88, ours),
        product("ours, packed", 90, ours),
        product("ours, copied", 99, { ...ours, copies: true }),
        product("slow peer", 10, peer),
        product("quick peer", 60, { ...peer, copies: true }),
        product("limit: fused", 100, limit),
      ]),
    );
    const product256 = "relaxed, matmul 256×256×256";
    expect(find(judged, 1, product256)).toMatchObject({ ratio: 0.9, met: true, goal: "≥ 0.88" });
    const beside = find(judged, 2, "relaxed, Node 24, matmul 256×256×256");
    expect(beside).toMatchObject({ ratio: 1.5, met: false, against: "quick peer: 60.0 GFLOP/s" });
  });

  it("compares resident with resident and copied with copied, and asks for more than a tie", () => {
    const title = rowFunctionTitle("softmax");
    const judged = targets(
      results([
        measurement(title, "ours", 2, ours),
        measurement(title, "ours copied", 3, { ...ours, copies: true }),
        measurement(title, "peer", 2, peer),
        measurement(title, "peer copied", 4, { ...peer, copies: true }),
      ]),
    );
    expect(find(judged, 4, `relaxed, ${title}, resident`)).toMatchObject({ ratio: 1, met: false });
    const copied = find(judged, 4, `relaxed, ${title}, with copies`);
    expect(copied).toMatchObject({ met: true, against: "peer copied: 4.00 ms" });
  });

  it("keeps Node 20 apart from Node 24", () => {
    const simd = { ...ours, variant: "simd" } as const;
    const judged = targets(results([product("ours", 30, simd), product("peer", 20, peer)], 20));
    expect(find(judged, 2, "simd, Node 20, matmul 256×256×256")).toMatchObject({ ratio: 1.5, met: true });
    expect(find(judged, 2, "simd, Node 24, matmul 256×256×256")).not.toHaveProperty("met");
  });

  it("says what was not measured, and never that it is met", () => {
    const judged = targets(results([]));
    expect(judged.length).toBeGreaterThan(60);
    expect(judged.filter((one) => "met" in one)).toEqual([]);
    expect(targetTable(judged)).not.toMatch(/\bmet \|/);
    expect(targetTable(judged)).toContain("not measured");
  });
});

describe("tables", () => {
  it("put everyone in a column, and a dash where there is no figure", () => {
    const peers = results([
      product("jax-js, resident", 12.34, peer),
      product("lanewise relaxed", 56.78, ours),
    ]);
    const row = productTable(peers)
      .split("\n")
      .find((line) => line.startsWith("| 256×"));
    expect(row).toBe("| 256×256×256 | 56.8 | – | – | – | – | 12.3 | – | – |");
    expect(productTable(peers).split("\n")).toHaveLength(2 + productShapes.length);
    expect(timeTable(peers)).toContain("| softmax 1024×1024 | – |");
  });
});

describe("draw", () => {
  const plot = draw({
    title: "A & B",
    x: "size",
    y: "GFLOP/s",
    series: [
      {
        name: "one",
        points: [
          [64, 10],
          [128, 20],
          [256, 40],
        ],
      },
      {
        name: "two",
        points: [
          [64, 10],
          [256, 40],
        ],
      },
    ],
    limits: [{ name: "limit", value: 50 }],
  });

  it("spaces doublings evenly and draws the limit above the lines", () => {
    const points = [...plot.matchAll(/<polyline class="line c0" points="([^"]+)"/g)][0]![1]!
      .split(" ")
      .map((pair) => pair.split(",").map(Number) as [number, number]);
    expect(points[1]![0] - points[0]![0]).toBeCloseTo(points[2]![0] - points[1]![0], 0);
    const [, up] = /<line class="limit"[^>]*y1="([\d.]+)"/.exec(plot)!;
    expect(Number(up)).toBeLessThan(points[2]![1]);
    expect(points[2]![1]).toBeLessThan(points[0]![1]);
  });

  it("escapes text, keeps labels apart, and has colours for a dark page", () => {
    expect(plot).toContain("A &amp; B");
    const labels = [...plot.matchAll(/<text class="(?:label c\d|limitLabel)" x="[\d.]+" y="([\d.]+)"/g)];
    const heights = labels.map(([, y]) => Number(y)).sort((a, b) => a - b);
    expect(heights).toHaveLength(3);
    for (let i = 1; i < 3; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(16);
    expect(plot).toContain("prefers-color-scheme:dark");
  });

  it("moves labels down from the limit, not up into the title", () => {
    const flat = {
      points: [
        [64, 50],
        [128, 50],
      ] as const,
    };
    const crowded = draw({
      title: "",
      x: "",
      y: "",
      series: [
        { name: "one", ...flat },
        { name: "two", ...flat },
      ],
      limits: [{ name: "limit", value: 50 }],
    });
    const [, line] = /<line class="limit"[^>]*y1="([\d.]+)"/.exec(crowded)!;
    const [, label] = /<text class="limitLabel"[^>]*y="([\d.]+)"/.exec(crowded)!;
    expect(Number(label)).toBeCloseTo(Number(line) + 4, 1);
  });
});

describe("README.md", () => {
  it("shows what the committed results say", async () => {
    const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    expect(await withFigures(text), "run: npm run figures -w benchmarks").toBe(text);
  });

  it("is refused without the place for the figures", async () => {
    await expect(withFigures("# Lanewise\n")).rejects.toThrow("no place");
  });
});

it("every product has a title of its own", () => {
  expect(new Set(productShapes.map(matmulTitle)).size).toBe(productShapes.length);
});
