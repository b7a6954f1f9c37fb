import { UnsupportedError } from "@lanewise/core-wasm";
import type { EncodedCorpus } from "./config.js";
import type { Corpus } from "./corpus.js";

/** Which words make a vocabulary. */
export interface VocabularyOptions {
  /** Words that come less often are left out. Default: 5. */
  minimumCount?: number | undefined;
  /** At most so many words, the most frequent. Default: all. */
  maximumVocabulary?: number | undefined;
}

/** A corpus that was read once: its vocabulary, and itself as ids of that. */
export interface ReadCorpus {
  readonly vocabulary: Vocabulary;
  readonly corpus: EncodedCorpus;
}

/**
 * The words that a model knows, and how often each came: the most frequent first; of those that came as often, the one that
 * came first. A word's id is its place.
 */
export class Vocabulary {
  readonly words: readonly string[] = [];
  /** How often each came in the corpus: whole numbers above 0, in the order of the words. */
  readonly counts: Float64Array = new Float64Array();

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** The sum of the counts. */
  get totalCount(): number {
    throw pending("totalCount");
  }

  /** The id of a word; undefined where it is not there. */
  idOf(_word: string): number | undefined {
    throw pending("idOf");
  }

  has(_word: string): boolean {
    throw pending("has");
  }

  /** The corpus as ids; words that are not in the vocabulary are left out. @throws the signal's reason */
  encode(_corpus: Corpus, _options: { signal?: AbortSignal | undefined } = {}): Promise<EncodedCorpus> {
    throw pending("encode");
  }
}

/**
 * Reads a corpus once: counts its words, chooses the vocabulary, and encodes it. Of a stream, nothing is kept but ids.
 *
 * @throws RangeError if no word is left, or for options
 * @throws the signal's reason
 */
export function readCorpus(
  _corpus: Corpus,
  _options: VocabularyOptions & { signal?: AbortSignal | undefined } = {},
): Promise<ReadCorpus> {
  throw pending("readCorpus");
}

function pending(name: string): UnsupportedError {
  return new UnsupportedError(name, "a later commit", "this one");
}
