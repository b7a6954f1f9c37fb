import { defaultRuntime, rnnBackwardInto, rnnForwardInto, rnnStepInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";
import { type Cell, hidden, inputs, project, recurrentComparisons } from "../recurrent.ts";

const cell: Cell = {
  name: "rnn",
  gates: 1,
  states: 1,
  step: ([h], x, weights, sizes) => rnnStepInto(h!, x, weights, sizes),
  forward: ({ hs }, given, sizes) => rnnForwardInto({ hs }, given, sizes),
  backward: rnnBackwardInto,
  plainStep([h], x, { wIh, wHh, bIh }) {
    const before = h!.slice();
    for (let r = 0; r < before.length / hidden; r++) {
      for (let j = 0; j < hidden; j++) {
        const sum = bIh[j]! + project(wIh, j, x, r * inputs, inputs);
        h![r * hidden + j] = Math.tanh(sum + project(wHh, j, before, r * hidden, hidden));
      }
    }
  },
};

export function comparisons(): Comparison[] {
  return recurrentComparisons(cell);
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
