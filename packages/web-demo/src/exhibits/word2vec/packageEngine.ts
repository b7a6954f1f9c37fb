import { defaultRuntime, init } from "@lanewise/core-wasm";
import {
  readCorpus,
  type Vocabulary,
  Word2Vec,
  WordVectors,
  writeWord2vecBinary,
  writeWord2vecText,
} from "@lanewise/models/word2vec";
import type { Engine, FileFormat } from "./engine.js";

/** `@lanewise/models/word2vec` as the worker uses it. */
export const packageEngine: Engine<Vocabulary, WordVectors> = {
  async open(bytes) {
    await init();
    return WordVectors.load(bytes);
  },
  widened: (vectors) =>
    WordVectors.from(vectors.words, vectors.matrix(), vectors.counts ? { counts: vectors.counts } : {}),
  read: (sentences, options) => readCorpus(sentences, options),
  create: (vocabulary, options) => Word2Vec.create(vocabulary, options),
  write: async (vectors, format) => joined(writers[format](vectors)),
  memoryBytes: () => defaultRuntime().memory.wasm.buffer.byteLength,
};

const writers: Readonly<Record<FileFormat, (vectors: WordVectors) => Iterable<Uint8Array>>> = {
  text: writeWord2vecText,
  binary: writeWord2vecBinary,
};

function joined(pieces: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const list = [...pieces];
  const all = new Uint8Array(list.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of list) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
