import { checkInteger, checkNumber, FormatError, LanewiseError, RangeError } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import { type Corpus, piecesOf, sentencesOf, visitCorpus } from "./corpus.js";
import { PairCounts } from "./pairCounts.js";
import { phraseScore, type PhraseScoring } from "./phraseScore.js";

/** What becomes a phrase. Everything may be left out. */
export interface PhraseOptions {
  /**
   * "count": (n(ab) − δ) N / (n(a) n(b)), by Mikolov; "npmi": ln(P(ab) / (P(a) P(b))) / −ln P(ab), which lies between −1 and 1.
   * Default: "count".
   */
  scoring?: PhraseScoring | undefined;
  /** Two words are a phrase if they score more. Default: 100 ("count"), 0.5 ("npmi"). */
  threshold?: number | undefined;
  /** Words and pairs that come less often are in no phrase; δ of "count". Default: 5. */
  minimumCount?: number | undefined;
  /** What stands between the words of a phrase. Default: "_". */
  delimiter?: string | undefined;
  /** How often the corpus is read: each time, phrases join words that the times before have joined. Default: 1. */
  passes?: number | undefined;
  /**
   * The most different pairs that are counted at a time: beyond, the rarest are forgotten, and the counts of those that
   * come again are a little low. Default: 8,000,000.
   */
  maximumPairs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Two words, or phrases of an earlier pass, that were found to be one. */
export interface Phrase {
  readonly first: string;
  readonly second: string;
  readonly count: number;
  readonly score: number;
}

/** What goes into a file, as JSON. */
interface PhrasesDocument {
  readonly delimiter: string;
  readonly passes: readonly (readonly Phrase[])[];
}

/**
 * Words that come together far more often than by chance ("new york"), found in a corpus and joined in this or another one
 * ("new_york").
 *
 * ```ts
 * const phrases = await Phrases.learn(text, { passes: 2, threshold: 50 });
 * phrases.join(["the", "new", "york", "times"]); // ["the", "new_york_times"]
 * const model = await Word2Vec.create(phrases.joinAll(text));
 * ```
 *
 * Ref: Mikolov et al. 2013, "Distributed Representations of Words and Phrases", arXiv:1310.4546, 4; Bouma 2009, "Normalized
 * (Pointwise) Mutual Information in Collocation Extraction".
 */
export class Phrases {
  readonly delimiter: string;
  /** Those that each pass found, the best first. */
  readonly passes: readonly (readonly Phrase[])[];
  readonly #seconds: readonly ReadonlyMap<string, ReadonlySet<string>>[];

  private constructor({ delimiter, passes }: PhrasesDocument) {
    this.delimiter = delimiter;
    this.passes = passes;
    this.#seconds = passes.map(secondsOf);
  }

  /**
   * Reads the corpus as often as there are passes, and keeps nothing of it but counts.
   *
   * @throws RangeError for options, and for a corpus that can be read once alone if there are more passes; DTypeError
   * @throws the signal's reason
   */
  static async learn(corpus: Corpus, options: PhraseOptions = {}): Promise<Phrases> {
    const { scoring = "count", minimumCount = 5, delimiter = "_", passes = 1, signal } = options;
    const { threshold = scoring === "npmi" ? 0.5 : 100, maximumPairs = 8_000_000 } = options;
    if (scoring !== "count" && scoring !== "npmi")
      throw new RangeError("scoring", '"count" or "npmi"', scoring);
    checkNumber("threshold", threshold);
    checkInteger("minimumCount", minimumCount, 1, Number.MAX_SAFE_INTEGER);
    checkInteger("passes", passes, 1, 64);
    checkInteger("maximumPairs", maximumPairs, 1, 1 << 24);
    checkDelimiter(delimiter);
    if (passes > 1) checkReadsAgain(corpus);
    let found = new Phrases({ delimiter, passes: [] });
    for (let pass = 0; pass < passes; pass++) {
      const counts = new PairCounts(maximumPairs);
      await found.#visit(corpus, new Pacer({ signal }), (words, ends) => {
        counts.add(words);
        if (ends) counts.endSentence();
      });
      const phrases: Phrase[] = [];
      for (const { first, second, count, firstCount, secondCount } of counts.pairs(minimumCount)) {
        const score = phraseScore(scoring, {
          count,
          firstCount,
          secondCount,
          total: counts.total,
          minimumCount,
        });
        if (score > threshold) phrases.push({ first, second, count, score });
      }
      phrases.sort((a, b) => b.score - a.score || b.count - a.count);
      found = new Phrases({ delimiter, passes: [...found.passes, phrases] });
    }
    return found;
  }

  /** What `toJSON` gave, or `JSON.parse` of its text. @throws FormatError */
  static fromJSON(document: unknown): Phrases {
    const { delimiter, passes } = (document ?? {}) as PhrasesDocument;
    try {
      checkDelimiter(delimiter);
    } catch (cause) {
      if (!(cause instanceof LanewiseError)) throw cause;
      throw new FormatError("delimiter", cause.expected, cause.received, { cause });
    }
    if (!Array.isArray(passes) || !passes.every((pass) => Array.isArray(pass) && pass.every(isPhrase))) {
      throw new FormatError("passes", "lists of phrases", passes);
    }
    return new Phrases({ delimiter, passes });
  }

  /** For a file: `JSON.stringify(phrases)`. */
  toJSON(): { delimiter: string; passes: readonly (readonly Phrase[])[] } {
    return { delimiter: this.delimiter, passes: this.passes };
  }

  /** The words of a sentence, with those that are phrases joined: from left to right, the first that fits. */
  join(words: readonly string[]): string[] {
    const joined: string[] = [];
    const joiner = this.#joiner((word) => void joined.push(word));
    joiner.add(words);
    joiner.endSentence();
    return joined;
  }

  /** The sentences of a corpus as lists of words, joined. */
  async *joinAll(
    corpus: Corpus,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<string[], void, void> {
    signal?.throwIfAborted();
    const pacer = new Pacer({ signal });
    let joined: string[] = [];
    const joiner = this.#joiner((word) => void joined.push(word));
    for await (const sentence of sentencesOf(corpus)) {
      for (const [words, ends] of piecesOf(sentence)) {
        joiner.add(words);
        if (pacer.due) await pacer.pause();
        if (!ends) continue;
        joiner.endSentence();
        yield joined;
        joined = [];
      }
    }
  }

  /** Visits the words of a corpus, joined. */
  async #visit(
    corpus: Corpus,
    pacer: Pacer,
    visit: (words: readonly string[], ends: boolean) => void,
  ): Promise<void> {
    let joined: string[] = [];
    const joiner = this.#joiner((word) => void joined.push(word));
    await visitCorpus(corpus, pacer, (words, ends) => {
      joiner.add(words);
      if (ends) joiner.endSentence();
      visit(joined, ends);
      joined = [];
    });
  }

  /** One joiner a pass, of which each hands on what it has joined to the next. */
  #joiner(emit: (word: string) => void): Joiner {
    let joiner: Joiner = { add: (words) => words.forEach(emit), endSentence: () => {} };
    for (const seconds of this.#seconds.toReversed()) joiner = joinerOf(seconds, this.delimiter, joiner);
    return joiner;
  }
}

/** Takes the words of a sentence piece by piece. */
interface Joiner {
  add(words: readonly string[]): void;
  endSentence(): void;
}

/** Holds back the last word until it is clear whether the next goes with it. */
function joinerOf(
  seconds: ReadonlyMap<string, ReadonlySet<string>>,
  delimiter: string,
  next: Joiner,
): Joiner {
  let held: string | undefined;
  return {
    add(words) {
      const out: string[] = [];
      for (const word of words) {
        if (held === undefined) held = word;
        else if (seconds.get(held)?.has(word)) {
          out.push(held + delimiter + word);
          held = undefined;
        } else {
          out.push(held);
          held = word;
        }
      }
      next.add(out);
    },
    endSentence() {
      if (held !== undefined) next.add([held]);
      held = undefined;
      next.endSentence();
    },
  };
}

function secondsOf(phrases: readonly Phrase[]): Map<string, Set<string>> {
  const seconds = new Map<string, Set<string>>();
  for (const { first, second } of phrases) {
    const set = seconds.get(first);
    if (set) set.add(second);
    else seconds.set(first, new Set([second]));
  }
  return seconds;
}

function isPhrase(value: unknown): value is Phrase {
  const { first, second, count, score } = (value ?? {}) as Phrase;
  return (
    typeof first === "string" &&
    first !== "" &&
    typeof second === "string" &&
    second !== "" &&
    Number.isFinite(count) &&
    Number.isFinite(score)
  );
}

function checkDelimiter(delimiter: string): void {
  if (typeof delimiter !== "string" || /\s/.test(delimiter)) {
    throw new RangeError("delimiter", "a string without white space", JSON.stringify(delimiter));
  }
}

/** @throws RangeError for an iterator, which is used up by the first pass */
function checkReadsAgain(corpus: Corpus): void {
  if (typeof corpus !== "object" || corpus === null) return;
  const once =
    Symbol.asyncIterator in corpus
      ? typeof (corpus as { next?: unknown }).next === "function" || "getReader" in corpus
      : typeof (corpus as { next?: unknown }).next === "function";
  if (once) {
    throw new RangeError(
      "corpus",
      "one that can be read again for each pass (a function that opens it)",
      "an iterator",
    );
  }
}
