import {
  defaultRuntime,
  randomUniform,
  word2vecInto,
  word2vecKeepThresholds,
  word2vecMergeInto,
  word2vecNegativeTable,
  Word2VecTask,
} from "@lanewise/core-wasm";
import * as reference from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const vocabulary = 14_000;
const tokens = 20_000;
const dim = 100;

/** Words by Zipf's law, in sentences of twenty. */
function corpus(): { ids: Int32Array; starts: Int32Array; counts: Float64Array } {
  const draws = randomUniform(tokens, { seed: 1 });
  const ids = Int32Array.from(draws, (u) => Math.floor((vocabulary + 1) ** u) - 1);
  const starts = Int32Array.from({ length: tokens / 20 + 1 }, (_, i) => 20 * i);
  const counts = Float64Array.from({ length: vocabulary }, (_, i) => Math.round(1e6 / (i + 1)));
  return { ids, starts, counts };
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const { ids, starts, counts } = corpus();
  const run = { seed: 1, epoch: 0, learningRate: 0.025 };
  const forms = [
    { architecture: "skipgram", negatives: 5 },
    { architecture: "skipgram", negatives: 15 },
    { architecture: "cbow", negatives: 5 },
  ] as const;
  const training = forms.map(({ architecture, negatives }): Comparison => {
    const options = {
      ...{ ids, starts, vocabulary, dim, window: 5, architecture },
      keep: word2vecKeepThresholds(counts, { subsample: 1e-3 }),
      negativeSampling: { negatives, table: word2vecNegativeTable(counts) },
    };
    const task = new Word2VecTask(options);
    const first = randomUniform(vocabulary * dim, { seed: 2, low: -0.005, high: 0.005 });
    const input = heap.from("f32", first);
    const output = heap.alloc("f32", vocabulary * dim);
    const report = heap.alloc("f64", 2);
    const whole = { begin: 0, end: tokens };
    return {
      title: `word2vec, ${architecture}, ${negatives} negatives, ${vocabulary.toLocaleString("en")} words × ${dim}`,
      work: { amount: tokens, unit: "words" },
      contenders: [
        {
          name: "lanewise, resident",
          run: () => word2vecInto(task, [{ input, output, ...whole, report }], run),
        },
      ],
      verify() {
        const end = 500;
        const [x, o] = [first.slice(), new Float32Array(vocabulary * dim)];
        const [x64, o64] = [Float64Array.from(x), Float64Array.from(o)];
        const lane = { input: x, output: o, begin: 0, end, report: new Float64Array(2) };
        word2vecInto(task, [lane], run);
        reference.word2vec(x64, o64, options, { begin: 0, end, ...run });
        const worst = x.reduce((most, value, i) => Math.max(most, Math.abs(value - x64[i]!)), 0);
        if (!(worst < 1e-6)) throw new Error(`weights are ${worst} from the reference's`);
      },
    };
  });
  const weights = heap.alloc("f32", vocabulary * dim);
  const lanes = [0, 1].map(() => heap.alloc("f32", vocabulary * dim));
  const touches = heap.from("f32", counts);
  const sizes = { rows: vocabulary, stride: dim, halfway: 1000 };
  const merging: Comparison = {
    title: `word2vecMerge, 2 lanes of ${vocabulary.toLocaleString("en")} × ${dim}`,
    work: { amount: vocabulary * dim, unit: "weights" },
    contenders: [
      { name: "lanewise, resident", run: () => word2vecMergeInto(weights, lanes, touches, sizes) },
    ],
    verify() {
      for (const lane of lanes) lane.view.fill(1);
      weights.view.fill(0);
      word2vecMergeInto(weights, lanes, touches, sizes);
      const wanted = reference.word2vecMerge([0], [[1], [1]], [counts[0]!], { stride: 1, halfway: 1000 });
      if (Math.abs(weights.view[0]! - wanted[0]!) > 1e-6) throw new Error("not the merge of the reference");
    },
  };
  return [...training, merging];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
