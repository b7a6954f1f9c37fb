import { expect, it } from "vitest";
import { expectedResult, trainedResult } from "./probe.mjs";

it("gives the same data, weights and reports in every engine, bit for bit", async () => {
  expect(await trainedResult()).toBe(expectedResult);
});
