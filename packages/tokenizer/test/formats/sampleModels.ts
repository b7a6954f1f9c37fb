import { Vocabulary, type TokenizerDefinition } from "../../src/index.js";
import { spaceMarkDecoder, surroundWith } from "../../src/formats/spaceMark.js";

const byteNames = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

const byteFallback = Uint32Array.from({ length: 256 }, (_, byte) => byte + 3);

const addedTokens = ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, special: true }));

const words = [
  "▁",
  "▁he",
  "llo",
  "l",
  "o",
  "h",
  "e",
  "▁w",
  "or",
  "ld",
  "r",
  "d",
  "w",
  "lo",
  "▁hello",
  "▁▁",
  "ж",
  "中",
  "he",
];

/** BPE with byte fallback, as LLaMA's: 256 bytes and a few pieces, the scores falling. */
export const sampleBpe: TokenizerDefinition = {
  model: {
    type: "bpe",
    vocabulary: Vocabulary.from([undefined, undefined, undefined, ...byteNames, ...words]),
    unknownId: 0,
    byteFallback,
    alphabet: "characters",
    priority: {
      by: "score",
      scores: Float32Array.from({ length: 259 + words.length }, (_, id) => (id < 259 ? 0 : 259 - id)),
    },
    fuseUnknown: true,
  },
  normalizer: { type: "sentencePieceSpaces", removeExtraSpaces: false, addDummyPrefix: true, escape: true },
  postProcessor: surroundWith(1, undefined),
  decoder: spaceMarkDecoder({ addDummyPrefix: true, removeExtraSpaces: false }),
  addedTokens,
};

const unigramPieces = [...words, "<sep>", "never", "▁hell"];

/** Unigram without byte fallback, with a user-defined piece, one that is not used, and rules of replacement. */
export const sampleUnigram: TokenizerDefinition = {
  model: {
    type: "unigram",
    vocabulary: Vocabulary.from([undefined, undefined, undefined, ...unigramPieces]),
    unknownId: 0,
    userDefined: Uint32Array.of(3 + words.length),
    scores: Float64Array.from([
      ...[0, 0, 0],
      ...words.map((word, i) => Math.fround(-1 - i / 7 - 2 / word.length)),
      ...[0, -Infinity, Math.fround(-4.1)],
    ]),
    pathScores: "float32",
  },
  normalizer: {
    type: "sentencePieceSpaces",
    removeExtraSpaces: true,
    addDummyPrefix: true,
    asSuffix: true,
    escape: true,
  },
  decoder: spaceMarkDecoder({ addDummyPrefix: true, removeExtraSpaces: true }),
  addedTokens,
};
