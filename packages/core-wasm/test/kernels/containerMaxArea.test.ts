import fc from "fast-check";
import { expect, it } from "vitest";
import { containerMaxArea } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { describeVariants } from "../variants.js";

describeVariants("containerMaxArea", (runtime) => {
  it("holds as much as the best of all pairs", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 80 }), (heights) => {
        const found = containerMaxArea(Uint32Array.from(heights), { runtime });
        expect(found.area).toBe(reference.containerMaxArea(heights).area);
        const { left, right } = found;
        if (found.area > 0)
          expect((right - left) * Math.min(heights[left]!, heights[right]!)).toBe(found.area);
      }),
    );
  });
});
