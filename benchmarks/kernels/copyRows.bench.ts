import { copyRowsInto, defaultRuntime } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const [rows, cols, outStride] = [512, 128, 384];

/** A slice and a `set` for every row. */
function setRows(out: Float32Array, x: Float32Array): void {
  for (let r = 0; r < rows; r++) out.set(x.subarray(r * cols, (r + 1) * cols), r * outStride);
}

function addRows(out: Float32Array, x: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) out[r * outStride + c]! += x[r * cols + c]!;
  }
}

export function comparisons(): Comparison[] {
  const x = Float32Array.from({ length: rows * cols }, (_, i) => i % 1000);
  const { heap } = defaultRuntime();
  const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", rows * outStride)];
  const [copied, looped] = [new Float32Array(rows * outStride), new Float32Array(rows * outStride)];
  return [false, true].map((accumulate) => {
    const options = { rows, cols, outStride, accumulate };
    const loop = accumulate ? addRows : setRows;
    return {
      title: `${accumulate ? "add" : "copy"} ${rows} rows of ${cols} into rows of ${outStride}`,
      work: { amount: rows * cols, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => copyRowsInto(residentOut, residentX, options) },
        { name: "lanewise, copied in and out", run: () => copyRowsInto(copied, x, options) },
        { name: "JavaScript", run: () => loop(looped, x) },
      ],
      verify() {
        residentOut.view.fill(1);
        copyRowsInto(residentOut, residentX, options);
        copyRowsInto(copied.fill(1), x, options);
        loop(looped.fill(1), x);
        for (let i = 0; i < looped.length; i++) {
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
