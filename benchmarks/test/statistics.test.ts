import { describe, expect, it } from "vitest";
import { hasSettled, median, medianAbsoluteDeviation, summarise } from "../statistics.ts";

describe("median", () => {
  it("is the middle, or the mean of the two in the middle, and leaves its argument as it is", () => {
    const numbers = [10, 9, 1];
    expect(median(numbers)).toBe(9);
    expect(numbers).toEqual([10, 9, 1]);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });
});

describe("medianAbsoluteDeviation", () => {
  it("is the median distance from the median, which one outlier does not move", () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 1000])).toBe(1);
    expect(medianAbsoluteDeviation([5, 5, 5])).toBe(0);
  });
});

describe("summarise", () => {
  it("gives all of a contender's samples in four numbers", () => {
    expect(summarise([3, 1, 2, 9])).toEqual({ median: 2.5, spread: 1, best: 1, samples: 4 });
  });
});

describe("hasSettled", () => {
  it("waits for as many slices as its patience, and one before them", () => {
    expect(hasSettled([10, 10, 10])).toBe(false);
    expect(hasSettled([10, 10, 10, 10])).toBe(true);
  });

  it("waits on while the medians fall, and for its patience after they last did", () => {
    expect(hasSettled([10, 10, 10, 4])).toBe(false);
    expect(hasSettled([10, 4, 4, 4])).toBe(false);
    expect(hasSettled([10, 4, 4, 4, 4])).toBe(true);
  });

  it("takes a fall within the tolerance for noise", () => {
    expect(hasSettled([10, 9.9, 9.85, 9.81])).toBe(true);
    expect(hasSettled([10, 9.9, 9.85, 9.79])).toBe(false);
  });
});
