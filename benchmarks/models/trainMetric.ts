// Does training on soft F1 pay? For each seed a set with few positives and a test set of its own; two classifiers from the same first
// weights, for as many epochs: one on cross-entropy throughout, one on cross-entropy and then on soft F1. Both at the threshold ½,
// and both with the threshold that is best on the training set: what is gained at ½ is mostly what tuning it gains as well.
// Prints, and writes results/trainMetric.json.
//
//   npm run trainMetric -w benchmarks -- [--seeds 10] [--size 2000] [--test 10000] [--variant simd|relaxed]
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Runtime, type Variant } from "@lanewise/core-wasm";
import { imbalancedSet, MetricTrainer, type MetricTrainEvent } from "@lanewise/models/smooth";
import { conditions } from "../harness.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    size: { type: "string", default: "2000" },
    test: { type: "string", default: "10000" },
    variant: { type: "string", default: "simd" },
  },
});
const runtime = Runtime.createSync({ variant: values.variant as Variant });
const [seeds, size, testSize] = [values.seeds, values.size, values.test].map(Number) as [
  number,
  number,
  number,
];
const epochs = { crossEntropy: 200, metric: 400 };

/** Mean and standard deviation over the seeds, and each. */
interface Spread {
  mean: number;
  deviation: number;
  each: number[];
}

const results = [];
console.log(`${conditions(runtime)}; ${seeds} seeds, ${size} points to learn from, ${testSize} to test with`);
for (const [positives, hidden] of [
  [0.05, 0],
  [0.05, 8],
  [0.03, 0],
  [0.2, 0],
] as const) {
  const columns: Record<string, number[]> = {
    crossEntropy: [],
    softF1: [],
    crossEntropyTuned: [],
    softF1Tuned: [],
    gap: [],
  };
  for (let seed = 0; seed < seeds; seed++) {
    const train = imbalancedSet({ size, positives, seed, runtime });
    const test = imbalancedSet({ size: testSize, positives, seed: 1000 + seed, runtime });
    const last = async (crossEntropyEpochs: number, metricEpochs: number): Promise<MetricTrainEvent> => {
      const trainer = await MetricTrainer.create({ hidden, seed, runtime });
      let event: MetricTrainEvent | undefined;
      for await (event of trainer.train(train, { crossEntropyEpochs, metricEpochs, test }));
      trainer.dispose();
      return event!;
    };
    const entropy = await last(epochs.crossEntropy + epochs.metric, 0);
    const metric = await last(epochs.crossEntropy, epochs.metric);
    columns.crossEntropy!.push(entropy.test!.f1);
    columns.softF1!.push(metric.test!.f1);
    columns.crossEntropyTuned!.push(entropy.tuned.testF1!);
    columns.softF1Tuned!.push(metric.tuned.testF1!);
    columns.gap!.push(metric.test!.f1 - metric.test!.softF1);
  }
  const spreads = Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, spread(each)]));
  const wins = columns.softF1!.filter((f1, i) => f1 > columns.crossEntropy![i]!).length;
  results.push({ positives, hidden, wins, ...spreads });
  console.log(
    `${100 * positives} % positives, ${hidden ? `${hidden} hidden units` : "linear"}: ${wins} wins`,
  );
  for (const [name, { mean, deviation }] of Object.entries(spreads)) {
    console.log(`  ${name.padEnd(18)} ${mean.toFixed(4)} ± ${deviation.toFixed(4)}`);
  }
}
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/trainMetric.json"),
  `${JSON.stringify({ conditions: conditions(runtime), size, testSize, epochs, results }, undefined, 2)}\n`,
);
runtime.dispose();

function spread(each: number[]): Spread {
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
  const squares = each.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rounded = each.map((value) => Number(value.toFixed(4)));
  return { mean, deviation: Math.sqrt(squares / Math.max(1, each.length - 1)), each: rounded };
}

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
