import { describe, expect, it } from "vitest";
import { ticksWithin } from "../../src/exhibits/charRnn/ticks.js";

describe("the numbers beside the curve", () => {
  it("are all there on a short axis, and fewer on a long one", () => {
    expect(ticksWithin(1.9, 6.4)).toEqual([2, 2.5, 3, 4, 5, 6]);
    expect(ticksWithin(0.01, 6.4)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2.5, 4, 6]);
  });
});
