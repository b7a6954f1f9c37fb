import { adamWStepInto, defaultRuntime } from "@lanewise/core-wasm";
import { adamWStep } from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const n = 100_000;
const options = { step: 3, learningRate: 1e-3, weightDecay: 0.01 };

function plain(p: Float32Array, grad: Float32Array, m: Float32Array, v: Float32Array): void {
  const [beta1, beta2] = [0.9, 0.999];
  const rate = options.learningRate / (1 - beta1 ** options.step);
  const spread = 1 / Math.sqrt(1 - beta2 ** options.step);
  const keep = 1 - options.learningRate * options.weightDecay;
  for (let i = 0; i < p.length; i++) {
    const g = grad[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const square = beta2 * v[i]! + (1 - beta2) * g * g;
    m[i] = mean;
    v[i] = square;
    p[i] = p[i]! * keep - (rate * mean) / (Math.sqrt(square) * spread + 1e-8);
  }
}

function start(): [p: Float32Array, grad: Float32Array, m: Float32Array, v: Float32Array] {
  const wave = (by: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(by * i));
  return [wave(1.1), wave(1.7), wave(2.3).map((x) => x / 10), wave(2.9).map((x) => x * x)];
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const [p, grad, m, v] = start();
  const resident = [p, grad, m, v].map((array) => heap.from("f32", array));
  const [pr, gr, mr, vr] = [resident[0]!, resident[1]!, resident[2]!, resident[3]!];
  return [
    {
      title: `adamW, ${n.toLocaleString("en")} parameters`,
      work: { amount: n, unit: "parameters" },
      contenders: [
        { name: "lanewise, resident", run: () => adamWStepInto(pr, gr, mr, vr, options) },
        { name: "lanewise, copied", run: () => adamWStepInto(p, grad, m, v, options) },
        { name: "JavaScript", run: () => plain(p, grad, m, v) },
      ],
      verify() {
        const expected = adamWStep(p, grad, m, v, options).param;
        for (const step of [adamWStepInto, plain]) {
          const state = start();
          step(...state, options);
          if (state[0].some((x, i) => !(Math.abs(x - expected[i]!) < 1e-6)))
            throw new Error(`${step.name} differs`);
        }
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
