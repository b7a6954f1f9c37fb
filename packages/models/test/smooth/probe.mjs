// What is to come out the same in every engine. Plain JavaScript on the built package, so that any Node, a worker and a
// browser run the very same code.
import { Runtime } from "@lanewise/core-wasm";
import { imbalancedSet, MetricTrainer } from "@lanewise/models/smooth";

/** SHA-256 of the bytes. */
async function hashOf(arrays) {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Data, then weights after both phases of each metric, shuffled batches and a hidden layer among them; and the last reports. */
export async function trainedResult() {
  const runtime = await Runtime.create({ variant: "simd" });
  const set = imbalancedSet({ size: 301, positives: 0.1, inputs: 3, seed: 3, runtime });
  const test = imbalancedSet({ size: 203, positives: 0.1, inputs: 3, seed: 4, runtime });
  const weights = [set.x, set.y];
  const reports = [];
  for (const [metric, hidden] of [
    ["f1", 5],
    ["accuracy", 0],
    ["auc", 3],
  ]) {
    const trainer = await MetricTrainer.create({ inputs: 3, hidden, seed: 5, runtime });
    const run = {
      metric,
      crossEntropyEpochs: 10,
      metricEpochs: 10,
      batch: 77,
      temperature: 0.7,
      test,
      seed: 6,
    };
    let last;
    for await (const event of trainer.train(set, run)) last = event;
    for (const parameter of trainer.parameters().values()) weights.push(parameter.toArray());
    reports.push([last.loss, last.train.soft, last.test.hard, last.test.auc, last.tuned.threshold]);
    trainer.dispose();
  }
  const hash = await hashOf(weights);
  runtime.dispose();
  return JSON.stringify([hash, reports]);
}

/** That with variant "simd", for when the numbers change on purpose: the test's message has the new ones. */
export const expectedResult = JSON.stringify([
  "b3c16b08f128771a49ecda9ebd0d175c1025c58dc9454486099713df02a56f2c",
  [
    [0.2717928849160671, 0.7302180826663971, 0.5909090909090909, 0.9459016393442623, 0.7403510212898254],
    [0.09251405112445354, 0.9088626801967621, 0.9310344827586207, 0.9489071038251367, 0.3018229305744171],
    [0.03605526662431657, 0.9637532979249954, 0.9508196721311475, 0.9508196721311475, 0.8654749989509583],
  ],
]);
