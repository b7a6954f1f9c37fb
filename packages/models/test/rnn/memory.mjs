// Trains 2,000 small steps, and prints what memory did meanwhile. Run with --expose-gc.
import { Runtime } from "@lanewise/core-wasm";
import { CharRnn } from "@lanewise/models/rnn";
import { sampleText } from "./probe.mjs";

const runtime = await Runtime.create();
const text = sampleText(4000);
const model = await CharRnn.create({
  hidden: 16,
  embed: 8,
  layers: 2,
  dropout: 0.1,
  alphabet: text,
  runtime,
});
const samples = [];
while (model.step < 2000) {
  const run = { steps: 2000, batch: 4, window: 16, resume: model.step > 0, stopAfter: 100 };
  for await (const _ of model.train(text, run));
  globalThis.gc();
  samples.push({
    step: model.step,
    wasm: runtime.memory.buffer.byteLength,
    heap: process.memoryUsage().heapUsed,
  });
}
console.log(JSON.stringify(samples));
