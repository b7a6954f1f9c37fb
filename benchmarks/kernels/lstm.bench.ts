import { defaultRuntime, lstmBackwardInto, lstmForwardInto, lstmStepInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";
import { type Cell, hidden, inputs, logistic, project, recurrentComparisons } from "../recurrent.ts";

const cell: Cell = {
  name: "lstm",
  gates: 4,
  states: 2,
  step: ([h, c], x, weights, sizes) => lstmStepInto(h!, c!, x, weights, sizes),
  forward: ({ hs, cs, gates }, given, sizes) => lstmForwardInto({ hs, cs, gates }, given, sizes),
  backward: lstmBackwardInto,
  plainStep([h, c], x, { wIh, wHh, bIh }) {
    const sums = new Float32Array(4 * hidden);
    for (let r = 0; r < h!.length / hidden; r++) {
      for (let g = 0; g < 4 * hidden; g++) {
        sums[g] = bIh[g]! + project(wIh, g, x, r * inputs, inputs) + project(wHh, g, h!, r * hidden, hidden);
      }
      for (let j = 0; j < hidden; j++) {
        const at = r * hidden + j;
        const [i, f, o] = [logistic(sums[j]!), logistic(sums[hidden + j]!), logistic(sums[3 * hidden + j]!)];
        c![at] = f * c![at]! + i * Math.tanh(sums[2 * hidden + j]!);
        h![at] = o * Math.tanh(c![at]);
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
