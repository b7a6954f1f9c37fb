import { defaultRuntime, embeddingBackwardInto, embeddingInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const sizes = { count: 2048, dim: 64, vocabulary: 65 };

function gather(out: Float32Array, table: Float32Array, ids: Int32Array): void {
  const { count, dim } = sizes;
  for (let i = 0; i < count; i++) out.set(table.subarray(ids[i]! * dim, (ids[i]! + 1) * dim), i * dim);
}

function scatter(dtable: Float32Array, dy: Float32Array, ids: Int32Array): void {
  const { count, dim } = sizes;
  for (let i = 0; i < count; i++) {
    const at = ids[i]! * dim;
    for (let j = 0; j < dim; j++) dtable[at + j]! += dy[i * dim + j]!;
  }
}

export function comparisons(): Comparison[] {
  const { count, dim, vocabulary } = sizes;
  const ids = Int32Array.from({ length: count }, (_, i) => (i * 31) % vocabulary);
  const table = Float32Array.from({ length: vocabulary * dim }, (_, i) => Math.sin(i));
  const [out, dtable] = [new Float32Array(count * dim), new Float32Array(vocabulary * dim)];
  const { heap } = defaultRuntime();
  const [idsR, tableR] = [heap.from("i32", ids), heap.from("f32", table)];
  const [outR, dtableR] = [heap.alloc("f32", count * dim), heap.alloc("f32", vocabulary * dim)];
  const work = { amount: count * dim, unit: "elements" };
  const same = (a: Float32Array, b: Float32Array): void => {
    if (a.some((x, i) => x !== b[i])) throw new Error("outputs differ");
  };
  return [
    {
      title: `embedding, ${count} rows of ${dim}`,
      work,
      contenders: [
        { name: "lanewise, resident", run: () => embeddingInto(outR, tableR, idsR, sizes) },
        { name: "lanewise, copied", run: () => embeddingInto(out, table, ids, sizes) },
        { name: "JavaScript, set and subarray", run: () => gather(out, table, ids) },
      ],
      verify() {
        embeddingInto(outR, tableR, idsR, sizes);
        gather(out, table, ids);
        same(out, outR.view);
      },
    },
    {
      title: `embeddingBackward, ${count} rows of ${dim}`,
      work,
      contenders: [
        { name: "lanewise, resident", run: () => embeddingBackwardInto(dtableR, outR, idsR, sizes) },
        { name: "lanewise, copied", run: () => embeddingBackwardInto(dtable, out, ids, sizes) },
        { name: "JavaScript", run: () => scatter(dtable, out, ids) },
      ],
      verify() {
        gather(out, table, ids);
        outR.set(out);
        dtableR.view.fill(0);
        dtable.fill(0);
        embeddingBackwardInto(dtableR, outR, idsR, sizes);
        scatter(dtable, out, ids);
        same(dtable, dtableR.view);
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
