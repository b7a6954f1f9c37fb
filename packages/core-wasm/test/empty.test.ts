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
    }
    expect(core.addRow(none, none, { rows: most, cols: 0, runtime }).length).toBe(0);
  });

  it("are reduced at once", () => {
    expect(core.argmaxRows(none, { rows: 0, cols: most, runtime }).length).toBe(0);
    expect(core.sumRows(none, { rows: most, cols: 0, runtime }).length).toBe(0);
    expect(core.matmul(none, none, { m: 0, n: 0, k: most, batch: most, runtime }).length).toBe(0);
  });
});
