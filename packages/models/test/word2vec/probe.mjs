// What is to come out the same in every engine. Plain JavaScript on the built package, so that any Node, a worker and a
// browser run the very same code.
import { Runtime } from "@lanewise/core-wasm";
import { ppmiSvd, Word2Vec } from "@lanewise/models/word2vec";

/** Sentences of words by a linear congruential generator: frequent ones, rare ones, and some that like their neighbour. */
export function sampleSentences(words, seed = 1) {
  let state = seed >>> 0;
  const draw = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const sentences = [];
  for (let count = 0; count < words;) {
    const sentence = [];
    let word = draw(40);
    for (let length = 3 + draw(20); length > 0; length--) {
      sentence.push(`word${word}`);
      word = draw(3) === 0 ? (word * 7 + 1) % 40 : draw(1 + draw(40));
    }
    count += sentence.length;
    sentences.push(sentence);
  }
  return sentences;
}

/** SHA-256 of the arrays in a map, in the order of their names. */
async function hashOf(arrays) {
  const sorted = [...arrays].sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = new Uint8Array(sorted.reduce((sum, [, { byteLength }]) => sum + byteLength, 0));
  let offset = 0;
  for (const [, { buffer, byteOffset, byteLength }] of sorted) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function weightsHash(model) {
  return hashOf(model.weights());
}

/** Odd sizes, so that every kernel meets its tails; subsampling, so that all draws count. */
const shared = { dim: 21, window: 4, minimumCount: 2, subsample: 1e-2, seed: 5 };
export const cases = {
  "skip-gram, negative sampling": { ...shared },
  "CBOW, negative sampling": { ...shared, architecture: "cbow", negatives: 7, negativePower: 0.6 },
  "skip-gram, hierarchical softmax": { ...shared, objective: "hierarchicalSoftmax" },
  "CBOW, hierarchical softmax, n-grams": {
    ...shared,
    architecture: "cbow",
    objective: "hierarchicalSoftmax",
    subwords: { buckets: 300 },
  },
  "skip-gram, n-grams": { ...shared, subwords: { minimumLength: 2, maximumLength: 4, buckets: 500 } },
};

/**
 * The hash of a model's weights after three epochs.
 *
 * @param options.stops how often to stop after a round: to save, dispose, load and resume
 */
export async function trainedHash(options, { stops = 0, runtime }) {
  const sentences = sampleSentences(6000);
  let model = await Word2Vec.create(sentences, { ...options, runtime });
  const run = { epochs: 3, seed: 6 };
  for (let stop = 0; stop < stops; stop++) {
    for await (const _ of model.train(sentences, { ...run, resume: stop > 0 })) break;
    const bytes = model.checkpoint();
    model.dispose();
    model = await Word2Vec.load(bytes, { runtime });
  }
  for await (const _ of model.train(sentences, { ...run, resume: stops > 0 }));
  const hash = await weightsHash(model);
  model.dispose();
  return hash;
}

/** The hashes of all cases, and of the counting baseline. */
export async function trainedResults({ stops = 0 } = {}) {
  const runtime = await Runtime.create({ variant: "simd" });
  const results = {};
  for (const [name, options] of Object.entries(cases)) {
    results[name] = await trainedHash(options, { stops, runtime });
  }
  const vectors = await ppmiSvd(sampleSentences(6000), { dim: 21, seed: 3, eigenvaluePower: 0.6, runtime });
  results["PPMI and SVD"] = await hashOf(new Map([["vectors", vectors.matrix()]]));
  vectors.dispose();
  runtime.dispose();
  return results;
}

/** Those with variant "simd": `node test/word2vec/trainedResults.mjs` prints them, for when the numbers change on purpose. */
export const expectedResults = {
  "skip-gram, negative sampling": "06c389d3f328740c64c0c82bdd6f6280100a2a2248de1a9442a0f0a76e01d4aa",
  "CBOW, negative sampling": "2087a5609b08e4481e973251b6df494300110729e6fdbdff61bc4bebb571c808",
  "skip-gram, hierarchical softmax": "53385f69a783cd3229517caac00e13180400ec5d9cfc15e0a69b33a76597f833",
  "CBOW, hierarchical softmax, n-grams": "37da432515cb0cd4e2017a574761351957aeb2c784e28bdeea6ababc3200884e",
  "skip-gram, n-grams": "74a7ba281c7bdfaccc263932c7f090e24585610bdafe77f8cc7eba1a90bb7d63",
  "PPMI and SVD": "553a9ce619a4323b820b30d72ba77407f2320c24c5632a585920efef439293b2",
};
