import { defaultRuntime, smoothMaxInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** Two passes over each row, in float64 between the arrays. */
function plainBoltzmann(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) {
    const [begin, end] = [r * cols, (r + 1) * cols];
    let greatest = -Infinity;
    for (let i = begin; i < end; i++) greatest = Math.max(greatest, x[i]!);
    let [sum, lack] = [0, 0];
    for (let i = begin; i < end; i++) {
      const e = Math.exp((x[i]! - greatest) / 0.5);
      sum += e;
      lack += e * (greatest - x[i]!);
    }
    out[r] = greatest - lack / sum;
  }
}

export function comparisons(): Comparison[] {
  return (
    [
      [4096, 16],
      [1024, 65],
      [128, 1024],
    ] as const
  ).map(([rows, cols]) => {
    const x = Float32Array.from({ length: rows * cols }, (_, i) => 4 * Math.sin(1.7 * i));
    const { heap } = defaultRuntime();
    const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", rows)];
    const [copied, looped] = [new Float32Array(rows), new Float32Array(rows)];
    const options = { rows, cols, kind: "boltzmann" as const, temperature: 0.5 };
    return {
      title: `smoothMax, Boltzmann, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => smoothMaxInto(residentOut, residentX, options) },
        { name: "lanewise, copied in and out", run: () => smoothMaxInto(copied, x, options) },
        { name: "JavaScript", run: () => plainBoltzmann(looped, x, rows, cols) },
      ],
      verify() {
        smoothMaxInto(residentOut, residentX, options);
        smoothMaxInto(copied, x, options);
        plainBoltzmann(looped, x, rows, cols);
        for (let i = 0; i < copied.length; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6;
          if (!near || residentOut.view[i] !== copied[i]) throw new Error(`element ${i} differs`);
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
