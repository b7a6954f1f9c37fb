import { RangeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { constant, cosine, linearDecay, linearWarmup } from "../../src/optim/index.js";
import { expectClose } from "../variants.js";

const run = (schedule: (step: number) => number, steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => schedule(i));

it("constant stays", () => {
  expect(run(constant(0.3), 3)).toEqual([0.3, 0.3, 0.3]);
});

it("linearWarmup rises to the peak, and never starts at 0", () => {
  expect(run(linearWarmup({ peak: 1, warmup: 4 }), 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  expect(run(linearWarmup({ peak: 1 }), 2)).toEqual([1, 1]);
});

it("linearDecay falls in a straight line, and stays at the floor", () => {
  expectClose(
    run(linearDecay({ peak: 1, floor: 0.2, warmup: 2, steps: 6 }), 9),
    [0.5, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2],
    {
      absolute: 1e-15,
    },
  );
  expect(linearDecay({ peak: 1, steps: 0 })(0)).toBe(0);
});

it("cosine falls in half a wave", () => {
  const schedule = cosine({ peak: 3, floor: 1, warmup: 10, steps: 110 });
  expect(schedule(9)).toBe(3);
  expect(schedule(10)).toBe(3);
  expectClose([schedule(60)], [2], { absolute: 1e-15 });
  expect(schedule(110)).toBe(1);
  expect(schedule(1e9)).toBe(1);
  for (let step = 10; step < 110; step++) {
    expect(Math.abs(schedule(step) - (2 + Math.cos((Math.PI * (step - 10)) / 100)))).toBeLessThan(1e-15);
    expect(schedule(step + 1)).toBeLessThan(schedule(step));
  }
});

it("cosine gives the same bits everywhere", () => {
  // Sums and products alone, which IEEE 754 fixes: what this was when it was written.
  expect(run(cosine({ peak: 1, steps: 7 }), 8)).toEqual([
    1, 0.9504844339512096, 0.8117449009293668, 0.6112604669781572, 0.3887395330218428, 0.1882550990706332,
    0.04951556604879043, 0,
  ]);
});

it("refuses what makes no schedule", () => {
  expect(() => constant(-1)).toThrow(RangeError);
  expect(() => linearWarmup({ peak: NaN })).toThrow(RangeError);
  expect(() => linearWarmup({ peak: 1, warmup: -1 })).toThrow(RangeError);
  expect(() => cosine({ peak: 1, floor: 2, steps: 10 })).toThrow(RangeError);
  expect(() => cosine({ peak: 1, floor: -1, steps: 10 })).toThrow(RangeError);
  expect(() => linearDecay({ peak: 1, warmup: 11, steps: 10 })).toThrow(RangeError);
  expect(() => linearDecay({ peak: 1, steps: 1.5 })).toThrow(RangeError);
});
