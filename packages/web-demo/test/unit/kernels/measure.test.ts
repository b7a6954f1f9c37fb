import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clockStep,
  figureOf,
  geometricMean,
  measure,
  median,
  type Plan,
  sampleMsFor,
  type Step,
} from "../../../src/exhibits/kernels/measure.js";

const plan: Plan = {
  sampleMs: 5,
  budgetMs: 100,
  leastSamples: 3,
  warmUp: { leastMs: 50, mostMs: 400 },
};

/** A clock that only work moves. */
class Clock {
  ms = 0;
  readonly now = (): number => this.ms;

  /** A contender whose call `index` takes `msOf(index)`, and how often it was called. */
  contender(msOf: (index: number) => number): { run: () => void; calls: () => number } {
    let calls = 0;
    return {
      run: () => {
        this.ms += msOf(calls++);
      },
      calls: () => calls,
    };
  }
}

function stepsOf(contenders: ((index: number) => number)[], clock = new Clock()): Step[] {
  const calls = contenders.map((msOf) => [clock.contender(msOf).run]);
  return [...measure(calls, plan, clock.now)];
}

function untilSample(steps: Iterable<Step>): void {
  for (const { type } of steps) if (type === "sample") return;
}

const samplesOf = (steps: Step[], contender: number): number[] =>
  steps.flatMap((step) => (step.type === "sample" && step.contender === contender ? step.msPerCall : []));

describe("measuring", () => {
  it("tells the milliseconds of one call, however short it is", () => {
    const steps = stepsOf([() => 0.001, () => 2]);
    for (const sample of samplesOf(steps, 0)) expect(sample).toBeCloseTo(0.001, 9);
    for (const sample of samplesOf(steps, 1)) expect(sample).toBeCloseTo(2, 9);
  });

  it("warms up all contenders before it takes any sample", () => {
    const types = stepsOf([() => 1, () => 1, () => 1]).flatMap(({ type }) => (type === "pause" ? [] : type));
    expect(types.slice(0, 3)).toEqual(["warming", "warming", "warming"]);
    expect(types.slice(3)).not.toContain("warming");
  });

  it("waits for a compiler that takes its time: no sample is of the slow code", () => {
    // Slow for 200 calls of 1 ms: far longer than the shortest warm-up, and getting better on the way.
    const samples = samplesOf(stepsOf([(index) => (index < 200 ? 1 - index / 250 : 0.1)]), 0);
    expect(Math.max(...samples)).toBeCloseTo(0.1, 9);
  });

  it("warms up for the time that is asked for, even if nothing changes", () => {
    const clock = new Clock();
    const { run } = clock.contender(() => 1);
    untilSample(measure([[run]], plan, clock.now));
    // The first sample takes 5 ms.
    expect(clock.ms - 5).toBeGreaterThanOrEqual(plan.warmUp.leastMs);
    expect(clock.ms - 5).toBeLessThan(2 * plan.warmUp.leastMs);
  });

  it("gives up waiting for one that gets faster for ever", () => {
    const clock = new Clock();
    const { run } = clock.contender((index) => 10 * 0.99 ** index);
    untilSample(measure([[run]], plan, clock.now));
    expect(clock.ms).toBeLessThan(plan.warmUp.mostMs + 50);
  });

  it("calls one that takes a second once to warm it up, and as often as is least", () => {
    const clock = new Clock();
    const slow = clock.contender(() => 1000);
    const steps = [...measure([[slow.run]], plan, clock.now)];
    expect(slow.calls()).toBe(1 + plan.leastSamples);
    expect(samplesOf(steps, 0)).toEqual([1000, 1000, 1000]);
  });

  it("stops the clock between the pieces of long work, and after each batch", () => {
    const clock = new Clock();
    const order: number[] = [];
    const pieces = [0, 1, 2, 3].map((index) => () => {
      order.push(index);
      clock.ms += 10;
    });
    const steps: Step[] = [];
    let pausedAt = 0;
    for (const step of measure([pieces], plan, clock.now)) {
      steps.push(step);
      if (step.type !== "pause") continue;
      expect(clock.ms - pausedAt).toBeLessThanOrEqual(10);
      clock.ms += 1000;
      pausedAt = clock.ms;
    }
    expect(samplesOf(steps, 0)).toEqual([40, 40, 40]);
    order.forEach((index, at) => expect(index).toBe(at % 4));
  });

  it("lets contenders that are alike take turns", () => {
    const order = stepsOf([() => 1, () => 1, () => 1]).flatMap((step) =>
      step.type === "sample" ? step.contender : [],
    );
    expect(order.length).toBe(60);
    order.forEach((contender, index) => expect(contender).toBe(index % 3));
  });

  it("spreads the few samples of a slow one over the many of a fast one", () => {
    const order = stepsOf([() => 1, () => 1000]).flatMap((step) =>
      step.type === "sample" ? step.contender : [],
    );
    const places = order.flatMap((contender, index) => (contender === 1 ? index : []));
    expect(places.length).toBe(3);
    expect(places[1]! - places[0]!).toBeGreaterThan(5);
    expect(places[2]! - places[1]!).toBeGreaterThan(5);
  });

  it("ends with all samples that it has planned", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 300, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (costs) => {
          const steps = stepsOf(costs.map((ms) => () => ms));
          costs.forEach((_, contender) => {
            const planned = steps.flatMap((step) =>
              step.type === "sample" && step.contender === contender ? step.planned : [],
            );
            expect(planned.length).toBe(planned[0]);
            expect(planned.length).toBeGreaterThanOrEqual(plan.leastSamples);
          });
          const last = steps.at(-1);
          expect(last?.type === "sample" && last.fraction).toBe(1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("hides a disturbance from the median, and shows it in no contender alone", () => {
    // Every tenth call is ten times as slow.
    const steps = stepsOf([(index) => (index % 40 < 4 ? 50 : 5)]);
    expect(figureOf(samplesOf(steps, 0)).median).toBe(5);
  });
});

describe("statistics", () => {
  it("take the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
    // As numbers, not as words.
    expect(median([9, 10, 100])).toBe(10);
  });

  it("leave the samples as they are", () => {
    const samples = [3, 1, 2];
    expect(figureOf(samples)).toEqual({ median: 2, spread: 1, samples: 3 });
    expect(samples).toEqual([3, 1, 2]);
  });

  it("have a median that a few wild samples do not move", () => {
    expect(figureOf([1, 1, 1, 1, 1e9])).toEqual({ median: 1, spread: 0, samples: 5 });
  });

  it("multiply for the mean of ratios", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
    expect(geometricMean([5])).toBeCloseTo(5, 12);
    expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
    expect(geometricMean([])).toBeNaN();
  });
});

describe("the clock", () => {
  it("is found to be as coarse as it is", () => {
    for (const coarse of [0.005, 0.1, 1]) {
      let fine = 0;
      const now = (): number => Math.floor((fine += 0.0013) / coarse) * coarse;
      const step = clockStep(now);
      expect(step).toBeGreaterThan(0.99 * coarse);
      expect(step).toBeLessThan(1.01 * coarse);
    }
  });

  it("decides how long a sample is: 25 of its steps at least", () => {
    expect(sampleMsFor(0.005)).toBe(10);
    expect(sampleMsFor(1)).toBe(25);
  });
});
