// What is to come out the same in every engine. Plain JavaScript on the built package, so that any Node, a worker and a
// browser run the very same code.
import { Runtime } from "@lanewise/core-wasm";
import { CharRnn } from "@lanewise/models/rnn";

const words =
  "the a of and to in light dark river stone wind old king queen sings sleeps walks falls under over never".split(
    " ",
  );

/** Verse of sorts: words by a linear congruential generator, so there is something to learn and no file to read. */
export function sampleText(characters, seed = 1) {
  let state = seed >>> 0;
  const draw = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let text = "";
  while (text.length < characters) text += words[draw(words.length)] + (draw(7) === 0 ? ".\n" : " ");
  return text.slice(0, characters);
}

/** SHA-256 of all weights in the order of their names. */
export async function weightsHash(model) {
  const weights = [...model.weights()].sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = new Uint8Array(weights.reduce((sum, [, { byteLength }]) => sum + byteLength, 0));
  let offset = 0;
  for (const [, { buffer, byteOffset, byteLength }] of weights) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Odd sizes, so that every kernel meets its tails; dropout, so that the generator counts. */
const options = { cell: "lstm", hidden: 21, layers: 2, embed: 13, dropout: 0.1, seed: 5 };
const training = { steps: 200, batch: 7, window: 19, seed: 6, weightDecay: 0.01 };

/**
 * What 200 steps come to: the weights' hash, then the loss of a text, and a text that the model writes.
 *
 * @param stops after how many steps to save, dispose, load and resume
 */
export async function trainedResult({ stops = [] } = {}) {
  const runtime = await Runtime.create({ variant: "simd" });
  const text = sampleText(3000);
  let model = await CharRnn.create({ ...options, alphabet: text, runtime });
  for (const stop of stops) {
    const run = { ...training, resume: model.step > 0, stopAfter: stop - model.step };
    for await (const _ of model.train(text, run));
    const bytes = model.checkpoint();
    model.dispose();
    model = await CharRnn.load(bytes, { runtime });
  }
  for await (const _ of model.train(text, { ...training, resume: model.step > 0 }));
  const hash = await weightsHash(model);
  const { loss } = await model.evaluate(text.slice(0, 500));
  let written = "";
  for await (const piece of model.generate("the ", { length: 40, seed: 7, topP: 0.95 })) written += piece;
  model.dispose();
  runtime.dispose();
  return JSON.stringify([hash, loss, written]);
}

/** That with variant "simd": `node test/rnn/trainedResult.mjs` prints it, for when the numbers change on purpose. */
export const expectedResult = JSON.stringify([
  "68916d4d3ef0860df6d87aaf2055edfe57f0b071a88467201fe994447d6af9db",
  1.8015636401269621,
  "\nionln inv at ledr sileeri lilns oa oiee",
]);
