import { lstmStepInto, packMatrix, type Runtime, type WasmArray } from "@lanewise/core-wasm";
import type { Comparison } from "../harness.ts";
import type { LstmStep, Prepared } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { lstmHidden, lstmInputs, lstmTitle } from "./titles.ts";

const [inputs, hidden] = [lstmInputs, lstmHidden];

/**
 * In place: with each run the state goes one step on, as in use. With the weights as they come, and packed once; the last with
 * copies of x and of the state.
 */
function ours(runtime: Runtime, step: LstmStep): Prepared[] {
  const { heap } = runtime;
  const resides = (array: Float32Array): WasmArray<"f32"> => heap.from("f32", array);
  const [x, h, c] = [resides(step.x), resides(step.h), resides(step.c)];
  const [wIh, wHh, bIh] = [resides(step.wIh), resides(step.wHh), resides(step.bias)];
  const [hCopied, cCopied] = [Float32Array.from(step.h), Float32Array.from(step.c)];
  const plain = { wIh, wHh, bIh };
  const packing = { n: 4 * hidden, transposeB: true, runtime };
  const packed = {
    wIh: packMatrix(step.wIh, { ...packing, k: inputs }),
    wHh: packMatrix(step.wHh, { ...packing, k: hidden }),
    bIh,
  };
  const sizes = { batch: step.batch, inputs, hidden };
  function resident(weights: typeof plain | typeof packed): Prepared {
    const run = (): void => lstmStepInto(h, c, x, weights, sizes);
    return {
      copies: false,
      ...(weights === packed && { how: "packed" }),
      run,
      output() {
        h.set(step.h);
        c.set(step.c);
        run();
        return h.view;
      },
    };
  }
  const copied = (): void => lstmStepInto(hCopied, cCopied, step.x, packed, sizes);
  return [
    {
      ...resident(plain),
      dispose() {
        packed.wIh.dispose();
        packed.wHh.dispose();
        for (const array of [x, wIh, wHh, bIh, h, c]) heap.free(array);
      },
    },
    resident(packed),
    {
      copies: true,
      how: "packed",
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
