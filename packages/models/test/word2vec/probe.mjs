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
  "skip-gram, negative sampling": "f6766b53896f08c64775e88ecfdeb78f87bce3421260fb05ba03f068c7717d51",
  "CBOW, negative sampling": "f7223eb856ecc8983654fd044c494ce2e300f3caef2f5696dbe4c9ffff9037f7",
  "skip-gram, hierarchical softmax": "830d47876e8327bd8e3a759390e82d945762229d453749464891697391a7ad77",
  "CBOW, hierarchical softmax, n-grams": "cfbba988fbe9de37233d5033f4a8721aad6d66e1769b7a20780df77b7f25fa27",
  "skip-gram, n-grams": "8cdb75df4702ad98cdfffd39b449845cea86f49c9b231584bc743a307454fd8a",
  "PPMI and SVD": "553a9ce619a4323b820b30d72ba77407f2320c24c5632a585920efef439293b2",
};
