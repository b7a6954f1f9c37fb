import { defaultRuntime, diffusionStepInto, randomNormalInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const n = 12_288;
const [a, b, c] = [0.99, -0.01, 0.1];

function plain(x: Float64Array, d: Float32Array): void {
  for (let i = 0; i < x.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    x[i] = a * x[i]! + b * d[i]! + c * radius * Math.cos(angle);
    x[i + 1] = a * x[i + 1]! + b * d[i + 1]! + c * radius * Math.sin(angle);
  }
}

/** The kernel's work in two calls and a loop. */
function unfused(x: Float64Array, d: Float32Array, normal: Float64Array): void {
  randomNormalInto(normal, { seed: 1 });
  for (let i = 0; i < x.length; i++) x[i] = a * x[i]! + b * d[i]! + c * normal[i]!;
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const d = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
  const start = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
  const [x, y, z, normal] = [start.slice(), start.slice(), start.slice(), new Float64Array(n)];
  const [xR, dR] = [heap.from("f64", start), heap.from("f32", d)];
  return [
    {
      title: `diffusionStep, f64 state of ${n.toLocaleString("en")}`,
      work: { amount: n, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => diffusionStepInto(xR, dR, { a, b, c, seed: 1 }) },
        { name: "lanewise, copied", run: () => diffusionStepInto(x, d, { a, b, c, seed: 1 }) },
        { name: "lanewise normals, then JavaScript", run: () => unfused(y, d, normal) },
        { name: "JavaScript, Math.random (no seed)", run: () => plain(z, d) },
      ],
      verify() {
        for (const array of [x, y, z]) array.set(start);
        xR.set(start);
        diffusionStepInto(xR, dR, { a, b, c, seed: 1 });
        diffusionStepInto(x, d, { a, b, c, seed: 1 });
        unfused(y, d, normal);
        if (x.some((value, i) => value !== xR.view[i] || value !== y[i])) throw new Error("outputs differ");
        plain(z, d);
        const variance = z.reduce((sum, value, i) => sum + (value - a * start[i]! - b * d[i]!) ** 2, 0) / n;
        if (Math.abs(variance / c ** 2 - 1) > 0.1) throw new Error(`variance ${variance}`);
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
