import { LlamaTokenizer } from "llama-tokenizer-js";
import { Vocabulary, type TokenizerDefinition } from "../../src/index.js";
import { spaceMarkDecoder, surroundWith } from "../../src/formats/spaceMark.js";

export const llamaTokenizer: LlamaTokenizer = new LlamaTokenizer();

const spaces = { addDummyPrefix: true, removeExtraSpaces: false };
const names = llamaTokenizer.vocabById;

function scoreOf(name: string, id: number): number {
  if (id < 259) return 0;
  return /^\u2581+$/.test(name) ? -1e9 : 259 - id;
}

/**
 * LLaMA 2's tokenizer, from the vocabulary that llama-tokenizer-js carries: three control tokens, 256 bytes, then pieces whose
 * scores fall with their ids, but those of nothing but spaces come last and tie (all this as in Meta's own file).
 */
export const llama2: TokenizerDefinition = {
  model: {
    type: "bpe",
    vocabulary: Vocabulary.from(names.map((name, id) => (id < 3 ? undefined : name))),
    unknownId: 0,
    byteFallback: Uint32Array.from({ length: 256 }, (_, byte) => byte + 3),
    alphabet: "characters",
    priority: { by: "score", scores: Float32Array.from(names, scoreOf) },
    fuseUnknown: true,
  },
  normalizer: { type: "sentencePieceSpaces", ...spaces, escape: true },
  postProcessor: surroundWith(1, undefined),
  decoder: spaceMarkDecoder(spaces),
  addedTokens: ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, special: true })),
};
