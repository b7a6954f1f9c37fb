import { DTypeError, RangeError, ShapeError } from "@lanewise/core-wasm";
import type { EncodedCorpus } from "./config.js";
import type { Corpus } from "./corpus.js";

export function isEncoded(corpus: Corpus | EncodedCorpus): corpus is EncodedCorpus {
  return typeof corpus === "object" && corpus !== null && "ids" in corpus;
}

/**
 * @param words the size of the vocabulary
 * @throws RangeError for ids of another vocabulary, no word at all, or starts that do not rise from 0 to the number of ids;
 * DTypeError, ShapeError
 */
export function checkEncoded({ ids, starts }: EncodedCorpus, words: number): void {
  if (!(ids instanceof Int32Array)) throw new DTypeError("corpus.ids", "an Int32Array", ids);
  if (!(starts instanceof Int32Array)) throw new DTypeError("corpus.starts", "an Int32Array", starts);
  if (ids.length === 0) throw new RangeError("corpus", "at least one word of the vocabulary", "none");
  for (let i = 0; i < ids.length; i++) {
    if (!(ids[i]! >= 0 && ids[i]! < words)) {
      throw new RangeError("corpus.ids", `ids of the vocabulary, below ${words}`, ids[i]);
    }
  }
  if (starts.length < 2) throw new ShapeError("corpus.starts", "at least 2 elements", `${starts.length}`);
  for (let i = 0; i < starts.length; i++) {
    if (!(starts[i]! >= (i === 0 ? 0 : starts[i - 1]!))) {
      throw new RangeError("corpus.starts", "places that do not fall", starts[i]);
    }
  }
  const [first, last] = [starts[0]!, starts.at(-1)!];
  if (first !== 0 || last !== ids.length) {
    throw new RangeError("corpus.starts", `places from 0 to ${ids.length}`, `${first} to ${last}`);
  }
}
