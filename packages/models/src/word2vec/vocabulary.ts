import { checkInteger, RangeError, ShapeError } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import type { EncodedCorpus } from "./config.js";
import { type Corpus, visitCorpus } from "./corpus.js";
import { flatString } from "./flatString.js";
import { IdList } from "./idList.js";
import { WordList } from "./wordList.js";

/** A map of JavaScript's has no more entries. */
const mostDistinctWords = 2 ** 24;

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
 *
 * ```ts
 * const { vocabulary, corpus } = await readCorpus("a rose is a rose", { minimumCount: 1 });
 * vocabulary.words; // ["a", "rose", "is"]
 * corpus.ids; // Int32Array [0, 1, 2, 0, 1]
 * ```
 */
export class Vocabulary {
  /** How often each came in the corpus: whole numbers above 0, in the order of the words. */
  readonly counts: Float64Array;
  /** The sum of the counts. */
  readonly totalCount: number;
  readonly #list: WordList;

  /**
   * Of words that were counted elsewhere.
   *
   * @param counts falling, or staying: ids follow frequency
   * @throws RangeError for no word, the empty word, one that comes twice, or such counts; ShapeError
   */
  constructor(words: readonly string[], counts: ArrayLike<number>) {
    this.#list = new WordList(words);
    if (this.#list.find("") !== undefined) {
      throw new RangeError("words", "words of at least one character", '""');
    }
    if (counts?.length !== words.length) {
      throw new ShapeError("counts", `${words.length}, one a word`, `${counts?.length}`);
    }
    this.counts = Float64Array.from(counts);
    let total = 0;
    for (let id = 0; id < words.length; id++) {
      checkInteger("counts", counts[id]!, 1, id === 0 ? Number.MAX_SAFE_INTEGER : counts[id - 1]!);
      total += counts[id]!;
    }
    this.totalCount = total;
  }

  get words(): readonly string[] {
    return this.#list.words;
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** The id of a word; undefined where it is not there. */
  idOf(word: string): number | undefined {
    return this.#list.find(word);
  }

  has(word: string): boolean {
    return this.#list.find(word) !== undefined;
  }

  /**
   * The corpus as ids; words that are not in the vocabulary are left out.
   *
   * @throws DTypeError, RangeError for what is no corpus; the signal's reason
   */
  async encode(
    corpus: Corpus,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<EncodedCorpus> {
    const ids = new IdList();
    await visitCorpus(corpus, new Pacer({ signal }), (words, ends) => {
      for (const word of words) {
        const id = this.#list.find(word);
        if (id !== undefined) ids.push(id);
      }
      if (ends) ids.endSentence();
    });
    return ids.corpus();
  }
}

/**
 * Reads a corpus once: counts its words, chooses the vocabulary, and encodes it. Of a stream, nothing is kept but ids and each
 * word once.
 *
 * @throws RangeError if no word is left, or for options; DTypeError for what is no corpus
 * @throws the signal's reason
 */
export async function readCorpus(
  corpus: Corpus,
  options: VocabularyOptions & { signal?: AbortSignal | undefined } = {},
): Promise<ReadCorpus> {
  const { minimumCount = 5, maximumVocabulary, signal } = options;
  checkVocabularyOptions(options);
  const numbers = new Map<string, number>();
  const words: string[] = [];
  const counts: number[] = [];
  const list = new IdList();
  const pacer = new Pacer({ signal });
  await visitCorpus(corpus, pacer, (piece, ends) => {
    for (const word of piece) {
      let number = numbers.get(word);
      if (number === undefined) {
        number = words.length;
        if (number === mostDistinctWords) {
          throw new RangeError("corpus", `at most ${mostDistinctWords} different words`, "more");
        }
        const kept = flatString(word);
        numbers.set(kept, number);
        words.push(kept);
        counts.push(0);
      }
      counts[number]!++;
      list.push(number);
    }
    if (ends) list.endSentence();
  });
  // The sort is stable: what came first stays first.
  const order = Array.from(words.keys())
    .filter((number) => counts[number]! >= minimumCount)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, maximumVocabulary);
  if (order.length === 0) {
    const came = words.length === 0 ? "none" : `${words.length}, all less often`;
    throw new RangeError("corpus", `words that come at least ${minimumCount} times`, came);
  }
  const vocabulary = new Vocabulary(
    order.map((number) => words[number]!),
    order.map((number) => counts[number]!),
  );
  const ids = new Int32Array(words.length).fill(-1);
  for (const [id, number] of order.entries()) ids[number] = id;
  return { vocabulary, corpus: await list.renumbered(ids, pacer) };
}

/** @throws RangeError */
export function checkVocabularyOptions({ minimumCount = 1, maximumVocabulary = 1 }: VocabularyOptions): void {
  checkInteger("minimumCount", minimumCount, 1, Number.MAX_SAFE_INTEGER);
  if (maximumVocabulary !== Infinity) checkInteger("maximumVocabulary", maximumVocabulary, 1);
}
