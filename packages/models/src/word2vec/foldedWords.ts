import { checkFlags, checkInteger } from "@lanewise/core-wasm";
import type { WordVectors } from "./wordVectors.js";

/** Which words an evaluation knows. */
export interface EvaluationOptions {
  /**
   * Whether words that differ in case alone are one: that which comes first, the most frequent. Default: true, as word2vec's and
   * gensim's evaluations do.
   */
  caseFolding?: boolean | undefined;
  /** Only the first so many words are known, and are answers. Default: all; gensim's is 300,000, word2vec's usual one 30,000. */
  restrict?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Is told, at most ten times a second and at the end, how many of those that can be asked were. */
  onProgress?: ((done: number, asked: number) => void) | undefined;
}

/** The words of an evaluation, with case folded or not. */
export class FoldedWords {
  /** Only words before this place count. */
  readonly within: number;
  readonly #folds: boolean;
  readonly #places = new Map<string, number>();

  /** @throws RangeError */
  constructor(
    vectors: WordVectors,
    { caseFolding = true, restrict = vectors.size }: Pick<EvaluationOptions, "caseFolding" | "restrict">,
  ) {
    checkFlags({ caseFolding });
    checkInteger("restrict", restrict, 1);
    this.#folds = caseFolding;
    this.within = Math.min(restrict, vectors.size);
    for (let place = 0; place < this.within; place++) {
      const key = this.fold(vectors.words[place]!);
      if (!this.#places.has(key)) this.#places.set(key, place);
    }
  }

  /** What is the same for words that count as one. */
  fold(word: string): string {
    return this.#folds ? word.toLowerCase() : word;
  }

  /** The place of a word; undefined where there is none. */
  find(word: string): number | undefined {
    return this.#places.get(this.fold(word));
  }
}

/** Calls back at most ten times a second. */
export class Teller {
  readonly #tell: ((done: number, all: number) => void) | undefined;
  #last: number = performance.now();

  constructor(tell: ((done: number, all: number) => void) | undefined) {
    this.#tell = tell;
  }

  tell(done: number, all: number): void {
    const now = performance.now();
    if (done < all && now - this.#last < 100) return;
    this.#last = now;
    this.#tell?.(done, all);
  }
}
