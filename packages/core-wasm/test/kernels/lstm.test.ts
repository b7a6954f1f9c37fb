import { expect, it } from "vitest";
import {
  DisposedError,
  DTypeError,
  lstmBackwardInto,
  lstmForward,
  lstmForwardInto,
  lstmStepInto,
  type PackedRecurrentWeights,
  packMatrix,
  RangeError,
  Runtime,
  ShapeError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, cState, hState, testSequences } from "../sequences.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const lstm = {
  golden: "lstm",
  gates: 4,
  states: [hState, cState],
  forward: lstmForward,
  forwardInto: lstmForwardInto,
  backwardInto: lstmBackwardInto,
  stepInto: lstmStepInto,
  reference: { forward: reference.lstmForward, backward: reference.lstmBackward },
} as unknown as Cell;

describeVariants("lstm", (runtime) => testSequences(lstm, runtime));

describeVariants("lstm with packed weights", (runtime) => {
  function makeStep(batch: number, inputs: number, hidden: number) {
    const width = 4 * hidden;
    const plain = { wIh: noise(width * inputs, 1, 0.4), wHh: noise(width * hidden, 2, 0.4) };
    const biases = { bIh: noise(width, 3), bHh: noise(width, 4) };
    const packed = {
      wIh: packMatrix(plain.wIh, { k: inputs, n: width, transposeB: true, runtime }),
      wHh: packMatrix(plain.wHh, { k: hidden, n: width, transposeB: true, runtime }),
    };
    const states = () => ({ h: noise(batch * hidden, 5), c: noise(batch * hidden, 6) });
    return { plain, biases, packed, states, x: noise(batch * inputs, 7), sizes: { batch, inputs, hidden } };
  }

  function dispose({ wIh, wHh }: PackedRecurrentWeights): void {
    wIh.dispose();
    wHh.dispose();
  }

  it.each([
    [1, 5, 13],
    [2, 8, 16],
    [3, 0, 7],
    [4, 5, 13],
    [9, 17, 6],
  ])("steps as with plain weights: batch %i, inputs %i, hidden %i", (batch, inputs, hidden) => {
    const { plain, biases, packed, states, x, sizes } = makeStep(batch, inputs, hidden);
    for (const given of [biases, {}, { bHh: biases.bHh }]) {
      const [a, b] = [states(), states()];
      lstmStepInto(a.h, a.c, x, { ...plain, ...given }, { ...sizes, runtime });
      lstmStepInto(b.h, b.c, x, { ...packed, ...given }, sizes);
      if (batch > 3) expect(b).toEqual(a);
      expectClose(b.h, a.h, { absolute: 2e-6 });
      expectClose(b.c, a.c, { absolute: 2e-6 });
    }
    dispose(packed);
  });

  it("gives a row the same bits in a batch of any size", () => {
    const { biases, packed, states, x, sizes } = makeStep(5, 6, 14);
    const all = states();
    lstmStepInto(all.h, all.c, x, { ...packed, ...biases }, sizes);
    for (const batch of [1, 2, 3]) {
      const few = states();
      const [h, c] = [few.h.subarray(0, batch * 14), few.c.subarray(0, batch * 14)];
      lstmStepInto(h, c, x.subarray(0, batch * 6), { ...packed, ...biases }, { ...sizes, batch });
      expect(h).toEqual(all.h.subarray(0, batch * 14));
      expect(c).toEqual(all.c.subarray(0, batch * 14));
    }
    dispose(packed);
  });

  it("refuses what does not fit, and writes nothing", () => {
    const { plain, biases, packed, states, x, sizes } = makeStep(2, 3, 4);
    const { h, c } = states();
    const other = Runtime.createSync({ variant: runtime.variant });
    const elsewhere = packMatrix(plain.wHh, { k: 4, n: 16, transposeB: true, runtime: other });
    const step = (weights: object, changes: object = {}) =>
      lstmStepInto(h, c, x, weights as PackedRecurrentWeights, { ...sizes, ...changes });
    expect(() => step({ wIh: packed.wIh, wHh: plain.wHh })).toThrow(DTypeError);
    expect(() => step({ wIh: plain.wIh, wHh: packed.wHh })).toThrow(DTypeError);
    expect(() => step({ wIh: packed.wHh, wHh: packed.wIh })).toThrow(ShapeError);
    expect(() => step({ ...packed, bIh: biases.bIh.subarray(1) })).toThrow(ShapeError);
    expect(() => step(packed, { batch: 1 })).toThrow(ShapeError);
    expect(() => step(packed, { batch: -1 })).toThrow(RangeError);
    expect(() => step({ ...packed, wHh: elsewhere })).toThrow(RangeError);
    expect(() => step(packed, { runtime: other })).toThrow(RangeError);
    packed.wHh.dispose();
    expect(() => step(packed)).toThrow(DisposedError);
    expect({ h, c }).toEqual(states());
    packed.wIh.dispose();
    other.dispose();
  });
});
