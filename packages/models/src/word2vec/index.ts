export type * from "./config.js";
export { type Corpus, linesOf, type Sentence } from "./corpus.js";
export type { AnalogyMethod, AnalogyOptions, AnalogyQuery, NearestOptions, Neighbour } from "./neighbours.js";
export { type Phrase, type PhraseOptions, Phrases } from "./phrases.js";
export type { PhraseScoring } from "./phraseScore.js";
export { ppmiSvd, type PpmiSvdOptions } from "./ppmiSvd.js";
export type { VectorFormat, VectorRows } from "./vectorRows.js";
export { type ReadCorpus, readCorpus, Vocabulary, type VocabularyOptions } from "./vocabulary.js";
export { Word2Vec } from "./word2vec.js";
export { WordVectors, type WordVectorsOptions } from "./wordVectors.js";
export { readWord2vecBinary } from "./binaryFormat.js";
export type { ByteSource } from "./byteReader.js";
export { readGloveText, type ReadGloveOptions, readWord2vecText } from "./textFormat.js";
export type { ReadProgress, ReadVectorsOptions } from "./vectorsReader.js";
export { writeGloveText, writeWord2vecBinary, writeWord2vecText } from "./writeFormats.js";
export { type AnalogyQuestion, type AnalogySection, readAnalogies } from "./analogyQuestions.js";
export {
  type AnalogyReport,
  type AnalogyScore,
  evaluateAnalogies,
  type EvaluateAnalogiesOptions,
} from "./evaluateAnalogies.js";
export {
  evaluateSimilarities,
  readWordPairs,
  type ReadWordPairsOptions,
  type SimilarityReport,
  type WordPair,
} from "./evaluateSimilarities.js";
export type { EvaluationOptions } from "./foldedWords.js";
