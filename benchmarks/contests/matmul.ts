import { matmulInto, packMatrix, type Runtime } from "@lanewise/core-wasm";
import type { Comparison } from "../harness.ts";
import type { Prepared, ProductShape } from "../peers/peer.ts";
import { comparisonOf, type Setting, values } from "./contest.ts";
import { matmulTitle, productShapes } from "./titles.ts";

/** B as it comes; B packed once, as a weight; and that with A copied in and the result out, as a session of a peer does. */
function ours(runtime: Runtime, shape: ProductShape, a: Float32Array, b: Float32Array): Prepared[] {
  const { m, n, k } = shape;
  const { heap } = runtime;
  const [out, aIn, bIn] = [heap.alloc("f32", m * n), heap.from("f32", a), heap.from("f32", b)];
  const packed = packMatrix(b, { n, k, runtime });
  const copied = new Float32Array(m * n);
  function prepared(right: typeof bIn | typeof packed): Prepared {
    const run = (): void => matmulInto(out, aIn, right, shape);
    const output = (): Float32Array => {
      run();
      return out.view;
    };
    return { copies: false, run, output, ...(right === packed && { how: "B packed" }) };
  }
  return [
    {
      ...prepared(bIn),
      dispose() {
        packed.dispose();
        for (const array of [out, aIn, bIn]) heap.free(array);
      },
    },
    prepared(packed),
    {
      copies: true,
      how: "B packed",
      run: () => matmulInto(copied, a, packed, shape),
      output() {
        matmulInto(copied, a, packed, shape);
        return copied;
      },
    },
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
