import { RangeError } from "@lanewise/core-wasm";
import { flatString } from "./flatString.js";

/** A pair that came, in order. */
interface CountedPair {
  readonly first: string;
  readonly second: string;
  readonly count: number;
  readonly firstCount: number;
  readonly secondCount: number;
}

/** The numbers of two words make one whole number below 2⁵³. */
const mostDistinctWords = 2 ** 24;

/** How often words come, and pairs of words that stand side by side in a sentence. */
export class PairCounts {
  readonly #maximumPairs: number;
  readonly #numbers = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #counts: number[] = [];
  readonly #pairs = new Map<number, number>();
  #before = -1;
  #total = 0;
  #forgotten = 1;

  constructor(maximumPairs: number) {
    this.#maximumPairs = maximumPairs;
  }

  /** All words that came. */
  get total(): number {
    return this.#total;
  }

  /** The next words of a sentence. @throws RangeError beyond 2²⁴ different words */
  add(words: readonly string[]): void {
    for (const word of words) {
      const number = this.#numberOf(word);
      this.#counts[number]!++;
      this.#total++;
      if (this.#before >= 0) this.#count(this.#before * mostDistinctWords + number);
      this.#before = number;
    }
  }

  endSentence(): void {
    this.#before = -1;
  }

  /** The pairs that came so often, of words that did. In the order in which they came first. */
  *pairs(minimumCount: number): Generator<CountedPair> {
    for (const [pair, count] of this.#pairs) {
      const [a, b] = [Math.floor(pair / mostDistinctWords), pair % mostDistinctWords];
      const [firstCount, secondCount] = [this.#counts[a]!, this.#counts[b]!];
      // A word comes at least as often as a pair that it is in.
      if (count < minimumCount) continue;
      yield { first: this.#words[a]!, second: this.#words[b]!, count, firstCount, secondCount };
    }
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.length;
    if (number === mostDistinctWords) {
      throw new RangeError("corpus", `at most ${mostDistinctWords} different words`, "more");
    }
    const kept = flatString(word);
    this.#numbers.set(kept, number);
    this.#words.push(kept);
    this.#counts.push(0);
    return number;
  }

  #count(pair: number): void {
    const count = this.#pairs.get(pair);
    if (count === undefined) {
      while (this.#pairs.size >= this.#maximumPairs) this.#forget();
      this.#pairs.set(pair, 1);
    } else this.#pairs.set(pair, count + 1);
  }

  /** Forgets the rarest pairs; each time those that came once more. */
  #forget(): void {
    for (const [pair, count] of this.#pairs) if (count <= this.#forgotten) this.#pairs.delete(pair);
    this.#forgotten++;
  }
}
