import { describe } from "vitest";
import { gruBackwardInto, gruForward, gruForwardInto, gruStepInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, hState, testSequences } from "../sequences.js";
import { describeVariants } from "../variants.js";

const resetAfter = {
  golden: "gru",
  gates: 3,
  states: [hState],
  forward: gruForward,
  forwardInto: gruForwardInto,
  backwardInto: gruBackwardInto,
  stepInto: gruStepInto,
  reference: { forward: reference.gruForward, backward: reference.gruBackward },
} as unknown as Cell;

const { golden: _, ...unnamed } = resetAfter;
const resetBefore: Cell = { ...unnamed, options: { resetAfter: false } };

describeVariants("gru", (runtime) => {
  describe("reset after the product", () => {
    testSequences(resetAfter, runtime);
  });
  describe("reset before the product", () => {
    testSequences(resetBefore, runtime);
  });
});
