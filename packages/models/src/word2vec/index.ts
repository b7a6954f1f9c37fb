export type * from "./config.js";
export { type Corpus, linesOf, type Sentence } from "./corpus.js";
export { type Phrase, type PhraseOptions, Phrases } from "./phrases.js";
export type { PhraseScoring } from "./phraseScore.js";
export { ppmiSvd, type PpmiSvdOptions } from "./ppmiSvd.js";
export type { VectorFormat } from "./vectorRows.js";
export { type ReadCorpus, readCorpus, Vocabulary, type VocabularyOptions } from "./vocabulary.js";
export { Word2Vec } from "./word2vec.js";
export {
  type AnalogyMethod,
  type AnalogyOptions,
  type AnalogyQuery,
  type NearestOptions,
  type Neighbour,
  WordVectors,
  type WordVectorsOptions,
} from "./wordVectors.js";
