import { type TokenizerDefinition, Tokenizer, Vocabulary } from "@lanewise/tokenizer";
import { trainBpe } from "@lanewise/tokenizer/train";
import type { EncodingId } from "./catalogue.js";
import type { Engine } from "./engine.js";

/** Each vocabulary is a file of its own, fetched when it is asked for. */
const encodings = {
  gpt2: () => import("@lanewise/tokenizer/gpt2"),
  r50k_base: () => import("@lanewise/tokenizer/r50k_base"),
  p50k_base: () => import("@lanewise/tokenizer/p50k_base"),
  p50k_edit: () => import("@lanewise/tokenizer/p50k_edit"),
  cl100k_base: () => import("@lanewise/tokenizer/cl100k_base"),
  o200k_base: () => import("@lanewise/tokenizer/o200k_base"),
  o200k_harmony: () => import("@lanewise/tokenizer/o200k_harmony"),
} satisfies Record<EncodingId, () => Promise<unknown>>;

const scanner = "cl100k";

/** The package itself. */
export const packageEngine: Engine = {
  async open(encoding) {
    return Tokenizer.load((await encodings[encoding]()).default);
  },
  make: (definition) => Tokenizer.load(definition),
  train: (text, { vocabularySize, signal }) =>
    trainBpe(text, { vocabularySize, signal, scanner }) as ReturnType<Engine["train"]>,
  definitionOf: (tokens): TokenizerDefinition => ({
    model: {
      type: "bpe",
      vocabulary: Vocabulary.from(tokens),
      alphabet: "bytes",
      priority: { by: "id" },
      wholePieces: true,
    },
    preTokenizer: { type: "scanner", scanner },
    decoder: { type: "bytes" },
  }),
  // The writers are fetched when a file is wanted.
  async write(definition, format) {
    const { writeTiktoken, writeTokenizerJson } = await import("@lanewise/tokenizer/formats");
    if (format === "tiktoken") return writeTiktoken(definition);
    return new TextEncoder().encode(writeTokenizerJson(definition));
  },
};
