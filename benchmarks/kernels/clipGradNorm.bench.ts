import { clipGradNorm, defaultRuntime } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const lengths = [33_280, 65_536, 512, 512];
const maxNorm = 1e6;

/** Measures, and has nothing to scale: the usual case. */
function plain(grads: readonly Float32Array[]): number {
  let squares = 0;
  for (const grad of grads) for (let i = 0; i < grad.length; i++) squares += grad[i]! * grad[i]!;
  const norm = Math.sqrt(squares);
  const scale = maxNorm / (norm + 1e-6);
  if (scale < 1) for (const grad of grads) for (let i = 0; i < grad.length; i++) grad[i]! *= scale;
  return norm;
}

export function comparisons(): Comparison[] {
  const grads = lengths.map((length, k) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7 + k)));
  const resident = grads.map((grad) => defaultRuntime().heap.from("f32", grad));
  const amount = lengths.reduce((sum, length) => sum + length, 0);
  return [
    {
      title: `clipGradNorm, ${amount.toLocaleString("en")} gradients in ${lengths.length} arrays`,
      work: { amount, unit: "gradients" },
      contenders: [
        { name: "lanewise, resident", run: () => clipGradNorm(resident, { maxNorm }) },
        { name: "lanewise, copied", run: () => clipGradNorm(grads, { maxNorm }) },
        { name: "JavaScript", run: () => plain(grads) },
      ],
      verify() {
        const [a, b, c] = [
          clipGradNorm(resident, { maxNorm }),
          clipGradNorm(grads, { maxNorm }),
          plain(grads),
        ];
        if (a !== b || !(Math.abs(a - c) < 1e-9 * c)) throw new Error(`norms differ: ${a}, ${b}, ${c}`);
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
