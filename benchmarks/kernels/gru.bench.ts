import { defaultRuntime, gruBackwardInto, gruForwardInto, gruStepInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";
import { type Cell, hidden, inputs, logistic, project, recurrentComparisons } from "../recurrent.ts";

const cell: Cell = {
  name: "gru",
  gates: 3,
  states: 1,
  step: ([h], x, weights, sizes) => gruStepInto(h!, x, weights, sizes),
  forward: ({ hs, gates, inner }, given, sizes) => gruForwardInto({ hs, gates, inner }, given, sizes),
  backward: gruBackwardInto,
  plainStep([h], x, { wIh, wHh, bIh }) {
    const fromInputs = new Float32Array(3 * hidden);
    const fromState = new Float32Array(3 * hidden);
    for (let r = 0; r < h!.length / hidden; r++) {
      for (let g = 0; g < 3 * hidden; g++) {
        fromInputs[g] = bIh[g]! + project(wIh, g, x, r * inputs, inputs);
        fromState[g] = project(wHh, g, h!, r * hidden, hidden);
      }
      for (let j = 0; j < hidden; j++) {
        const [update, last] = [hidden + j, 2 * hidden + j];
        const reset = logistic(fromInputs[j]! + fromState[j]!);
        const keep = logistic(fromInputs[update]! + fromState[update]!);
        const candidate = Math.tanh(fromInputs[last]! + reset * fromState[last]!);
        const at = r * hidden + j;
        h![at] = (1 - keep) * candidate + keep * h![at]!;
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
