import { defaultRuntime, nearest, type NearestRows, randomNormal } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const k = 10;

/** One row after the other, and a list of the best so far. */
function plainNearest(
  vectors: Float32Array,
  weights: Float32Array,
  query: Float32Array,
  rows: number,
  cols: number,
): NearestRows {
  const indices = new Int32Array(k);
  const scores = new Float32Array(k).fill(-Infinity);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0, at = r * cols; c < cols; c++) sum += vectors[at + c]! * query[c]!;
    const score = sum * weights[r]!;
    if (!(score > scores[k - 1]!)) continue;
    let place = k - 1;
    for (; place > 0 && scores[place - 1]! < score; place--) {
      scores[place] = scores[place - 1]!;
      indices[place] = indices[place - 1]!;
    }
    scores[place] = score;
    indices[place] = r;
  }
  return { indices, scores };
}

function inverseLengths(vectors: ArrayLike<number>, rows: number, cols: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, r) => {
    let sum = 0;
    for (let i = r * cols; i < (r + 1) * cols; i++) sum += vectors[i]! ** 2;
    return 1 / Math.sqrt(sum);
  });
}

export function comparisons(): Comparison[] {
  return [
    { rows: 8000, cols: 64 },
    { rows: 350_000, cols: 100 },
  ].map(({ rows, cols }) => {
    const vectors = randomNormal(rows * cols, { seed: 1 });
    const bytes = Int8Array.from(vectors, (x) => Math.max(-127, Math.min(127, Math.round(x * 25))));
    const [weights, weights8] = [inverseLengths(vectors, rows, cols), inverseLengths(bytes, rows, cols)];
    const query = vectors.slice(0, cols).map((x) => x * weights[0]!);
    const { heap } = defaultRuntime();
    const arrays = [
      heap.from("f32", vectors),
      heap.from("f32", weights),
      heap.from("f32", weights8),
      heap.from("i8", bytes),
    ] as const;
    const [residentVectors, residentWeights, residentWeights8, residentBytes] = arrays;
    const floats = (): NearestRows =>
      nearest(residentVectors, query, { rows, cols, k, weights: residentWeights });
    const inBytes = (): NearestRows =>
      nearest(residentBytes, query, { rows, cols, k, weights: residentWeights8 });
    const plain = (): NearestRows => plainNearest(vectors, weights, query, rows, cols);
    return {
      title: `nearest 10 of ${rows} × ${cols}`,
      work: { amount: rows, unit: "rows" },
      contenders: [
        { name: "lanewise, float32", run: floats },
        { name: "lanewise, int8", run: inBytes },
        { name: "JavaScript", run: plain },
      ],
      verify() {
        const [a, b, c] = [floats(), plain(), inBytes()];
        for (let i = 0; i < k; i++) {
          const same = a.indices[i] === b.indices[i] && Math.abs(a.scores[i]! - b.scores[i]!) < 1e-6;
          if (!same || Math.abs(a.scores[i]! - c.scores[i]!) > 0.02)
            throw new Error(`neighbour ${i} differs`);
        }
      },
      dispose: () => arrays.forEach((array) => heap.free(array)),
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
