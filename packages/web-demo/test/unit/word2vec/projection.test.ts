import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { principalPlane, turn } from "../../../src/exhibits/word2vec/projection.js";
import { seededRandom } from "../../../src/exhibits/word2vec/seededRandom.js";

/** n vectors that spread by `spreads[d]` along axis d. */
function cloud(n: number, spreads: readonly number[], seed: number): Float32Array {
  const random = seededRandom(seed);
  const normal = (): number => random() + random() + random() + random() - 2;
  return Float32Array.from({ length: n * spreads.length }, (_, i) => normal() * spreads[i % spreads.length]!);
}

/** The share of variance along each principal component, by Jacobi's eigenvalues of the whole covariance. */
function eigenShares(rows: Float32Array, dim: number): number[] {
  const n = rows.length / dim;
  const unit = Array.from({ length: n }, (_, i) => {
    const row = [...rows.subarray(i * dim, (i + 1) * dim)];
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
  const mean = Array.from({ length: dim }, (_, d) => unit.reduce((sum, row) => sum + row[d]! / n, 0));
  const a = Array.from({ length: dim }, (_, p) =>
    Array.from({ length: dim }, (__, q) =>
      unit.reduce((sum, row) => sum + (row[p]! - mean[p]!) * (row[q]! - mean[q]!), 0),
    ),
  );
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < dim; p++) {
      for (let q = p + 1; q < dim; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[p]![p]! - a[q]![q]!);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const row of a) [row[p], row[q]] = [c * row[p]! + s * row[q]!, c * row[q]! - s * row[p]!];
        for (let k = 0; k < dim; k++) {
          [a[p]![k], a[q]![k]] = [c * a[p]![k]! + s * a[q]![k]!, c * a[q]![k]! - s * a[p]![k]!];
        }
      }
    }
  }
  const values = a.map((row, i) => row[i]!).sort((x, y) => y - x);
  const total = values.reduce((x, y) => x + y, 0);
  return values.map((value) => value / total);
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));

describe("principalPlane", () => {
  it("holds the two greatest eigenvalues' share of the variance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 3, max: 9 }), (seed, dim) => {
        const spreads = Array.from({ length: dim }, (_, d) => 4 * 0.55 ** d);
        const rows = cloud(80, spreads, seed);
        const [first = 0, second = 0] = eigenShares(rows, dim);
        expect(principalPlane(rows, dim).share).toBeCloseTo(first + second, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("gives orthonormal axes, and points along them from the widest on", () => {
    const dim = 12;
    const { axes, points } = principalPlane(cloud(200, [1, 5, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1], 4), dim);
    const at = (k: number): Float64Array => axes.subarray(k * dim, (k + 1) * dim);
    const dot = (x: Float64Array, y: Float64Array): number => x.reduce((s, v, i) => s + v * y[i]!, 0);
    expect(dot(at(0), at(0))).toBeCloseTo(1, 10);
    expect(dot(at(1), at(1))).toBeCloseTo(1, 10);
    expect(dot(at(0), at(1))).toBeCloseTo(0, 10);
    expect(Math.abs(at(0)[1]!)).toBeGreaterThan(0.95);
    expect(Math.abs(at(1)[4]!)).toBeGreaterThan(0.95);
    const spread = (k: number): number =>
      points.reduce((sum, value, i) => sum + (i % 2 === k ? value * value : 0), 0);
    expect(spread(0)).toBeGreaterThan(spread(1));
  });

  it("keeps a picture where it was when nothing changed, and when the data is turned into its mirror", () => {
    const rows = cloud(60, [4, 2, 1, 0.5, 0.25], 9);
    const first = principalPlane(rows, 5);
    expect(distance(principalPlane(rows, 5, { before: first }).points, first.points)).toBeLessThan(1e-6);
    // The same cloud with two axes swapped and one mirrored: other principal directions, the same picture.
    const moved = Float32Array.from(rows, (_, i) => {
      const [row, d] = [i - (i % 5), i % 5];
      return d === 0 ? -rows[row + 1]! : d === 1 ? rows[row]! : rows[i]!;
    });
    expect(distance(principalPlane(moved, 5, { before: first }).points, first.points)).toBeLessThan(1e-4);
  });

  it("moves little from frame to frame while vectors move little, also where two components change places", () => {
    const dim = 6;
    const steps = 40;
    const base = cloud(90, [1, 1, 0.3, 0.3, 0.3, 0.3], 21);
    const at = (t: number): Float32Array =>
      Float32Array.from(base, (value, i) => {
        const d = i % dim;
        // The first axis shrinks as the second grows: their order changes half way.
        return d === 0 ? value * (2 - t) : d === 1 ? value * (1 + t) : value;
      });
    let plane = principalPlane(at(0), dim);
    const size = Math.sqrt(plane.points.reduce((sum, value) => sum + value * value, 0));
    for (let step = 1; step <= steps; step++) {
      const next = principalPlane(at(step / steps), dim, { before: plane });
      expect(distance(next.points, plane.points) / size).toBeLessThan(0.08);
      plane = next;
    }
  });

  it("lays guests in the plane of the others, which they do not shape", () => {
    const dim = 7;
    const rows = cloud(50, [3, 2, 1, 1, 1, 1, 1], 2);
    const alone = principalPlane(rows.subarray(0, 40 * dim), dim);
    const visited = principalPlane(rows, dim, { fitted: 40, before: alone });
    expect(visited.points).toHaveLength(100);
    expect(distance(visited.points.subarray(0, 80), alone.points)).toBeLessThan(1e-6);
    expect(visited.share).toBeCloseTo(alone.share, 10);
    // A guest that is the same as a word lies where it lies.
    rows.copyWithin(49 * dim, 3 * dim, 4 * dim);
    const { points } = principalPlane(rows, dim, { fitted: 40 });
    expect(points[98]).toBeCloseTo(points[6]!, 12);
    expect(points[99]).toBeCloseTo(points[7]!, 12);
  });

  it("draws one dimension, one word, and none, without a number that is not finite", () => {
    const cases: [Float32Array, number][] = [
      [new Float32Array(), 5],
      [Float32Array.of(1, 2, 3), 3],
      [Float32Array.of(3, -2, 5), 1],
      [new Float32Array(12), 4],
      [Float32Array.of(1, 0, 1, 0, 1, 0), 2],
    ];
    for (const [rows, dim] of cases) {
      const { points, share } = principalPlane(rows, dim);
      expect(points).toHaveLength((rows.length / dim) * 2);
      expect([...points].every(Number.isFinite)).toBe(true);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });
});

describe("turn", () => {
  it("undoes any rotation and mirroring", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 6.28, noNaN: true }), fc.boolean(), (angle, mirror) => {
        const random = seededRandom(5);
        const target = Float64Array.from({ length: 40 }, () => random() - 0.5);
        const points = Float64Array.from(target, (_, i) => {
          const [x, y] = [target[i - (i % 2)]!, target[i - (i % 2) + 1]! * (mirror ? -1 : 1)];
          return i % 2 === 0
            ? Math.cos(angle) * x - Math.sin(angle) * y
            : Math.sin(angle) * x + Math.cos(angle) * y;
        });
        turn(points, target);
        expect(distance(points, target)).toBeLessThan(1e-9);
      }),
    );
  });
});
