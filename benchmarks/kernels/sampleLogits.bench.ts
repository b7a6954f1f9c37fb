import { defaultRuntime, sampleLogitsInto, type SamplingFilters } from "@lanewise/core-wasm";
import { samplingProbabilities } from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** The usual way in JavaScript: sort, filter, softmax, then the inverse of the cumulative distribution. */
function plain(logits: Float32Array, { temperature = 1, topK = 0, topP = 1 }: SamplingFilters): number {
  let order = Array.from(logits.keys());
  if (topK > 0 || topP < 1) order.sort((i, j) => logits[j]! - logits[i]!);
  if (topK > 0) order = order.slice(0, topK);
  const top = order.reduce((greatest, i) => Math.max(greatest, logits[i]!), -Infinity);
  const weights = order.map((i) => Math.exp((logits[i]! - top) / temperature));
  let mass = weights.reduce((sum, w) => sum + w, 0);
  if (topP < 1) {
    const wanted = topP * mass;
    mass = 0;
    for (let i = 0; i < weights.length; i++) {
      mass += weights[i]!;
      if (mass >= wanted) {
        weights.length = i + 1;
        break;
      }
    }
  }
  let left = Math.random() * mass;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left <= 0) return order[i]!;
  }
  return order[weights.length - 1]!;
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const cases: { cols: number; filters: SamplingFilters; label: string }[] = [
    { cols: 65, filters: { temperature: 0.8 }, label: "temperature" },
    { cols: 65, filters: { temperature: 0.8, topK: 20, topP: 0.9 }, label: "top-k 20, top-p 0.9" },
    { cols: 32_000, filters: { temperature: 0.8 }, label: "temperature" },
    { cols: 32_000, filters: { temperature: 0.8, topK: 50 }, label: "top-k 50" },
    { cols: 32_000, filters: { temperature: 0.8, topP: 0.9 }, label: "top-p 0.9" },
  ];
  return cases.map(({ cols, filters, label }) => {
    const logits = Float32Array.from(
      { length: cols },
      (_, i) => 5 * Math.sin(i * 1.7) + 3 * Math.cos(i * 0.31),
    );
    const [resident, outR, out] = [heap.from("f32", logits), heap.alloc("i32", 1), new Int32Array(1)];
    let seed = 0;
    return {
      title: `sampleLogits, ${cols.toLocaleString("en")} columns, ${label}`,
      work: { amount: cols, unit: "logits" },
      contenders: [
        {
          name: "lanewise, resident",
          run: () => sampleLogitsInto(outR, resident, { rows: 1, cols, ...filters, seed: seed++ }),
        },
        {
          name: "lanewise, copied in",
          run: () => sampleLogitsInto(out, logits, { rows: 1, cols, ...filters, seed: seed++ }),
        },
        { name: "JavaScript (no seed)", run: () => plain(logits, filters) },
      ],
      verify() {
        const possible = samplingProbabilities(logits, filters as Record<string, number>);
        for (let draw = 0; draw < 20; draw++) {
          sampleLogitsInto(outR, resident, { rows: 1, cols, ...filters, seed: draw });
          sampleLogitsInto(out, logits, { rows: 1, cols, ...filters, seed: draw });
          if (out[0] !== outR.view[0]) throw new Error("resident and copied draws differ");
          for (const column of [out[0]!, plain(logits, filters)]) {
            if (!(possible[column]! > 0)) throw new Error(`column ${column} was filtered out, and drawn`);
          }
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
