import { defaultRuntime, entmaxInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** The threshold by sorting, as Peters et al. 2019 have it. */
function plainEntmax(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  for (let begin = 0; begin < rows * cols; begin += cols) {
    const sorted = x.slice(begin, begin + cols).sort();
    const greatest = sorted[cols - 1]!;
    let [mean, squares, t] = [0, 0, -1];
    for (let k = 1; k <= cols; k++) {
      const z = (sorted[cols - k]! - greatest) / 2;
      const before = mean;
      mean += (z - mean) / k;
      squares += (z - before) * (z - mean);
      const candidate = mean - Math.sqrt(Math.max(0, (1 - squares) / k));
      if (candidate > z) break;
      t = candidate;
    }
    for (let i = begin; i < begin + cols; i++) out[i] = Math.max(0, (x[i]! - greatest) / 2 - t) ** 2;
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
    const options = { rows, cols, alpha: 1.5 };
    return {
      title: `entmax, α = 1.5, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => entmaxInto(residentOut, residentX, options) },
        { name: "lanewise, copied in and out", run: () => entmaxInto(copied, x, options) },
        { name: "JavaScript", run: () => plainEntmax(looped, x, rows, cols) },
      ],
      verify() {
        entmaxInto(residentOut, residentX, options);
        entmaxInto(copied, x, options);
        plainEntmax(looped, x, rows, cols);
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
