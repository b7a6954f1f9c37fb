import { defaultRuntime, softTopKInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** λ by sixty bisections. */
function plainTopK(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let begin = 0; begin < rows * cols; begin += cols) {
    let [low, high] = [-50, 50];
    for (let step = 0; step < 60; step++) {
      const level = (low + high) / 2;
      let sum = 0;
      for (let i = begin; i < begin + cols; i++) sum += 1 / (1 + Math.exp((level - x[i]!) / 0.5));
      if (sum > 4) low = level;
      else high = level;
    }
    for (let i = begin; i < begin + cols; i++) out[i] = 1 / (1 + Math.exp((low - x[i]!) / 0.5));
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
    const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", x.length)];
    const [copied, looped] = [new Float32Array(x.length), new Float32Array(x.length)];
    const options = { rows, cols, k: 4, temperature: 0.5 };
    return {
      title: `softTopK, k = 4, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => softTopKInto(residentOut, residentX, options) },
        { name: "lanewise, copied in and out", run: () => softTopKInto(copied, x, options) },
        { name: "JavaScript", run: () => plainTopK(looped, x, rows, cols) },
      ],
      verify() {
        softTopKInto(residentOut, residentX, options);
        softTopKInto(copied, x, options);
        plainTopK(looped, x, rows, cols);
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
