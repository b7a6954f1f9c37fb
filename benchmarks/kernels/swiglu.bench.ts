import { defaultRuntime, swigluFusedInto, swigluInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** As one would write it without a library, in float64. */
function plainSwiglu(out: Float32Array, gate: Float32Array, up: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = (gate[i]! / (1 + Math.exp(-gate[i]!))) * up[i]!;
}

export function comparisons(): Comparison[] {
  const [rows, cols] = [128, 1536];
  const n = rows * cols;
  const [gate, up] = [1.7, 0.3].map((step) =>
    Float32Array.from({ length: n }, (_, i) => 4 * Math.sin(step * i)),
  );
  const both = new Float32Array(2 * n);
  for (let r = 0; r < rows; r++) {
    both.set(gate!.subarray(r * cols, (r + 1) * cols), 2 * r * cols);
    both.set(up!.subarray(r * cols, (r + 1) * cols), (2 * r + 1) * cols);
  }
  const { heap } = defaultRuntime();
  const [residentGate, residentUp, residentBoth] = [gate!, up!, both].map((a) => heap.from("f32", a));
  const [residentOut, fusedOut] = [heap.alloc("f32", n), heap.alloc("f32", n)];
  const [copied, looped] = [new Float32Array(n), new Float32Array(n)];
  const contenders = [
    { name: "lanewise, resident", run: () => swigluInto(residentOut, residentGate!, residentUp!) },
    {
      name: "lanewise, resident, both in one array",
      run: () => swigluFusedInto(fusedOut, residentBoth!, { rows, cols }),
    },
    { name: "lanewise, copied in and out", run: () => swigluInto(copied, gate!, up!) },
    { name: "JavaScript, Math", run: () => plainSwiglu(looped, gate!, up!) },
  ];
  return [
    {
      title: `swiglu, ${rows} × ${cols}`,
      work: { amount: n, unit: "elements" },
      contenders,
      verify() {
        for (const { run } of contenders) run();
        for (let i = 0; i < n; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6 * (1 + Math.abs(looped[i]!));
          const same = residentOut.view[i] === copied[i] && fusedOut.view[i] === copied[i];
          if (!near || !same) throw new Error(`element ${i} differs`);
        }
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
