export type * from "./events.js";
export type { TrainingOptions } from "./options.js";
export { type BpeTrainingOptions, trainBpe } from "./trainBpe.js";
export { trainUnigram, type UnigramTrainingOptions } from "./trainUnigram.js";
export { type SentencePieceBpeTrainingOptions, trainSentencePieceBpe } from "./trainSentencePieceBpe.js";
export { trainWordPiece, type WordPieceTrainingOptions } from "./trainWordPiece.js";
