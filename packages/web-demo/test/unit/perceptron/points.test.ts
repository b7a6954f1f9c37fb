import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataIds, isRegression, isTruthTable } from "../../../src/exhibits/perceptron/catalogue.js";
import { limits } from "../../../src/exhibits/perceptron/config.js";
import { makePoints, type Points } from "../../../src/exhibits/perceptron/dataSets.js";
import { featureRows, gridPlaces } from "../../../src/exhibits/perceptron/features.js";
import { packPoints, snap, unpackPoints } from "../../../src/exhibits/perceptron/ownPoints.js";

const chosen = { data: "moons", noise: 10, held: 30, points: "", seed: 1 } as const;
const listOf = ({ xs, ys, targets }: Points): string[] =>
  Array.from(xs, (x, i) => `${x},${ys[i]},${targets[i]}`);

describe("the sets of points", () => {
  it("are truth tables where they are called so", () => {
    const rows = (data: "and" | "or" | "xor"): string[] =>
      listOf(makePoints({ ...chosen, data, noise: 0 }).train).sort();
    expect(rows("and")).toEqual(["-2,-2,-1", "-2,2,-1", "2,-2,-1", "2,2,1"]);
    expect(rows("or")).toEqual(["-2,-2,-1", "-2,2,1", "2,-2,1", "2,2,1"]);
    expect(rows("xor")).toEqual(["-2,-2,-1", "-2,2,1", "2,-2,1", "2,2,-1"]);
    expect(makePoints({ ...chosen, data: "xor" }).test.xs).toHaveLength(0);
  });

  for (const data of dataIds) {
    if (isTruthTable(data) || data === "own") continue;
    it(`lie in the plane, a half of them of each class: ${data}`, () => {
      const { train, test } = makePoints({ ...chosen, data, noise: limits.mostNoise });
      expect(train.xs).toHaveLength(140);
      expect(test.xs).toHaveLength(60);
      for (const { xs, ys, targets } of [train, test]) {
        for (const places of [xs, ys]) expect(places.every((at) => Math.abs(at) <= limits.half)).toBe(true);
        // Whatever the engine's sine says in its last bit.
        for (const values of [xs, ys, targets]) {
          expect(values.every((value) => Number.isInteger(value * 4096))).toBe(true);
        }
        if (isRegression(data)) {
          expect(Math.max(...targets)).toBeLessThanOrEqual(1);
          expect(Math.min(...targets)).toBeGreaterThanOrEqual(-1);
          expect(Math.max(...targets) - Math.min(...targets)).toBeGreaterThan(1.2);
        } else {
          expect(targets.filter((target) => target === 1)).toHaveLength(targets.length / 2);
          expect(targets.filter((target) => target === -1)).toHaveLength(targets.length / 2);
        }
      }
    });
  }

  it("are the same for the same seed, and others for another", () => {
    const data = "gaussians";
    expect(makePoints({ ...chosen, data })).toEqual(makePoints({ ...chosen, data }));
    expect(listOf(makePoints({ ...chosen, data, seed: 2 }).train)).not.toEqual(
      listOf(makePoints({ ...chosen, data }).train),
    );
  });

  it("move with the noise, and by as much", () => {
    const all = { ...chosen, data: "wave", held: 0 } as const;
    const still = makePoints({ ...all, noise: 0 }).train;
    const moved = makePoints({ ...all, noise: 10 }).train;
    expect(moved.targets).toEqual(still.targets);
    const square = still.xs.reduce((sum, x, i) => sum + (moved.xs[i]! - x) ** 2, 0) / still.xs.length;
    // 10 % of 3; 200 draws.
    expect(Math.sqrt(square)).toBeGreaterThan(0.24);
    expect(Math.sqrt(square)).toBeLessThan(0.36);
  });

  it("are parted, not copied, by what is held out", () => {
    const whole = listOf(makePoints({ ...chosen, held: 0 }).train);
    for (const held of [5, 30, 80]) {
      const { train, test } = makePoints({ ...chosen, held });
      expect(test.xs).toHaveLength((limits.points * held) / 100);
      expect([...listOf(train), ...listOf(test)].sort()).toEqual(whole.toSorted());
    }
  });

  it("have the visitor's own among what is trained on, however many are held out", () => {
    const points = packPoints([
      { x: 1, y: -1, target: 1 },
      { x: -2, y: 0.5, target: -1 },
    ]);
    const { train, test } = makePoints({ ...chosen, data: "own", held: 80, points });
    expect(test.xs).toHaveLength(0);
    expect([...train.targets]).toEqual([1, -1]);
    expect(train.xs[0]).toBeCloseTo(1, 2);
    expect(train.ys[1]).toBeCloseTo(0.5, 2);
    expect(makePoints({ ...chosen, data: "xor", points }).train.xs).toHaveLength(6);
    expect(makePoints({ ...chosen, data: "own" }).train.xs).toHaveLength(0);
  });
});

describe("the visitor's own points", () => {
  it("come back from the address as they are drawn", () => {
    const coordinate = fc.double({ min: -3, max: 3, noNaN: true }).map(snap);
    const target = fc.constantFrom(-1 as const, 1 as const);
    const point = fc.record({ x: coordinate, y: coordinate, target });
    fc.assert(
      fc.property(fc.array(point, { maxLength: limits.own }), (points) => {
        const text = packPoints(points);
        expect(text).toHaveLength(5 * points.length);
        expect(unpackPoints(text)).toEqual(points);
      }),
    );
  });

  it("are drawn within half a thousandth part of the plane of where they were put", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (value) => {
        expect(Math.abs(snap(value) - value)).toBeLessThanOrEqual(3 / (36 ** 2 - 1) + 1e-12);
      }),
    );
    expect(snap(99)).toBe(3);
    expect(snap(-99)).toBe(-3);
  });

  it("of an address that makes no sense are none, or those that make some", () => {
    expect(unpackPoints("hello")).toEqual([]);
    expect(unpackPoints("a00zz!b0000")).toEqual([
      { x: -3, y: 3, target: -1 },
      { x: -3, y: -3, target: 1 },
    ]);
    expect(unpackPoints("a0000".repeat(limits.own + 5))).toHaveLength(limits.own);
  });
});

describe("the features", () => {
  it("stand in their columns", () => {
    const rows = featureRows(["y", "xx", "yy", "xy", "sinx", "siny", "x"], [2, -1], [3, 0.5]);
    const [a, b] = [[...rows.subarray(0, 7)], [...rows.subarray(7)]];
    expect(a.slice(0, 4)).toEqual([3, 4, 9, 6]);
    expect(a[4]).toBeCloseTo(Math.sin(2), 4);
    expect(a[5]).toBeCloseTo(Math.sin(3), 4);
    expect(a[6]).toBe(2);
    expect(b.slice(0, 4)).toEqual([0.5, 1, 0.25, -0.5]);
  });

  it("of a picture go row by row from the top left", () => {
    const { xs, ys } = gridPlaces(3);
    expect([...xs]).toEqual([-3, 0, 3, -3, 0, 3, -3, 0, 3]);
    expect([...ys]).toEqual([3, 3, 3, 0, 0, 0, -3, -3, -3].map((y) => y || expect.closeTo(0)));
  });
});
