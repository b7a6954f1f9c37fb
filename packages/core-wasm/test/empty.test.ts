import { expect, it } from "vitest";
import * as core from "../src/index.js";
import { describeVariants } from "./variants.js";

const most = 2 ** 32 - 1;
const none = new Float32Array(0);

// A kernel that ran through its empty rows would take half a minute here, or for ever.
describeVariants("arrays without elements", (runtime) => {
  it("are transposed at once, whatever the other count", () => {
    expect(core.transpose(none, { rows: 0, cols: most, runtime }).length).toBe(0);
    expect(core.transpose(none, { rows: most, cols: 0, runtime }).length).toBe(0);
  });

  it("are normalised at once, and have a bias added", () => {
    for (const options of [
      { rows: most, cols: 0, runtime },
      { rows: 0, cols: most, runtime },
    ]) {
      expect(core.softmax(none, options).length).toBe(0);
      expect(core.logSoftmax(none, options).length).toBe(0);
      core.softmaxBackwardInto(none, none, none, options);
      core.logSoftmaxBackwardInto(none, none, none, options);
      expect(core.entmax(none, options).length).toBe(0);
      expect(core.softTopK(none, { ...options, k: 0 }).length).toBe(0);
      expect(core.softSort(none, options).length).toBe(0);
      expect(core.softRank(none, options).length).toBe(0);
      core.entmaxBackwardInto(none, none, none, options);
      core.softTopKBackwardInto(none, none, none, { ...options, k: 0 });
      core.softSortBackwardInto(none, none, none, options);
      core.softRankBackwardInto(none, none, none, options);
    }
    expect(core.addRow(none, none, { rows: most, cols: 0, runtime }).length).toBe(0);
  });

  it("are reduced at once", () => {
    expect(core.argmaxRows(none, { rows: 0, cols: most, runtime }).length).toBe(0);
    const maximum = { rows: 0, cols: most, kind: "boltzmann", runtime } as const;
    expect(core.smoothMax(none, maximum).length).toBe(0);
    core.smoothMaxBackwardInto(none, none, none, maximum);
    expect(core.sumRows(none, { rows: most, cols: 0, runtime }).length).toBe(0);
    expect(core.matmul(none, none, { m: 0, n: 0, k: most, batch: most, runtime }).length).toBe(0);
  });
});

describeVariants("attention without queries or keys", (runtime) => {
  it("returns at once, whatever the other counts", () => {
    const inputs = { q: none, k: none, v: none };
    const many = 2 ** 31 - 1;
    const sizes = { batch: 0, heads: 2, queries: many, keys: many, headDim: 8, runtime };
    expect(core.attention(inputs, sizes).out.length).toBe(0);
    core.attentionBackwardInto({ dq: none }, { ...inputs, out: none, lse: none, dout: none }, sizes);
    expect(core.attention(inputs, { ...sizes, batch: many, queries: 0, keys: 0 }).lse.length).toBe(0);
    const append = { batch: most, heads: most, tokens: 0, headDim: 8, capacity: 0, position: 0, runtime };
    core.attentionAppendInto(none, none, append);
    const rotated = { batch: most, heads: 0, tokens: most, headDim: 8, runtime };
    expect(core.rotary(none, rotated).length).toBe(0);
    expect(core.rotary(none, { ...rotated, heads: 4, headDim: 0 }).length).toBe(0);
    expect(core.rotaryTable({ tokens: most, dims: 0, runtime }).length).toBe(0);
  });
});

const layers = {
  rnn: [core.rnnForward, core.rnnBackwardInto],
  gru: [core.gruForward, core.gruBackwardInto],
  lstm: [core.lstmForward, core.lstmBackwardInto],
} as const;

describeVariants("sequences without a state", (runtime) => {
  it.each(Object.entries(layers))("run through an %s at once, however many steps they have", (_, layer) => {
    const [forward, backwardInto] = layer;
    const inputs = { x: none, wIh: none, wHh: none };
    const saved = { hs: none, cs: none, gates: none, inner: none };
    for (const sizes of [
      { steps: most, batch: 0, inputs: 0, hidden: 0 },
      { steps: 2 ** 30 - 1, batch: 1, inputs: 0, hidden: 0 },
      { steps: 2 ** 16, batch: 2 ** 16, inputs: 0, hidden: 0 },
    ]) {
      expect(forward(inputs, { ...sizes, runtime }).hs.length).toBe(0);
      backwardInto({ dbIh: none }, { ...inputs, ...saved }, { ...sizes, runtime });
    }
  });

  it("still hand a gradient through where there is a state, but no step", () => {
    const dh0 = new Float32Array(2);
    const inputs = { x: none, wIh: new Float32Array(2), wHh: new Float32Array(4), hs: none };
    const sizes = { steps: 0, batch: 1, inputs: 1, hidden: 2, runtime };
    core.rnnBackwardInto({ dh0 }, { ...inputs, dhT: Float32Array.of(3, 4) }, sizes);
    expect(dh0).toEqual(Float32Array.of(3, 4));
  });
});
