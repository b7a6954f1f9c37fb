import {
  defaultRuntime,
  lstmBackwardInto,
  lstmForwardInto,
  lstmStepInto,
  matmulInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const [inputs, hidden] = [64, 128];
const gates = 4 * hidden;

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

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** A plain loop over rows, gates and weights. */
function plainStep(
  h: Float32Array,
  c: Float32Array,
  x: Float32Array,
  wIh: Float32Array,
  wHh: Float32Array,
  b: Float32Array,
): void {
  const sums = new Float32Array(gates);
  for (let r = 0; r < h.length / hidden; r++) {
    for (let g = 0; g < gates; g++) {
      let sum = b[g]!;
      for (let i = 0; i < inputs; i++) sum += wIh[g * inputs + i]! * x[r * inputs + i]!;
      for (let j = 0; j < hidden; j++) sum += wHh[g * hidden + j]! * h[r * hidden + j]!;
      sums[g] = sum;
    }
    for (let j = 0; j < hidden; j++) {
      const at = r * hidden + j;
      const [i, f, o] = [logistic(sums[j]!), logistic(sums[hidden + j]!), logistic(sums[3 * hidden + j]!)];
      c[at] = f * c[at]! + i * Math.tanh(sums[2 * hidden + j]!);
      h[at] = o * Math.tanh(c[at]);
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
  const [xWasm, h, c] = [
    resident(batch * inputs, 4),
    resident(batch * hidden, 5),
    resident(batch * hidden, 6),
  ];
  const [hPlain, cPlain] = [values(batch * hidden, 5), values(batch * hidden, 6)];
  const [hCopied, cCopied] = [values(batch * hidden, 5), values(batch * hidden, 6)];
  return {
    title: `lstm, one step, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(1, batch), unit: "flop" },
    contenders: [
      { name: "lanewise, resident", run: () => lstmStepInto(h, c, xWasm, weights, shape) },
      { name: "lanewise, with copies", run: () => lstmStepInto(hCopied, cCopied, x, copied, shape) },
      { name: "JavaScript, loops", run: () => plainStep(hPlain, cPlain, x, ...plain) },
    ],
    verify() {
      h.set(values(batch * hidden, 5));
      c.set(values(batch * hidden, 6));
      hPlain.set(h.view);
      cPlain.set(c.view);
      hCopied.set(h.view);
      cCopied.set(c.view);
      lstmStepInto(h, c, xWasm, weights, shape);
      lstmStepInto(hCopied, cCopied, x, copied, shape);
      plainStep(hPlain, cPlain, x, ...plain);
      h.view.forEach((value, i) => {
        const close = Math.abs(value - hPlain[i]!) <= 1e-5 && value === hCopied[i];
        if (!close) throw new Error(`state ${i}: ${value} for ${hPlain[i]}`);
      });
    },
  };
}

/** Forward and backward of a training sequence, beside the bare products it cannot do without. */
function sequence(steps: number, batch: number): Comparison {
  const shape = { steps, batch, inputs, hidden };
  const rows = steps * batch;
  const given = {
    x: resident(rows * inputs, 1),
    wIh: resident(gates * inputs, 2),
    wHh: resident(gates * hidden, 3),
    bIh: resident(gates, 4),
    bHh: resident(gates, 5),
  };
  const [hs, cs, saved] = [rows * hidden, rows * hidden, rows * gates].map((length) => resident(length, 0));
  const outputs = { hs: hs!, cs: cs!, gates: saved! };
  const dhs = resident(rows * hidden, 6);
  const gradients = {
    dx: resident(rows * inputs, 0),
    dwIh: resident(gates * inputs, 0),
    dwHh: resident(gates * hidden, 0),
    dbIh: resident(gates, 0),
    dbHh: resident(gates, 0),
  };
  const forward = (): void => lstmForwardInto(outputs, given, shape);
  const both = (): void => {
    forward();
    lstmBackwardInto(gradients, { ...given, ...outputs, dhs }, shape);
  };
  const products = (): void => {
    matmulInto(saved!, given.x, given.wIh, { m: rows, n: gates, k: inputs, transposeB: true });
    matmulInto(saved!, hs!, given.wHh, { m: rows, n: gates, k: hidden, transposeB: true, accumulate: true });
  };
  return {
    title: `lstm, sequence, T=${steps}, B=${batch}, I=${inputs}, H=${hidden}`,
    work: { amount: work(steps, batch), unit: "flop forward" },
    contenders: [
      { name: "forward", run: forward },
      { name: "the same products alone", run: products },
      { name: "forward and backward (3 × the flops)", run: both },
    ],
    verify() {
      forward();
      const [h, c] = [new Float32Array(batch * hidden), new Float32Array(batch * hidden)];
      const x = given.x.toArray();
      const bias = given.bIh.toArray().map((value, i) => value + given.bHh.view[i]!);
      for (let t = 0; t < steps; t++) {
        const now = x.subarray(t * batch * inputs, (t + 1) * batch * inputs);
        plainStep(h, c, now, given.wIh.toArray(), given.wHh.toArray(), bias);
      }
      const last = hs!.subarray((steps - 1) * batch * hidden).toArray();
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
