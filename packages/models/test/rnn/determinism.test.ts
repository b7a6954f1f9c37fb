import { expect, it } from "vitest";
import { expectedResult, trainedResult } from "./probe.mjs";

it("gives the same weights, loss and text after 200 steps in every engine, bit for bit", async () => {
  expect(await trainedResult()).toBe(expectedResult);
});

it("gives the same when saved, loaded and resumed on the way", async () => {
  expect(await trainedResult({ stops: [1, 100] })).toBe(expectedResult);
});
