import {
  activationInto,
  addInto,
  addRowInto,
  defaultRuntime,
  matmul,
  matmulInto,
  type MatmulOptions,
  packMatrix,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

interface Case extends MatmulOptions {
  what: string;
}

const cases: Case[] = [
  { what: "square", m: 64, n: 64, k: 64 },
  { what: "square", m: 128, n: 128, k: 128 },
  { what: "square", m: 256, n: 256, k: 256 },
  { what: "square", m: 512, n: 512, k: 512 },
  { what: "square", m: 1024, n: 1024, k: 1024 },
  { what: "odd", m: 257, n: 255, k: 259 },
  { what: "one step of an LSTM", m: 32, n: 512, k: 128, transposeB: true },
  { what: "its weight gradient", m: 512, n: 128, k: 2048, transposeA: true },
  { what: "BERT", m: 128, n: 384, k: 384 },
  { what: "BERT", m: 128, n: 1536, k: 384 },
  { what: "BERT", m: 128, n: 384, k: 1536 },
  { what: "few rows", m: 4, n: 512, k: 128 },
  { what: "few rows", m: 16, n: 384, k: 384 },
  { what: "heads' scores", m: 128, n: 128, k: 32, batch: 12, transposeB: true },
  { what: "heads' values", m: 128, n: 32, k: 128, batch: 12 },
  { what: "vector · matrix", m: 1, n: 1024, k: 1024 },
  { what: "matrix · vector", m: 1024, n: 1, k: 1024 },
];

/** The loops in the order that reads both B and the result along their rows. */
function loops(a: Float32Array, b: Float32Array, shape: Case): Float32Array {
  const { m, n, k, transposeA, transposeB, batch = 1 } = shape;
  const out = new Float32Array(batch * m * n);
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < batch * m; i++) {
    const product = Math.floor(i / m);
    for (let p = 0; p < k; p++) {
      const factor = a[product * m * k + (i - product * m) * aRow + p * aColumn]!;
      const bPart = product * k * n + p * bRow;
      for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[bPart + j * bColumn]!;
    }
  }
  return out;
}

function matrix(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + seed));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  for (let i = 0; i < expected.length; i++) {
    const close = Math.abs(actual[i]! - expected[i]!) <= bound;
    if (!close) throw new Error(`element ${i}: ${actual[i]} for ${expected[i]}`);
  }
}

function product(shape: Case): Comparison {
  const { heap } = defaultRuntime();
  const { what, m, n, k, transposeA, transposeB, batch = 1 } = shape;
  const [a, b] = [matrix(batch * m * k, 0.3), matrix(batch * k * n, 0.7)];
  const resident = { out: heap.alloc("f32", batch * m * n), a: heap.from("f32", a), b: heap.from("f32", b) };
  const packed = batch === 1 ? packMatrix(b, { k, n, transposeB }) : undefined;
  const whole = { ...shape, transposeB: false };
  const layout = `${batch > 1 ? `${batch} × ` : ""}${transposeA ? "Aᵀ" : "A"}·${transposeB ? "Bᵀ" : "B"}`;
  const contenders = [
    { name: "lanewise, resident", run: () => matmulInto(resident.out, resident.a, resident.b, shape) },
    { name: "lanewise, with copies", run: () => matmul(a, b, shape) },
    { name: "JavaScript, three loops", run: () => loops(a, b, shape) },
  ];
  if (packed) {
    contenders.splice(1, 0, {
      name: "lanewise, resident, B packed",
      run: () => matmulInto(resident.out, resident.a, packed, whole),
    });
  }
  return {
    title: `matmul ${m}×${n}×${k}, ${layout} (${what})`,
    work: { amount: 2 * batch * m * n * k, unit: "flop" },
    contenders,
    verify() {
      const expected = loops(a, b, shape);
      matmulInto(resident.out, resident.a, resident.b, shape);
      expectClose(resident.out.view, expected, 1e-5 * k);
      expectClose(matmul(a, b, shape), resident.out.view, 0);
      if (packed) expectClose(matmul(resident.a, packed, whole), expected, 1e-5 * k);
    },
  };
}

/** The first half of a BERT layer's feed-forward part: product, bias and GELU in one call, and in three. */
function fused(): Comparison {
  const [m, n, k] = [128, 1536, 384];
  const { heap } = defaultRuntime();
  const [a, bias] = [heap.from("f32", matrix(m * k, 0.3)), heap.from("f32", matrix(n, 0.1))];
  const b = packMatrix(matrix(k * n, 0.7), { k, n });
  const residual = heap.from("f32", matrix(m * n, 0.9));
  const [one, three] = [heap.alloc("f32", m * n), heap.alloc("f32", m * n)];
  const inOne = (): void => matmulInto(one, a, b, { m, n, k, bias, activation: "geluErf", residual });
  const oneByOne = (): void => {
    matmulInto(three, a, b, { m, n, k });
    addRowInto(three, three, bias, { rows: m, cols: n });
    activationInto(three, three, { kind: "geluErf" });
    addInto(three, three, residual);
  };
  return {
    title: `matmul ${m}×${n}×${k} with bias, GELU and residual`,
    work: { amount: 2 * m * n * k, unit: "flop" },
    contenders: [
      { name: "lanewise, fused", run: inOne },
      { name: "lanewise, one by one", run: oneByOne },
      { name: "lanewise, the product alone", run: () => matmulInto(three, a, b, { m, n, k }) },
    ],
    verify() {
      inOne();
      oneByOne();
      expectClose(one.view, three.view, 0);
    },
  };
}

export function comparisons(): Comparison[] {
  return [...cases.map(product), fused()];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
