import { expect, it } from "vitest";
import { expectedResult, trainedResult } from "./probe.mjs";

it("gives the same weights and loss in every engine, bit for bit", async () => {
  expect(await trainedResult()).toBe(expectedResult);
});

it("gives the same when saved, loaded and resumed on the way, within epochs and between them", async () => {
  expect(await trainedResult({ stops: [1, 8, 37] })).toBe(expectedResult);
});
