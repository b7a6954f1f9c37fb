import { expect, it } from "vitest";
import { expectedResults, trainedResults } from "./probe.mjs";

it("gives the same weights in every engine, bit for bit", async () => {
  expect(await trainedResults()).toEqual(expectedResults);
});

it("gives the same when stopped, saved, loaded and resumed on the way", async () => {
  expect(await trainedResults({ stops: 5 })).toEqual(expectedResults);
});
