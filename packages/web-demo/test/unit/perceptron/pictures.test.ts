import { describe, expect, it } from "vitest";
import { zeroContour } from "../../../src/exhibits/perceptron/contour.js";
import { gridPlaces } from "../../../src/exhibits/perceptron/features.js";
import { chartData } from "../../../src/exhibits/perceptron/lossChart.js";
import { paint, shadeOf, Shades, unitShade } from "../../../src/exhibits/perceptron/shade.js";
import type { ColourName, Palette } from "../../../src/shell/palette.js";

const field = (side: number, of: (x: number, y: number) => number): Float32Array => {
  const { xs, ys } = gridPlaces(side);
  return Float32Array.from(xs, (x, i) => of(x, ys[i]!));
};

describe("the boundary", () => {
  it("of a line is that line", () => {
    const segments = zeroContour(field(21, (x, y) => x + y - 1));
    expect(segments.length).toBeGreaterThan(15);
    for (const [x1, y1, x2, y2] of segments) {
      for (const [u, v] of [
        [x1, y1],
        [x2, y2],
      ] as const) {
        // From shares of the picture to places of the plane.
        expect(6 * u - 3 + (3 - 6 * v)).toBeCloseTo(1, 4);
      }
    }
  });

  it("of a circle is closed, and as long", () => {
    const segments = zeroContour(field(81, (x, y) => x * x + y * y - 4));
    const ends = new Map<string, number>();
    let length = 0;
    for (const [x1, y1, x2, y2] of segments) {
      length += 6 * Math.hypot(x2 - x1, y2 - y1);
      for (const [u, v] of [
        [x1, y1],
        [x2, y2],
      ] as const) {
        const key = `${u.toFixed(6)},${v.toFixed(6)}`;
        ends.set(key, (ends.get(key) ?? 0) + 1);
      }
    }
    expect([...ends.values()].every((count) => count === 2)).toBe(true);
    expect(length).toBeGreaterThan(0.995 * 4 * Math.PI);
    expect(length).toBeLessThan(1.005 * 4 * Math.PI);
  });

  it("takes a saddle by its middle", () => {
    // Corners a and c are above, b and d below; where the middle is above, a and c hang together: b and d are cut off.
    const above = zeroContour(Float32Array.of(3, -1, -1, 3));
    expect(above).toHaveLength(2);
    const cutsOff = (u: number, v: number): boolean =>
      above.some(([x1, y1, x2, y2]) => Math.hypot(x1 - u, y1 - v) < 0.8 && Math.hypot(x2 - u, y2 - v) < 0.8);
    expect([cutsOff(1, 0), cutsOff(0, 1)]).toEqual([true, true]);
    expect(above.flatMap((piece) => piece).reduce((sum, at) => sum + at, 0)).toBeCloseTo(4, 6);
    const below = zeroContour(Float32Array.of(1, -3, -3, 1));
    // Now a and c are cut off: one piece is near the top left.
    expect(below.some((piece) => piece.every((at) => at <= 0.26))).toBe(true);
  });

  it("is not there where all is on one side", () => {
    expect(zeroContour(field(9, () => 1))).toEqual([]);
    expect(zeroContour(field(9, () => 0))).toEqual([]);
    expect(zeroContour(field(9, () => -1))).toEqual([]);
  });
});

const colours: Partial<Record<ColourName, readonly [number, number, number]>> = {
  low: [0, 0, 200],
  paper: [250, 250, 250],
  high: [200, 0, 0],
};
const palette = { rgb: (name: ColourName) => colours[name] } as unknown as Palette;
const pixel = (shades: Shades, value: number): number[] => {
  const bytes = new Uint8ClampedArray(4);
  shades.put(value, bytes, 0);
  return [...bytes];
};

describe("the shades", () => {
  it("go from one hue over the paper to the other, and clamp", () => {
    const shades = new Shades(palette);
    const [low, middle, high] = [pixel(shades, -1), pixel(shades, 0), pixel(shades, 1)];
    expect(low[2]! - low[0]!).toBeGreaterThan(80);
    expect(high[0]! - high[2]!).toBeGreaterThan(80);
    expect(Math.max(...middle.map((byte, i) => Math.abs(byte - [250, 250, 250, 255][i]!)))).toBeLessThan(20);
    expect(pixel(shades, 7)).toEqual(high);
    expect(pixel(shades, -7)).toEqual(low);
  });

  it("say of a score what the learner means by it", () => {
    expect(shadeOf("network", false, "graded")(0)).toBe(0);
    expect(shadeOf("logistic", false, "graded")(2)).toBeCloseTo(2 / (1 + Math.exp(-2)) - 1, 12);
    expect(shadeOf("delta", false, "graded")(0.4)).toBe(0.4);
    expect(shadeOf("network", true, "graded")(0.4)).toBe(0.4);
    expect([-0.1, 0, 0.1].map(shadeOf("perceptron", false, "graded"))).toEqual([-1, 1, 1]);
    expect([-0.1, 0, 0.1].map(shadeOf("network", false, "sides"))).toEqual([-1, 1, 1]);
  });

  it("of a unit fit its activation", () => {
    expect([0, 0.5, 1].map(unitShade(Float32Array.of(0, 1), true))).toEqual([-1, 0, 1]);
    expect([0, 2, 4].map(unitShade(Float32Array.of(0, 4), false))).toEqual([0, 0.5, 1]);
    // A unit that hardly answers stays pale.
    expect(unitShade(Float32Array.of(0.1, -0.2), false)(-0.2)).toBe(-0.2);
  });

  it("are painted at places between those that are known", () => {
    const image = { width: 4, height: 4, data: new Uint8ClampedArray(64) } as unknown as ImageData;
    const seen: number[] = [];
    paint(image, Float32Array.of(0, 1, 2, 3), (value) => (seen.push(value), value), new Shades(palette));
    expect(seen).toEqual(
      Array.from({ length: 16 }, (_, i) => ((i % 4) + 0.5) / 4 + (2 * (Math.floor(i / 4) + 0.5)) / 4),
    );
    expect(image.data.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
  });
});

describe("the chart", () => {
  const point = (epoch: number, train: number, test?: number) => ({ epoch, train, test });

  it("has what is held out where there is some", () => {
    const { columns, xMax, yMin, yMax, yTicks } = chartData([point(0, 0.7, 0.8), point(40, 0.1, 0.2)]);
    expect(columns).toEqual([
      [0, 40],
      [0.8, 0.2],
      [0.7, 0.1],
    ]);
    expect(xMax).toBe(40);
    expect(yMin).toBeLessThan(0);
    expect(yMax).toBeGreaterThanOrEqual(0.8);
    expect(yTicks[0]).toBe(0);
    expect(yTicks.at(-1)).toBeCloseTo(yMax, 9);
    expect(chartData([point(0, 0.7)]).columns[1]).toEqual([null]);
  });

  it("cuts off what ran away", () => {
    const { columns, yMax } = chartData([point(0, 1), point(1, 1e9), point(2, NaN), point(3, Infinity)]);
    expect(yMax).toBeLessThanOrEqual(5);
    expect(columns[2]).toEqual([1, yMax, null, null]);
  });

  it("has an axis before anything is known, and for losses that are next to nothing", () => {
    expect(chartData([]).yMax).toBeGreaterThan(0);
    expect(chartData([point(0, 0)]).yMax).toBeGreaterThan(0);
    expect(chartData([point(0, 0)]).xMax).toBe(20);
  });
});
