import { lstmStepInto, type Runtime } from "@lanewise/core-wasm";
import type { Comparison } from "../harness.ts";
import type { LstmStep, Prepared } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { lstmHidden, lstmInputs, lstmTitle } from "./titles.ts";

const [inputs, hidden] = [lstmInputs, lstmHidden];

/** In place: with each run the state goes one step on, as in use. With copies: of x and of the state, not of the weights. */
function ours(runtime: Runtime, step: LstmStep): Prepared[] {
  const { heap } = runtime;
  const [x, wIh, wHh, bIh] = [step.x, step.wIh, step.wHh, step.bias].map((array) => heap.from("f32", array));
  const [h, c] = [heap.from("f32", step.h), heap.from("f32", step.c)];
  const [hCopied, cCopied] = [Float32Array.from(step.h), Float32Array.from(step.c)];
  const weights = { wIh: wIh!, wHh: wHh!, bIh: bIh! };
  const sizes = { batch: step.batch, inputs, hidden };
  const run = (): void => lstmStepInto(h, c, x!, weights, sizes);
  const copied = (): void => lstmStepInto(hCopied, cCopied, step.x, weights, sizes);
  return [
    {
      copies: false,
      run,
      output() {
        h.set(step.h);
        c.set(step.c);
        run();
        return h.view;
      },
      dispose() {
        for (const array of [x!, wIh!, wHh!, bIh!, h, c]) heap.free(array);
      },
    },
    {
      copies: true,
      run: copied,
      output() {
        hCopied.set(step.h);
        cCopied.set(step.c);
        copied();
        return hCopied;
      },
    },
  ];
}

/** The next state in float64. */
function expected({ x, h, c, wIh, wHh, bias }: LstmStep, index: number): number {
  const [row, j] = [Math.floor(index / hidden), index % hidden];
  const [i, f, g, o] = [0, 1, 2, 3].map((gate) => {
    const line = gate * hidden + j;
    let sum = bias[line]!;
    for (let p = 0; p < inputs; p++) sum += wIh[line * inputs + p]! * x[row * inputs + p]!;
    for (let p = 0; p < hidden; p++) sum += wHh[line * hidden + p]! * h[row * hidden + p]!;
    return gate === 2 ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
  });
  return o! * Math.tanh(f! * c[index]! + i! * g!);
}

export async function* lstmContest(setting: Setting): AsyncGenerator<Comparison> {
  for (const batch of [1, 32]) {
    const scale = 1 / Math.sqrt(hidden);
    const step: LstmStep = {
      batch,
      inputs,
      hidden,
      x: values(batch * inputs, 1),
      h: values(batch * hidden, 2),
      c: values(batch * hidden, 3),
      wIh: values(4 * hidden * inputs, 4, scale),
      wHh: values(4 * hidden * hidden, 5, scale),
      bias: values(4 * hidden, 6, scale),
    };
    yield await comparisonOf(
      {
        title: lstmTitle(batch),
        work: { amount: 2 * batch * 4 * hidden * (inputs + hidden), unit: "flop" },
        tolerance: 1e-5,
        expected: (index) => expected(step, index),
        ours: (runtime) => ours(runtime, step),
        peer: (peer) => peer.lstmStep?.(step),
      },
      setting,
    );
  }
}
