import { defaultRuntime, softRankInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** Sorted places, then pool adjacent violators on two arrays. */
function plainRanks(out: Float32Array, x: Float32Array, rows: number, cols: number): void {
  const [sums, ends] = [new Float64Array(cols), new Int32Array(cols)];
  for (let begin = 0; begin < rows * cols; begin += cols) {
    const order = Array.from({ length: cols }, (_, i) => begin + i).sort((a, b) => x[a]! - x[b]!);
    let blocks = 0;
    for (let i = 0; i < cols; i++) {
      let sum = x[order[i]!]! / 0.1 - (i + 1);
      let first = i;
      for (; blocks > 0; blocks--) {
        const before = blocks > 1 ? ends[blocks - 2]! : 0;
        if (sums[blocks - 1]! / (first - before) <= sum / (i + 1 - first)) break;
        sum += sums[blocks - 1]!;
        first = before;
      }
      sums[blocks] = sum;
      ends[blocks++] = i + 1;
    }
    for (let b = 0, i = 0; b < blocks; b++) {
      const mean = sums[b]! / (ends[b]! - i);
      for (; i < ends[b]!; i++) out[order[i]!] = x[order[i]!]! / 0.1 - mean;
    }
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
    const options = { rows, cols, temperature: 0.1 };
    return {
      title: `softRank, ${rows} × ${cols}`,
      work: { amount: x.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => softRankInto(residentOut, residentX, options) },
        { name: "lanewise, copied in and out", run: () => softRankInto(copied, x, options) },
        { name: "JavaScript", run: () => plainRanks(looped, x, rows, cols) },
      ],
      verify() {
        softRankInto(residentOut, residentX, options);
        softRankInto(copied, x, options);
        plainRanks(looped, x, rows, cols);
        for (let i = 0; i < copied.length; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6 * cols;
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
