import { expect, it } from "vitest";
import { align } from "../../src/engine/engineMemory.js";

it("aligns pointers beyond 2 GB, which 32 bits with a sign do not hold, and ends beyond 4 GB", () => {
  expect([0, 1, 64, 65].map(align)).toEqual([0, 64, 64, 128]);
  expect(align(2 ** 31 + 1)).toBe(2 ** 31 + 64);
  expect(align(2 ** 32 + 1)).toBe(2 ** 32 + 64);
});
