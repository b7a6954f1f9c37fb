import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naturalLog, power } from "../../src/word2vec/logarithm.js";

const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });

describe("naturalLog", () => {
  it("is within 2^-51 of Math.log", () => {
    fc.assert(
      fc.property(positive, (x) => {
        const error = Math.abs(naturalLog(x) - Math.log(x));
        expect(error).toBeLessThanOrEqual(2 ** -51 * Math.abs(Math.log(x)) + 1e-16);
      }),
      { numRuns: 5000 },
    );
    for (let x = 1; x < 5000; x++) {
      expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(2 ** -51 * Math.log(x));
    }
  });

  it.each([
    [1, 0],
    [0, -Infinity],
    [-0, -Infinity],
    [-1, NaN],
    [NaN, NaN],
    [Infinity, Infinity],
    [Number.MIN_VALUE, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
  ])("of %d is %d", (x, log) => {
    if (Number.isFinite(log)) expect(naturalLog(x)).toBeCloseTo(log, 12);
    else expect(naturalLog(x)).toBe(log);
  });
});

describe("power", () => {
  it("is within 10^-13 of Math.pow", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        (base, exponent) => {
          const wanted = Math.pow(base, exponent);
          expect(Math.abs(power(base, exponent) - wanted)).toBeLessThanOrEqual(1e-13 * wanted);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    [0, 0, 1],
    [0, 0.75, 0],
    [0, -1, Infinity],
    [1, 100, 1],
    [16, 0.75, 8],
    [16, 0.5, 4],
    [7, 1, 7],
    [1e300, 10, Infinity],
    [1e-300, 10, 0],
  ])("%d to the %d is %d", (base, exponent, wanted) => {
    expect(power(base, exponent)).toBe(wanted);
  });
});
