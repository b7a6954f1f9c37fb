import { expect, it } from "vitest";
import { expectedHash, trainedHash } from "./probe.mjs";

it("gives the same weights after 200 steps in every engine, bit for bit", async () => {
  expect(await trainedHash()).toBe(expectedHash);
});

it("gives the same weights when saved, loaded and resumed on the way", async () => {
  expect(await trainedHash({ stops: [1, 100] })).toBe(expectedHash);
});
