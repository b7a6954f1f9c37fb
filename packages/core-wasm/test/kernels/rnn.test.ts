import { describe, expect, it } from "vitest";
import { RangeError, rnnBackwardInto, rnnForward, rnnForwardInto, rnnStepInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, hState, testSequences } from "../sequences.js";
import { describeVariants } from "../variants.js";

function rnn(nonlinearity: "tanh" | "relu"): Cell {
  const kind = { nonlinearity };
  return {
    gates: 1,
    states: [hState],
    forward: (inputs: never, options: object) => rnnForward(inputs, { ...options, ...kind } as never),
    forwardInto: (outputs: never, inputs: never, options: object) =>
      rnnForwardInto(outputs, inputs, { ...options, ...kind } as never),
    backwardInto: (gradients: never, given: never, options: object) =>
      rnnBackwardInto(gradients, given, { ...options, ...kind } as never),
    stepInto: ([h]: Float32Array[], { x, ...weights }: never, options: object) =>
      rnnStepInto(h!, x, weights as never, { ...options, ...kind } as never),
    reference: {
      forward: (inputs: never, sizes: object) => reference.rnnForward(inputs, { ...sizes, ...kind } as never),
      backward: (above: never, inputs: never, outputs: never, sizes: object) =>
        reference.rnnBackward(above, inputs, outputs, { ...sizes, ...kind } as never),
    },
    ...(nonlinearity === "tanh" ? { golden: "rnn" } : {}),
  } as unknown as Cell;
}

describeVariants("rnn", (runtime) => {
  describe("tanh", () => testSequences(rnn("tanh"), runtime));
  describe("relu", () => testSequences(rnn("relu"), runtime));

  it("refuses a nonlinearity that it does not know", () => {
    const one = new Float32Array(1);
    const sizes = { steps: 1, batch: 1, inputs: 1, hidden: 1, nonlinearity: "sine" as "tanh", runtime };
    const inputs = { x: one, wIh: one, wHh: one };
    expect(() => rnnForward(inputs, sizes)).toThrow(RangeError);
    expect(() => rnnBackwardInto({}, { ...inputs, hs: one }, sizes)).toThrow(RangeError);
    expect(() => rnnStepInto(one, one, inputs, sizes)).toThrow(RangeError);
  });

  it("keeps NaN and infinities, and saturates", () => {
    const sizes = { steps: 1, batch: 1, inputs: 1, hidden: 4, runtime };
    const wIh = Float32Array.of(NaN, Infinity, -Infinity, 1e30);
    const inputs = { x: Float32Array.of(1), wIh, wHh: new Float32Array(16) };
    expect([...rnnForward(inputs, sizes).hs]).toEqual([NaN, 1, -1, 1]);
    const { hs } = rnnForward(inputs, { ...sizes, nonlinearity: "relu" });
    expect([...hs]).toEqual([NaN, Infinity, 0, Math.fround(1e30)]);
  });
});
