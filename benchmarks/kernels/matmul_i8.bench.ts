import {
  defaultRuntime,
  matmul_i8,
  matmul_i8Into,
  matmulInto,
  QuantizedMatrix,
  randomNormal,
  type WasmArray,
} from "@lanewise/core-wasm";
import * as reference from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const cases = [
  { what: "BERT", m: 128, n: 384, k: 384 },
  { what: "BERT", m: 128, n: 1536, k: 384 },
  { what: "BERT", m: 128, n: 384, k: 1536 },
  { what: "one token", m: 1, n: 1024, k: 1024 },
  { what: "one token", m: 1, n: 4096, k: 4096 },
];

/** float32 by the same runtime, its weights packed once. */
function packedFloats(
  { m, n, k }: { m: number; n: number; k: number },
  out: WasmArray<"f32">,
  x: WasmArray<"f32">,
  w: WasmArray<"f32">,
): () => void {
  const runtime = defaultRuntime();
  const packed = runtime.call((wasm) => runtime.heap.alloc("u8", wasm.matmulPackedBytes(n, k)));
  runtime.call((wasm) => wasm.matmulPack(packed.ptr, w.ptr, k, true, n, k));
  return () =>
    runtime.call((wasm, frame) =>
      wasm.matmulPacked(
        out.ptr,
        n,
        x.ptr,
        k,
        false,
        packed.ptr,
        m,
        n,
        k,
        false,
        frame.scratch(wasm.matmulWorkBytes(m, n, k)),
      ),
    );
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  return cases.map((shape) => {
    const { what, m, n, k } = shape;
    const [x, w] = [randomNormal(m * k, { seed: 1 }), randomNormal(n * k, { seed: 2 })];
    const resident = { out: heap.alloc("f32", m * n), x: heap.from("f32", x), w: heap.from("f32", w) };
    const floats = heap.alloc("f32", m * n);
    const quantised = QuantizedMatrix.quantize(resident.w, { n, k, transposeB: true });
    const float32 =
      m === 1
        ? (): void => matmulInto(floats, resident.x, resident.w, { m, n, k, transposeB: true })
        : packedFloats(shape, floats, resident.x, resident.w);
    return {
      title: `int8 linear ${m}×${n}×${k} (${what})`,
      work: { amount: 2 * m * n * k, unit: "op" },
      contenders: [
        {
          name: "lanewise int8, resident",
          run: () => matmul_i8Into(resident.out, resident.x, quantised, { m }),
        },
        { name: "lanewise int8, with copies", run: () => matmul_i8(x, quantised, { m }) },
        { name: `lanewise float32, resident${m === 1 ? "" : ", packed"}`, run: float32 },
      ],
      verify() {
        matmul_i8Into(resident.out, resident.x, quantised, { m });
        const copied = matmul_i8(x, quantised, { m });
        const rows = Math.min(m, 2);
        const exact = reference.matmul_i8(x, quantised.weights(), { m: rows, n, k });
        float32();
        let [error, size] = [0, 0];
        resident.out.view.forEach((value, i) => {
          if (value !== copied[i]) throw new Error(`element ${i}: ${value} resident, ${copied[i]} copied`);
          if (i < rows * n && value !== exact[i])
            throw new Error(`element ${i}: ${value} instead of ${exact[i]}`);
          error += (value - floats.view[i]!) ** 2;
          size += floats.view[i]! ** 2;
        });
        if (!(Math.sqrt(error / size) < 0.025))
          throw new Error(`off by ${Math.sqrt(error / size)} of the result`);
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
