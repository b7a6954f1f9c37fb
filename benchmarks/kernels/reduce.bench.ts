import { argmaxRows, defaultRuntime, dot, sumRows } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const [rows, cols] = [1024, 256];
const n = rows * cols;

function plainDot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function plainSumRows(x: Float32Array): Float32Array {
  const sums = new Float64Array(cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) sums[c]! += x[r * cols + c]!;
  }
  return Float32Array.from(sums);
}

function plainArgmaxRows(x: Float32Array): Int32Array {
  const out = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    let best = 0;
    for (let c = 1; c < cols; c++) if (x[r * cols + c]! > x[r * cols + best]!) best = c;
    out[r] = best;
  }
  return out;
}

export function comparisons(): Comparison[] {
  const x = Float32Array.from({ length: n }, (_, i) => Math.sin(1.7 * i));
  const resident = defaultRuntime().heap.from("f32", x);
  const shape = { rows, cols };
  return [
    compareRuns(`dot, ${n.toLocaleString("en")} elements`, [
      () => [dot(resident, resident)],
      () => [dot(x, x)],
      () => [plainDot(x, x)],
    ]),
    compareRuns(`sums of columns, ${rows} × ${cols}`, [
      () => sumRows(resident, shape),
      () => sumRows(x, shape),
      () => plainSumRows(x),
    ]),
    compareRuns(`argmax of rows, ${rows} × ${cols}`, [
      () => argmaxRows(resident, shape),
      () => argmaxRows(x, shape),
      () => plainArgmaxRows(x),
    ]),
  ];
}

type Run = () => ArrayLike<number>;

function compareRuns(title: string, [inPlace, copied, loop]: [Run, Run, Run]): Comparison {
  return {
    title,
    work: { amount: n, unit: "elements" },
    contenders: [
      { name: "lanewise, resident", run: inPlace },
      { name: "lanewise, copied in", run: copied },
      { name: "JavaScript", run: loop },
    ],
    verify() {
      const [first, second, third] = [inPlace(), copied(), loop()];
      for (let i = 0; i < third.length; i++) {
        const near = Math.abs(first[i]! - third[i]!) <= 1e-6 * (1 + Math.abs(third[i]!));
        if (!near || first[i] !== second[i]) throw new Error(`${title}: element ${i} differs`);
      }
    },
  };
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
