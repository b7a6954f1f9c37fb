import fc from "fast-check";
import { expect, it } from "vitest";
import { Runtime } from "../../src/index.js";
import { cut } from "../../src/threads/cut.js";

it("cuts a range into about equal parts of whole units, and no smaller ones", () => {
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (length, unit, threads) => {
        const bounds = cut(length, { unit, nanoseconds: 0 }, threads, 0);
        expect([bounds[0], bounds.at(-1)]).toEqual([0, length]);
        const parts = bounds.slice(1).map((end, i) => end - bounds[i]!);
        expect(parts.length).toBe(Math.max(1, Math.min(threads, Math.floor(length / unit))));
        for (const begin of bounds.slice(0, -1)) expect(begin % unit).toBe(0);
        if (parts.length > 1) {
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(unit);
          expect(Math.max(...parts) - Math.min(...parts)).toBeLessThan(2 * unit);
        }
      },
    ),
  );
});

it("makes no part that is not worth it", () => {
  expect(cut(100, { nanoseconds: 99_999 }, 8, 50_000)).toEqual([0, 100]);
  expect(cut(100, { nanoseconds: 100_000 }, 8, 50_000)).toEqual([0, 50, 100]);
  expect(cut(100, { nanoseconds: 1e9 }, 4, 50_000)).toEqual([0, 25, 50, 75, 100]);
  expect(cut(0, { nanoseconds: 1e9 }, 4, 50_000)).toEqual([0, 0]);
});

it("is one part in a runtime of one thread", () => {
  const runtime = Runtime.createSync();
  const parts: number[][] = [];
  runtime.call((_, frame) => {
    expect(frame.threads).toBe(1);
    frame.split(1000, { unit: 16, nanoseconds: 1e9 }, (_, begin, length) => void parts.push([begin, length]));
  });
  expect(parts).toEqual([[0, 1000]]);
  runtime.dispose();
});
