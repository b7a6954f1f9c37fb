import { expect, it } from "vitest";
import { countTests } from "../countTests.mjs";

const log = `
@lanewise/core-wasm:test:  Test Files  8 passed (8)
@lanewise/core-wasm:test:\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m98 passed\u001b[39m\u001b[22m\u001b[90m (98)\u001b[39m
@lanewise/models:test:       Tests  2 failed | 40 passed | 3 skipped (45)
      Tests  7 passed (7)
 Tests of 5 passed things are not counted
`;

it("adds up what each package says", () => {
  expect(countTests(log, 1)).toEqual({ passed: 145, failed: 2 });
  expect(countTests("", 0)).toEqual({ passed: 0, failed: 0 });
});

it("never calls a run that failed a success", () => {
  expect(countTests("Tests  7 passed (7)", 2)).toEqual({ passed: 7, failed: 1 });
});
