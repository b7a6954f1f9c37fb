import { defaultRuntime, transposeInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

function plainTranspose(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[c * rows + r] = x[r * cols + c]!;
  }
}

export function comparisons(): Comparison[] {
  return (
    [
      [128, 512],
      [1000, 1000],
    ] as const
  ).map(([rows, cols]) => {
    const x = Float32Array.from({ length: rows * cols }, (_, i) => i);
    const { heap } = defaultRuntime();
    const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", x.length)];
    const [copied, looped] = [new Float32Array(x.length), new Float32Array(x.length)];
    return {
      title: `transpose, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => transposeInto(residentOut, residentX, { rows, cols }) },
        { name: "lanewise, copied in and out", run: () => transposeInto(copied, x, { rows, cols }) },
        { name: "JavaScript", run: () => plainTranspose(looped, x, rows, cols) },
      ],
      verify() {
        transposeInto(residentOut, residentX, { rows, cols });
        transposeInto(copied, x, { rows, cols });
        plainTranspose(looped, x, rows, cols);
        for (let i = 0; i < x.length; i++) {
          if (copied[i] !== looped[i] || residentOut.view[i] !== looped[i])
            throw new Error(`element ${i} differs`);
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
