import { defaultRuntime, softmaxInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** Three passes over each row, in float64 between the arrays. */
function plainSoftmax(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let start = 0; start < rows * cols; start += cols) {
    let greatest = -Infinity;
    for (let i = start; i < start + cols; i++) greatest = Math.max(greatest, x[i]!);
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += out[i] = Math.exp(x[i]! - greatest);
    for (let i = start; i < start + cols; i++) out[i]! /= sum;
  }
}

export function comparisons(): Comparison[] {
  return (
    [
      [4096, 16],
      [1024, 65],
      [128, 1024],
      [1024, 1024],
    ] as const
  ).map(([rows, cols]) => {
    const x = Float32Array.from({ length: rows * cols }, (_, i) => 4 * Math.sin(1.7 * i));
    const { heap } = defaultRuntime();
    const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", x.length)];
    const [copied, looped] = [new Float32Array(x.length), new Float32Array(x.length)];
    return {
      title: `softmax, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => softmaxInto(residentOut, residentX, { rows, cols }) },
        { name: "lanewise, copied in and out", run: () => softmaxInto(copied, x, { rows, cols }) },
        { name: "JavaScript", run: () => plainSoftmax(looped, x, rows, cols) },
      ],
      verify() {
        softmaxInto(residentOut, residentX, { rows, cols });
        softmaxInto(copied, x, { rows, cols });
        plainSoftmax(looped, x, rows, cols);
        for (let i = 0; i < x.length; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6 * looped[i]!;
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
