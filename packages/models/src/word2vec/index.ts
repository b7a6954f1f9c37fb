export type * from "./config.js";
export type { Corpus, Sentence } from "./corpus.js";
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
