import { defaultRuntime, sgdStepInto } from "@lanewise/core-wasm";
import { sgdStep } from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const n = 100_000;
const options = { learningRate: 1e-6, momentum: 0.9 };

function plain(p: Float32Array, grad: Float32Array, buffer: Float32Array): void {
  for (let i = 0; i < p.length; i++) {
    const b = options.momentum * buffer[i]! + grad[i]!;
    buffer[i] = b;
    p[i] = p[i]! - options.learningRate * b;
  }
}

function start(): [p: Float32Array, grad: Float32Array, buffer: Float32Array] {
  const wave = (by: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(by * i));
  return [wave(1.1), wave(1.7), wave(2.3)];
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const [p, grad, buffer] = start();
  const [pr, gr, br] = [heap.from("f32", p), heap.from("f32", grad), heap.from("f32", buffer)];
  return [
    {
      title: `sgd with momentum, ${n.toLocaleString("en")} parameters`,
      work: { amount: n, unit: "parameters" },
      contenders: [
        { name: "lanewise, resident", run: () => sgdStepInto(pr, gr, br, options) },
        { name: "lanewise, copied", run: () => sgdStepInto(p, grad, buffer, options) },
        { name: "JavaScript", run: () => plain(p, grad, buffer) },
      ],
      verify() {
        const expected = sgdStep(p, grad, buffer, options).param;
        for (const step of [sgdStepInto, plain]) {
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
