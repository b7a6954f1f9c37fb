import {
  defaultRuntime,
  rnnBackwardInto,
  rnnForwardInto,
  rnnStepInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const [inputs, hidden] = [64, 128];
const gates = hidden;

function values(length: number, seed: number): Float32Array<ArrayBuffer> {
  const scale = 1 / Math.sqrt(hidden);
  return Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + seed));
}

function resident(length: number, seed: number): WasmArray<"f32"> {
  return defaultRuntime().heap.from("f32", values(length, seed));
}

/** Floating-point operations of the products; the cells themselves are small beside them. */
function work(steps: number, batch: number): number {
  return 2 * steps * batch * gates * (inputs + hidden);
}

/** A plain loop over rows, gates and weights. */
function plainStep(
  h: Float32Array,
  x: Float32Array,
  wIh: Float32Array,
  wHh: Float32Array,
  b: Float32Array,
): void {
  const before = h.slice();
  for (let r = 0; r < h.length / hidden; r++) {
    for (let g = 0; g < gates; g++) {
      let sum = b[g]!;
      for (let i = 0; i < inputs; i++) sum += wIh[g * inputs + i]! * x[r * inputs + i]!;
      for (let j = 0; j < hidden; j++) sum += wHh[g * hidden + j]! * before[r * hidden + j]!;
      h[r * hidden + g] = Math.tanh(sum);
    }
  }
}

function step(batch: number): Comparison {
  const shape = { batch, inputs, hidden };
  const plain = [values(gates * inputs, 1), values(gates * hidden, 2), values(gates, 3)] as const;
  const weights = {
    wIh: resident(gates * inputs, 1),
    wHh: resident(gates * hidden, 2),
    bIh: resident(gates, 3),
  };
  const copied = { wIh: plain[0], wHh: plain[1], bIh: plain[2] };
  const x = values(batch * inputs, 4);
  const [xWasm, h] = [resident(batch * inputs, 4), resident(batch * hidden, 5)];
  const [hPlain, hCopied] = [values(batch * hidden, 5), values(batch * hidden, 5)];
  return {
    title: `rnn, one step, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(1, batch), unit: "flop" },
    contenders: [
      { name: "lanewise, resident", run: () => rnnStepInto(h, xWasm, weights, shape) },
      { name: "lanewise, with copies", run: () => rnnStepInto(hCopied, x, copied, shape) },
      { name: "JavaScript, loops", run: () => plainStep(hPlain, x, ...plain) },
    ],
    verify() {
      h.set(values(batch * hidden, 5));
      hPlain.set(h.view);
      hCopied.set(h.view);
      rnnStepInto(h, xWasm, weights, shape);
      rnnStepInto(hCopied, x, copied, shape);
      plainStep(hPlain, x, ...plain);
      h.view.forEach((value, i) => {
        const close = Math.abs(value - hPlain[i]!) <= 1e-5 && value === hCopied[i];
        if (!close) throw new Error(`state ${i}: ${value} for ${hPlain[i]}`);
      });
    },
  };
}

function sequence(steps: number, batch: number): Comparison {
  const shape = { steps, batch, inputs, hidden };
  const rows = steps * batch;
  const given = {
    x: resident(rows * inputs, 1),
    wIh: resident(gates * inputs, 2),
    wHh: resident(gates * hidden, 3),
    bIh: resident(gates, 4),
  };
  const outputs = { hs: resident(rows * hidden, 0) };
  const dhs = resident(rows * hidden, 6);
  const gradients = {
    dx: resident(rows * inputs, 0),
    dwIh: resident(gates * inputs, 0),
    dwHh: resident(gates * hidden, 0),
    dbIh: resident(gates, 0),
  };
  const forward = (): void => rnnForwardInto(outputs, given, shape);
  return {
    title: `rnn, sequence, T=${steps}, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(steps, batch), unit: "flop forward" },
    contenders: [
      { name: "forward", run: forward },
      {
        name: "forward and backward (3 × the flops)",
        run: () => {
          forward();
          rnnBackwardInto(gradients, { ...given, ...outputs, dhs }, shape);
        },
      },
    ],
    verify() {
      forward();
      const h = new Float32Array(batch * hidden);
      const [x, wIh, wHh, b] = [given.x, given.wIh, given.wHh, given.bIh].map((array) => array.toArray());
      for (let t = 0; t < steps; t++) {
        plainStep(h, x!.subarray(t * batch * inputs, (t + 1) * batch * inputs), wIh!, wHh!, b!);
      }
      const last = outputs.hs.subarray((steps - 1) * batch * hidden).toArray();
      last.forEach((value, i) => {
        if (!(Math.abs(value - h[i]!) <= 1e-5)) throw new Error(`state ${i}: ${value} for ${h[i]}`);
      });
    },
  };
}

export function comparisons(): Comparison[] {
  return [step(1), step(32), sequence(64, 32)];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
