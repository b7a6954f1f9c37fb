import { defaultRuntime, rmsNormInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const eps = 1e-5;

/** As one would write it without a library, in float64. */
function plainRmsNorm(
  out: Float32Array,
  x: Float32Array,
  gamma: Float32Array,
  rows: number,
  cols: number,
): void {
  for (let start = 0; start < rows * cols; start += cols) {
    let squares = 0;
    for (let i = start; i < start + cols; i++) squares += x[i]! ** 2;
    const rstd = 1 / Math.sqrt(squares / cols + eps);
    for (let i = start, c = 0; c < cols; i++, c++) out[i] = x[i]! * rstd * gamma[c]!;
  }
}

export function comparisons(): Comparison[] {
  return (
    [
      [128, 384],
      [1024, 1024],
    ] as const
  ).map(([rows, cols]) => {
    const n = rows * cols;
    const x = Float32Array.from({ length: n }, (_, i) => 4 * Math.sin(1.7 * i));
    const gamma = Float32Array.from({ length: cols }, (_, i) => Math.cos(i));
    const { heap } = defaultRuntime();
    const [residentX, residentGamma] = [heap.from("f32", x), heap.from("f32", gamma)];
    const residentOut = heap.alloc("f32", n);
    const [copied, looped] = [new Float32Array(n), new Float32Array(n)];
    const shape = { rows, cols, eps };
    const resident = (): void => rmsNormInto(residentOut, residentX, { ...shape, gamma: residentGamma });
    const intoCopy = (): void => rmsNormInto(copied, x, { ...shape, gamma });
    const loop = (): void => plainRmsNorm(looped, x, gamma, rows, cols);
    return {
      title: `rmsNorm, ${rows} × ${cols}`,
      work: { amount: n, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: resident },
        { name: "lanewise, copied in and out", run: intoCopy },
        { name: "JavaScript", run: loop },
      ],
      verify() {
        resident();
        intoCopy();
        loop();
        for (let i = 0; i < n; i++) {
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
