export { readSentencePiece, writeSentencePiece, type ReadSentencePieceOptions } from "./sentencePiece.js";
export type { WriteSentencePieceOptions } from "./sentencePiece/write.js";
export { readLlama2c, writeLlama2c } from "./llama2c.js";
export { readTokenizerJson, writeTokenizerJson } from "./huggingFace.js";
export { readVocabTxt, type ReadVocabTxtOptions, writeVocabTxt } from "./vocabTxt.js";
export { type Gpt2Files, readGpt2, writeGpt2 } from "./gpt2.js";
export { readTiktoken, type TiktokenOptions, writeTiktoken } from "./tiktoken.js";
