import { RangeError } from "@lanewise/core-wasm";
import type { Pacer } from "../optim/pacer.js";
import type { EncodedCorpus } from "./config.js";

/** The most words that a corpus may have: places in it are 32-bit numbers in Wasm. */
const mostWords = 2 ** 31 - 1;

/** How many ids are looked at between two looks at the clock. */
const idsAtOnce = 1 << 16;

/** Sentences of ids, to which more are added. */
export class IdList {
  #ids = new Int32Array(1024);
  #starts = new Int32Array(256);
  #length = 0;
  #sentences = 0;

  /** @throws RangeError beyond 2³¹ − 1 words */
  push(id: number): void {
    if (this.#length === this.#ids.length) {
      if (this.#length === mostWords) throw new RangeError("corpus", `at most ${mostWords} words`, "more");
      this.#ids = grown(this.#ids);
    }
    this.#ids[this.#length++] = id;
  }

  /** Closes the sentence; one without a word has not been. */
  endSentence(): void {
    if (this.#length === this.#starts[this.#sentences]) return;
    if (this.#sentences + 2 > this.#starts.length) this.#starts = grown(this.#starts);
    this.#starts[++this.#sentences] = this.#length;
  }

  /** What came so far. */
  corpus(): EncodedCorpus {
    return { ids: this.#ids.slice(0, this.#length), starts: this.#starts.slice(0, this.#sentences + 1) };
  }

  /**
   * The same with other numbers. The list is used up: it happens in its own memory.
   *
   * @param ids what each number becomes; what is less than 0 is left out
   */
  async renumbered(ids: Int32Array, pacer: Pacer): Promise<EncodedCorpus> {
    const [list, starts] = [this.#ids, this.#starts];
    let [length, sentences] = [0, 0];
    for (let sentence = 0, at = 0; sentence < this.#sentences; sentence++) {
      const end = starts[sentence + 1]!;
      while (at < end) {
        for (const stop = Math.min(end, at + idsAtOnce); at < stop; at++) {
          const id = ids[list[at]!]!;
          if (id >= 0) list[length++] = id;
        }
        if (pacer.due) await pacer.pause();
      }
      if (length > starts[sentences]!) starts[++sentences] = length;
    }
    [this.#length, this.#sentences] = [length, sentences];
    return this.corpus();
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(Math.min(2 * array.length, mostWords));
  more.set(array);
  return more;
}
