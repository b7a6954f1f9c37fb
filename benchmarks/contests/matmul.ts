import { matmul, matmulInto, type Runtime } from "@lanewise/core-wasm";
import type { Comparison } from "../harness.ts";
import type { Prepared, ProductShape } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { matmulTitle, productShapes } from "./titles.ts";

function ours(runtime: Runtime, shape: ProductShape, a: Float32Array, b: Float32Array): Prepared[] {
  const { heap } = runtime;
  const [out, aIn, bIn] = [heap.alloc("f32", shape.m * shape.n), heap.from("f32", a), heap.from("f32", b)];
  const run = (): void => matmulInto(out, aIn, bIn, shape);
  const copied = (): Float32Array => matmul(a, b, { ...shape, runtime });
  return [
    {
      copies: false,
      run,
      output() {
        run();
        return out.view;
      },
      dispose() {
        for (const array of [out, aIn, bIn]) heap.free(array);
      },
    },
    { copies: true, run: copied, output: copied },
  ];
}

export async function* matmulContest(setting: Setting): AsyncGenerator<Comparison> {
  for (const shape of productShapes) {
    const { m, n, k } = shape;
    const [a, b] = [values(m * k, 1), values(k * n, 2)];
    yield await comparisonOf(
      {
        title: matmulTitle(shape),
        work: { amount: 2 * m * n * k, unit: "flop" },
        limited: true,
        tolerance: 1e-6 * k,
        expected(index) {
          const [row, column] = [Math.floor(index / n), index % n];
          let sum = 0;
          for (let p = 0; p < k; p++) sum += a[row * k + p]! * b[p * n + column]!;
          return sum;
        },
        ours: (runtime) => ours(runtime, shape, a, b),
        peer: (peer) => peer.product?.(shape, a, b),
      },
      setting,
    );
  }
}
