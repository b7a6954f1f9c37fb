export { readSentencePiece, writeSentencePiece, type ReadSentencePieceOptions } from "./sentencePiece.js";
export type { WriteSentencePieceOptions } from "./sentencePiece/write.js";
export { readLlama2c, writeLlama2c } from "./llama2c.js";
