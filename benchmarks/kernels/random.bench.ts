import { defaultRuntime, randomGumbelInto, randomNormalInto, randomUniformInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const n = 1_000_000;

/** Plain JavaScript: engine's own generator, polar form without a table. */
function boxMuller(out: Float32Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    out[i] = radius * Math.cos(angle);
    out[i + 1] = radius * Math.sin(angle);
  }
}

function gumbel(out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = -Math.log(-Math.log(Math.random()));
}

function uniform(out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.random();
}

function moments(values: Float32Array): [mean: number, variance: number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length];
}

export function comparisons(): Comparison[] {
  const resident = defaultRuntime().heap.alloc("f32", n);
  const [copied, plain] = [new Float32Array(n), new Float32Array(n)];
  const cases = [
    { name: "uniform", ours: randomUniformInto, theirs: uniform, moments: [0.5, 1 / 12] },
    { name: "normal", ours: randomNormalInto, theirs: boxMuller, moments: [0, 1] },
    { name: "gumbel", ours: randomGumbelInto, theirs: gumbel, moments: [0.5772, Math.PI ** 2 / 6] },
  ];
  return cases.map(({ name, ours, theirs, moments: [mean, variance] }) => ({
    title: `random ${name} f32, ${n.toLocaleString("en")} draws`,
    work: { amount: n, unit: "draws" },
    contenders: [
      { name: "lanewise, resident", run: () => ours(resident, { seed: 1 }) },
      { name: "lanewise, copied out", run: () => ours(copied, { seed: 1 }) },
      { name: "JavaScript, Math.random (no seed)", run: () => theirs(plain) },
    ],
    verify() {
      ours(resident, { seed: 1 });
      ours(copied, { seed: 1 });
      theirs(plain);
      if (copied.some((x, i) => x !== resident.view[i])) throw new Error("resident and copied draws differ");
      for (const values of [copied, plain]) {
        const [m, v] = moments(values);
        if (Math.abs(m - mean!) > 0.02 || Math.abs(v - variance!) > 0.03)
          throw new Error(`${name}: mean ${m}, variance ${v}`);
      }
    },
  }));
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
