import {
  matmul_i8Into,
  matmulInto,
  packMatrix,
  QuantizedMatrix,
  randomNormal,
  type Runtime,
} from "@lanewise/core-wasm";
import type { Comparison, Contender } from "../harness.ts";
import type { Setting } from "./contest.ts";
import { int8Shape, int8Title } from "./titles.ts";

interface Pair {
  contenders: [Contender, Contender];
  outputs: () => [Float32Array, Float32Array];
  dispose: () => void;
}

/** The same linear layer with int8 weights and with float32 ones, both packed; the activations come as float32. */
function pair(runtime: Runtime, x: Float32Array, w: Float32Array): Pair {
  const { heap, variant } = runtime;
  const { m, n, k } = int8Shape;
  const [bytes, floats, xIn] = [heap.alloc("f32", m * n), heap.alloc("f32", m * n), heap.from("f32", x)];
  const quantised = QuantizedMatrix.quantize(w, { n, k, runtime });
  const packed = packMatrix(w, { n, k, runtime });
  const quantisedRun = (): void => matmul_i8Into(bytes, xIn, quantised, { m });
  const floatRun = (): void => matmulInto(floats, xIn, packed, int8Shape);
  const contender = (how: string, run: () => void): Contender => ({
    name: `lanewise ${variant}, ${how}, B packed, resident`,
    run,
    role: "ours",
    variant,
    copies: false,
  });
  return {
    contenders: [contender("int8", quantisedRun), contender("f32", floatRun)],
    outputs() {
      quantisedRun();
      floatRun();
      return [bytes.view, floats.view];
    },
    dispose() {
      quantised.dispose();
      packed.dispose();
      for (const array of [bytes, floats, xIn]) heap.free(array);
    },
  };
}

/** Normal activations and weights; int8 has to come within 2 % of float32, root mean square. */
export async function* int8Contest({ runtimes }: Setting): AsyncGenerator<Comparison> {
  const { m, n, k } = int8Shape;
  const [x, w] = [randomNormal(m * k, { seed: 1 }), randomNormal(k * n, { seed: 2 })];
  const pairs = runtimes.map((runtime) => pair(runtime, x, w));
  yield {
    title: int8Title,
    work: { amount: 2 * m * n * k, unit: "op" },
    contenders: pairs.flatMap(({ contenders }) => contenders),
    verify() {
      for (const [bytes, floats] of pairs.map(({ outputs }) => outputs())) {
        const error = floats.reduce((sum, exact, i) => sum + (bytes[i]! - exact) ** 2, 0);
        const size = floats.reduce((sum, exact) => sum + exact ** 2, 0);
        if (!(Math.sqrt(error / size) <= 0.02))
          throw new Error(`off by ${Math.sqrt(error / size)} of the result`);
      }
    },
    dispose() {
      for (const { dispose } of pairs) dispose();
    },
  };
}
