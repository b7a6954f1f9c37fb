import { describe } from "vitest";
import { gruBackwardInto, gruForward, gruForwardInto, gruStepInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, hState, testSequences } from "../sequences.js";
import { describeVariants } from "../variants.js";

function gru(resetAfter: boolean): Cell {
  const kind = { resetAfter };
  return {
    gates: 3,
    states: [hState],
    forward: (inputs: never, options: object) => gruForward(inputs, { ...options, ...kind } as never),
    forwardInto: (outputs: never, inputs: never, options: object) =>
      gruForwardInto(outputs, inputs, { ...options, ...kind } as never),
    backwardInto: (gradients: never, given: never, options: object) =>
      gruBackwardInto(gradients, given, { ...options, ...kind } as never),
    stepInto: ([h]: Float32Array[], { x, ...weights }: never, options: object) =>
      gruStepInto(h!, x, weights as never, { ...options, ...kind } as never),
    reference: {
      forward: (inputs: never, sizes: object) => reference.gruForward(inputs, { ...sizes, ...kind } as never),
      backward: (above: never, inputs: never, outputs: never, sizes: object) =>
        reference.gruBackward(above, inputs, outputs, { ...sizes, ...kind } as never),
    },
    ...(resetAfter ? { golden: "gru" } : {}),
  } as unknown as Cell;
}

describeVariants("gru", (runtime) => {
  describe("reset after the product", () => testSequences(gru(true), runtime));
  describe("reset before the product", () => testSequences(gru(false), runtime));
});
