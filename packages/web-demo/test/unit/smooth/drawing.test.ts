import { describe, expect, it } from "vitest";
import { Fall } from "../../../src/exhibits/smooth/curves/falling.js";
import { linePath } from "../../../src/exhibits/smooth/curves/plot.js";
import { linearScale, logScale } from "../../../src/exhibits/smooth/curves/scale.js";
import { clipSquare, crossings, isCalledPositive } from "../../../src/exhibits/smooth/trainer/plane.js";

describe("scales", () => {
  it("mark round numbers", () => {
    expect(linearScale(-4, 4, 8).ticks).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
    expect(linearScale(-0.1, 1.1, 5).ticks).toEqual([0, 0.5, 1]);
    expect(linearScale(-1.14, 1.14, 5).ticks).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(logScale(0.01, 4).ticks).toEqual([0.01, 0.1, 1]);
  });

  it("place numbers between 0 and 1", () => {
    expect(linearScale(-4, 4, 8).at(2)).toBe(0.75);
    expect(logScale(0.01, 100).at(1)).toBeCloseTo(0.5, 12);
  });
});

describe("a line", () => {
  const place = { x: (value: number): number => 10 * value, y: (value: number): number => 100 - 100 * value };
  const jump = { xs: [0, 1, 2, 3], ys: [0, 0, 1, 1] };

  it("is lifted where a hard function jumps, and nowhere else", () => {
    expect(linePath({ kind: "hard", ...jump }, place)).toBe("M0.0 100.0L10.0 100.0M20.0 0.0L30.0 0.0");
    expect(linePath({ kind: "soft", ...jump }, place)).toBe("M0.0 100.0L10.0 100.0L20.0 0.0L30.0 0.0");
    const ramp = { xs: [0, 1, 2], ys: [0, 0.1, 0.2] };
    expect(linePath({ kind: "hard", ...ramp }, place).match(/M/g)).toHaveLength(1);
  });

  it("leaves out what is no number", () => {
    expect(linePath({ kind: "bound", xs: [0, 1, 2], ys: [0, NaN, 0] }, place)).toBe("M0.0 100.0M20.0 100.0");
  });
});

describe("the border", () => {
  it("enters and leaves the square, and cuts off what is positive", () => {
    const line = { weights: [1, 0], bias: -1 } as const;
    expect(crossings(line, 2)).toEqual([
      [1, -2],
      [1, 2],
    ]);
    expect(clipSquare(line, 2)).toEqual([
      [1, -2],
      [2, -2],
      [2, 2],
      [1, 2],
    ]);
    expect(isCalledPositive(line, 1, 0)).toBe(true);
    expect(isCalledPositive(line, 0.99, 0)).toBe(false);
  });

  it("may miss the square, with all of it on one side", () => {
    expect(crossings({ weights: [1, 1], bias: 9 }, 2)).toEqual([]);
    expect(clipSquare({ weights: [1, 1], bias: 9 }, 2)).toHaveLength(4);
    expect(clipSquare({ weights: [1, 1], bias: -9 }, 2)).toEqual([]);
  });
});

describe("the fall of the temperature", () => {
  function fallOf(isStill = false): {
    fall: Fall;
    steps: number[];
    says: boolean[];
    frame: (now: number) => void;
  } {
    const steps: number[] = [];
    const says: boolean[] = [];
    let next: ((now: number) => void) | undefined;
    const fall = new Fall(-80, {
      step: (step) => steps.push(step),
      changed: (falls) => says.push(falls),
      nextFrame: (callback) => {
        next = callback;
      },
      isStill: () => isStill,
    });
    const frame = (now: number): void => {
      const callback = next;
      next = undefined;
      callback?.(now);
    };
    return { fall, steps, says, frame };
  }

  it("goes down step by step to the lowest, and ends there", () => {
    const { fall, steps, says, frame } = fallOf();
    fall.start(20, 20);
    for (const now of [1000, 2000, 3000, 6000, 7000]) frame(now);
    expect(steps).toEqual([20, 0, -20, -80]);
    expect(says).toEqual([true, false]);
    expect(fall.falls).toBe(false);
  });

  it("begins at the highest when it is at the lowest", () => {
    const { fall, steps, frame } = fallOf();
    fall.start(-80, 24);
    frame(0);
    expect(steps).toEqual([24]);
  });

  it("stops, and a frame that was asked for changes nothing any more", () => {
    const { fall, steps, says, frame } = fallOf();
    fall.start(20, 20);
    frame(0);
    fall.stop();
    frame(100);
    expect(steps).toEqual([20]);
    expect(says).toEqual([true, false]);
    fall.start(10, 20);
    frame(0);
    expect(steps).toEqual([20, 10]);
  });

  it("is one step for who wants no motion", () => {
    const { fall, steps, says } = fallOf(true);
    fall.start(20, 20);
    expect(steps).toEqual([-80]);
    expect(says).toEqual([]);
  });
});
