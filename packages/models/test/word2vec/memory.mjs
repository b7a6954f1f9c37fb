// Trains again and again, and prints what memory did meanwhile. Run with --expose-gc.
import { Runtime } from "@lanewise/core-wasm";
import { Phrases, ppmiSvd, readCorpus, Word2Vec } from "@lanewise/models/word2vec";
import { sampleSentences } from "./probe.mjs";

const runtime = await Runtime.create();
const sentences = sampleSentences(4000);
const samples = [];
for (let round = 0; round < 120; round++) {
  const { vocabulary, corpus } = await readCorpus(sentences, { minimumCount: 2 });
  const options = { dim: 12, subwords: { buckets: 300 }, runtime };
  const model = await Word2Vec.create(vocabulary, options);
  for await (const _ of model.train(corpus, { epochs: 2 })) break;
  const again = await Word2Vec.load(model.checkpoint(), { runtime });
  for await (const _ of again.train(corpus, { resume: true }));
  again.vectors().dispose();
  (await ppmiSvd({ vocabulary, corpus }, { dim: 8, runtime })).dispose();
  await Phrases.learn(sentences, { threshold: 1 });
  model.dispose();
  again.dispose();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  samples.push({
    round,
    wasm: runtime.memory.buffer.byteLength,
    held: runtime.heap.bytesInUse,
    heap: heapUsed + arrayBuffers,
  });
}
console.log(JSON.stringify(samples));
