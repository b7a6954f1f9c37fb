import { defaultRuntime, matmul, matmulInto, type MatmulOptions } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

interface Case extends MatmulOptions {
  what: string;
}

const cases: Case[] = [
  { what: "square", m: 64, n: 64, k: 64 },
  { what: "square", m: 256, n: 256, k: 256 },
  { what: "square", m: 1024, n: 1024, k: 1024 },
  { what: "odd", m: 257, n: 255, k: 259 },
  { what: "one step of an LSTM", m: 32, n: 512, k: 128, transposeB: true },
  { what: "its weight gradient", m: 512, n: 128, k: 2048, transposeA: true },
  { what: "BERT", m: 128, n: 384, k: 384 },
  { what: "BERT", m: 128, n: 1536, k: 384 },
  { what: "BERT", m: 128, n: 384, k: 1536 },
  { what: "vector · matrix", m: 1, n: 1024, k: 1024 },
  { what: "matrix · vector", m: 1024, n: 1, k: 1024 },
];

/** The loops in the order that reads both B and the result along their rows. */
function loops(a: Float32Array, b: Float32Array, { m, n, k, transposeA, transposeB }: Case): Float32Array {
  const out = new Float32Array(m * n);
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * aRow + p * aColumn]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[p * bRow + j * bColumn]!;
    }
  }
  return out;
}

function matrix(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + seed));
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  return cases.map((shape) => {
    const { what, m, n, k, transposeA, transposeB } = shape;
    const [a, b] = [matrix(m * k, 0.3), matrix(k * n, 0.7)];
    const resident = { out: heap.alloc("f32", m * n), a: heap.from("f32", a), b: heap.from("f32", b) };
    const layout = `${transposeA ? "Aᵀ" : "A"}·${transposeB ? "Bᵀ" : "B"}`;
    return {
      title: `matmul ${m}×${n}×${k}, ${layout} (${what})`,
      work: { amount: 2 * m * n * k, unit: "flop" },
      contenders: [
        { name: "lanewise, resident", run: () => matmulInto(resident.out, resident.a, resident.b, shape) },
        { name: "lanewise, with copies", run: () => matmul(a, b, shape) },
        { name: "JavaScript, three loops", run: () => loops(a, b, shape) },
      ],
      verify() {
        matmulInto(resident.out, resident.a, resident.b, shape);
        const copied = matmul(a, b, shape);
        const expected = loops(a, b, shape);
        resident.out.view.forEach((value, i) => {
          const close = Math.abs(value - expected[i]!) <= 1e-5 * k;
          if (!close || value !== copied[i]) throw new Error(`element ${i}: ${value} for ${expected[i]}`);
        });
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
