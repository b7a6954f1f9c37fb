// What is to come out the same in every engine, and with any number of threads. Plain JavaScript on the built package, so
// that any Node, a worker and a browser run the very same code.
import { Runtime } from "@lanewise/core-wasm";
import { Mlp, shiftImages } from "@lanewise/models/mlp";

/** Numbers in (−1, 1) by a hash: no engine's own functions. */
export function numbers(length, seed) {
  return Float32Array.from({ length }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return (h ^ (h >>> 15)) / 2 ** 31;
  });
}

/** SHA-256 of all weights in the order of their names. */
export async function weightsHash(model) {
  const parts = [...model.weights()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => [...values]);
  const digest = await crypto.subtle.digest("SHA-256", Float32Array.from(parts.flat()));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const [width, height, count] = [7, 5, 143];

/** Small pictures in four classes, by which corner is brightest. */
export const examples = (() => {
  const x = numbers(count * width * height, 3);
  const y = Int32Array.from({ length: count }, (_, i) => (i * 7) % 4);
  for (let i = 0; i < count; i++) {
    for (const [row, column] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]) {
      const at = (row + (y[i] >> 1) * (height - 2)) * width + column + (y[i] & 1) * (width - 2);
      x[i * width * height + at] += 1.5;
    }
  }
  return { x, y };
})();

/** Odd sizes, so that every kernel meets its tails; dropout and augmentation, so that the generator counts. */
const options = {
  inputs: width * height,
  hidden: [29, 13],
  outputs: 4,
  activation: "geluErf",
  dropout: 0.1,
  seed: 5,
};
const training = {
  epochs: 12,
  batch: 19,
  seed: 6,
  learningRate: 5e-3,
  schedule: "cosine",
  warmup: 5,
  weightDecay: 0.01,
  l1: 1e-4,
  clip: 1,
  labelSmoothing: 0.1,
  classWeights: [1, 2, 1, 0.5],
};

/**
 * What a run comes to: the weights' hash, then the loss and the accuracy.
 *
 * @param stops after how many steps to save, dispose, load and resume
 */
export async function trainedResult({
  stops = [],
  makeRuntime = () => Runtime.create({ variant: "simd" }),
} = {}) {
  const runtime = await makeRuntime();
  const augment = shiftImages({ width, height, by: 1 });
  let model = await Mlp.create({ ...options, runtime });
  for (const stop of stops) {
    const run = { ...training, augment, resume: model.step > 0, stopAfter: stop - model.step };
    for await (const _ of model.fit(examples, run));
    const bytes = model.checkpoint();
    model.dispose();
    model = await Mlp.load(bytes, { runtime });
  }
  for await (const _ of model.fit(examples, { ...training, augment, resume: model.step > 0 }));
  const hash = await weightsHash(model);
  const { loss, accuracy } = await model.evaluate(examples);
  model.dispose();
  runtime.dispose();
  return JSON.stringify([hash, loss, accuracy]);
}

/** That with variant "simd": `node test/mlp/trainedResult.mjs` prints it, for when the numbers change on purpose. */
export const expectedResult = JSON.stringify([
  "0855ca2da1173e330650d629629926ff51c24ac7b472a2fb5ca2aeace5ffead0",
  0.5161845600688374,
  0.7832167832167832,
]);
