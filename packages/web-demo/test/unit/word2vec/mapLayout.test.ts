import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitOf, overlap, placeLabels, pointAt } from "../../../src/exhibits/word2vec/mapLayout.js";

const bounds = { left: 0, top: 0, right: 400, bottom: 300 };
const height = 14;
const point = fc.record({
  x: fc.integer({ min: 0, max: 400 }),
  y: fc.integer({ min: 0, max: 300 }),
  width: fc.integer({ min: 8, max: 90 }),
});

describe("placeLabels", () => {
  it("never lets two names overlap, nor leave the map, and places the first one where there is room", () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), (points) => {
        const placed = placeLabels(points, bounds, height);
        const boxes = placed.map(({ at, x, y }) => ({
          left: x,
          right: x + points[at]!.width,
          top: y - height / 2,
          bottom: y + height / 2,
        }));
        boxes.forEach((box, i) => {
          expect(box.left >= 0 && box.top >= 0 && box.right <= 400 && box.bottom <= 300).toBe(true);
          for (const other of boxes.slice(0, i)) expect(overlap(box, other)).toBe(false);
        });
        expect(new Set(placed.map(({ at }) => at)).size).toBe(placed.length);
      }),
    );
  });

  it("places those that insist, whatever stands there, and inside", () => {
    const crowd = Array.from({ length: 8 }, () => ({ x: 398, y: 1, width: 60 }));
    const placed = placeLabels(crowd, bounds, height, 5);
    expect(placed.slice(0, 5).map(({ at }) => at)).toEqual([0, 1, 2, 3, 4]);
    for (const { x, y } of placed) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + 60).toBeLessThanOrEqual(400);
      expect(y - height / 2).toBeGreaterThanOrEqual(0);
    }
    expect(placeLabels(crowd, bounds, height).length).toBeLessThan(5);
  });

  it("prefers those that come first", () => {
    const [a, b] = [
      { x: 100, y: 100, width: 300 },
      { x: 101, y: 101, width: 300 },
    ];
    const narrow = { ...bounds, top: 93, bottom: 108, right: 420 };
    expect(placeLabels([a, b], narrow, height).map(({ at }) => at)).toEqual([0]);
  });
});

describe("fitOf", () => {
  it("has all but the farthest of many points inside, at one scale", () => {
    const points = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? Math.sin(i) : 0.2 * Math.cos(i)));
    points[10] = 1000;
    const { scale, middleX, middleY } = fitOf(points, 400, 300, 50);
    expect([middleX, middleY]).toEqual([200, 150]);
    expect(scale).toBeGreaterThan(140);
    expect(scale).toBeLessThan(160);
  });

  it("draws nothing, one point, and points in one place at a finite scale", () => {
    for (const points of [[], [0, 0], [1e-30, 0], [0, 0, 0, 0]]) {
      expect(Number.isFinite(fitOf(points, 400, 300, 50).scale)).toBe(true);
    }
  });
});

describe("pointAt", () => {
  it("finds the nearest within reach, and none beyond", () => {
    const points = [
      { x: 10, y: 10, width: 1 },
      { x: 30, y: 10, width: 1 },
    ];
    expect(pointAt(points, 18, 10, 15)).toBe(0);
    expect(pointAt(points, 23, 10, 15)).toBe(1);
    expect(pointAt(points, 90, 90, 15)).toBe(-1);
    expect(pointAt([], 0, 0, 15)).toBe(-1);
  });
});
