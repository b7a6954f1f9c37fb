import { RangeError, ShapeError } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";

/** Words in an order, each once, and the place of each. */
export class WordList {
  readonly words: readonly string[];
  readonly #places = new Map<string, number>();

  /** Takes a copy. @throws RangeError for no words, what is no string, or a word that comes twice */
  constructor(words: readonly string[]) {
    if (!Array.isArray(words) || words.length === 0)
      throw new RangeError("words", "an array of at least one word", words);
    this.words = Object.freeze([...words] as string[]);
    this.words.forEach((word, i) => {
      if (typeof word !== "string") throw new RangeError(`words[${i}]`, "a string", word);
      const before = this.#places.get(word);
      if (before !== undefined)
        throw new RangeError(`words[${i}]`, "each word once", `${quote(word)} as words[${before}]`);
      this.#places.set(word, i);
    });
  }

  /** The place of a word; undefined where it is not there. */
  find(word: string): number | undefined {
    return this.#places.get(word);
  }

  /** The same. @throws RangeError where it is not there */
  place(word: string): number {
    const place = this.#places.get(word);
    if (place !== undefined) return place;
    throw new RangeError("word", "one that has a vector", typeof word === "string" ? quote(word) : word);
  }

  /** The places of those that are there. */
  placesOf(words: Iterable<string>): Set<number> {
    const places = new Set<number>();
    for (const word of words) {
      const place = this.#places.get(word);
      if (place !== undefined) places.add(place);
    }
    return places;
  }

  /** @throws ShapeError, RangeError unless there is a number ≥ 0 for each word */
  checkCounts(counts: ArrayLike<number>): void {
    const { length } = this.words;
    if (counts.length !== length) throw new ShapeError("counts", `${length}, one a word`, counts.length);
    for (let i = 0; i < length; i++) {
      if (!(counts[i]! >= 0 && counts[i]! < Infinity))
        throw new RangeError(`counts[${i}]`, "a number ≥ 0", counts[i]);
    }
  }
}
