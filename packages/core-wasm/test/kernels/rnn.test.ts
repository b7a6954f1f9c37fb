import { describe, expect, it } from "vitest";
import { RangeError, rnnBackwardInto, rnnForward, rnnForwardInto, rnnStepInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, hState, testSequences } from "../sequences.js";
import { describeVariants } from "../variants.js";

const tanh = {
  golden: "rnn",
  gates: 1,
  states: [hState],
  forward: rnnForward,
  forwardInto: rnnForwardInto,
  backwardInto: rnnBackwardInto,
  stepInto: rnnStepInto,
  reference: { forward: reference.rnnForward, backward: reference.rnnBackward },
} as unknown as Cell;

const { golden: _, ...unnamed } = tanh;
const relu: Cell = { ...unnamed, options: { nonlinearity: "relu" } };

describeVariants("rnn", (runtime) => {
  describe("tanh", () => {
    testSequences(tanh, runtime);
  });
  describe("relu", () => {
    testSequences(relu, runtime);
  });

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
