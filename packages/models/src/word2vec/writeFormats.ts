import { RangeError } from "@lanewise/core-wasm";
import { loneSurrogate, quote } from "../io/headerJson.js";
import { formatFloat } from "./decimals.js";
import { copyRowInto } from "./vectorRows.js";
import type { WordVectors } from "./wordVectors.js";

/** Pieces of about so many bytes. */
const pieceBytes = 1 << 16;

/**
 * Writes word2vec's text format, which word2vec.c's tools, gensim and `readWord2vecText` read: each number is the shortest of those tried that reads back
 * as the same float32. Vectors of bytes are written as what they stand for.
 *
 * ```ts no-run
 * const file = new Blob([...writeWord2vecText(vectors)]);
 * ```
 *
 * @returns the file in pieces of some 64 kB
 * @throws RangeError, before the first piece, for a word that the format cannot hold: an empty one, one with white space of ASCII or half a surrogate pair
 */
export function writeWord2vecText(vectors: WordVectors): Generator<Uint8Array<ArrayBuffer>, void, void> {
  checkWords(vectors.words, /[\t-\r ]/);
  return gathered(textLines(vectors, `${vectors.size} ${vectors.dim}\n`));
}

/**
 * Writes GloVe's text format: word2vec's without the first line. Words may contain spaces, since GloVe's own files have such, though not all
 * programs read them.
 *
 * @throws RangeError as `writeWord2vecText`; the first word must have no space, and none may have one at its ends
 */
export function writeGloveText(vectors: WordVectors): Generator<Uint8Array<ArrayBuffer>, void, void> {
  checkWords(vectors.words.slice(0, 1), /[\t-\r ]/);
  checkWords(vectors.words, /[\t-\r]|^ | $/);
  return gathered(textLines(vectors, ""));
}

/**
 * Writes word2vec's binary format as word2vec.c does, with a line feed after each vector; gensim and `readWord2vecBinary` read it.
 *
 * @throws RangeError as `writeWord2vecText`
 */
export function writeWord2vecBinary(vectors: WordVectors): Generator<Uint8Array<ArrayBuffer>, void, void> {
  checkWords(vectors.words, /[\t-\r ]/);
  return gathered(binaryRecords(vectors));
}

function* textLines(vectors: WordVectors, header: string): Generator<string, void, void> {
  if (header !== "") yield header;
  const row = new Float32Array(vectors.dim);
  for (const [i, word] of vectors.words.entries()) {
    copyRowInto(row, vectors.rows, i);
    let line = word;
    for (const x of row) line += ` ${formatFloat(x)}`;
    yield `${line}\n`;
  }
}

function* binaryRecords(vectors: WordVectors): Generator<string | Uint8Array, void, void> {
  yield `${vectors.size} ${vectors.dim}\n`;
  const row = new Float32Array(vectors.dim);
  for (const [i, word] of vectors.words.entries()) {
    copyRowInto(row, vectors.rows, i);
    yield `${word} `;
    yield new Uint8Array(row.buffer);
    yield "\n";
  }
}

/** Small parts put together. */
function* gathered(parts: Iterable<string | Uint8Array>): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const encoder = new TextEncoder();
  let piece = new Uint8Array(pieceBytes);
  let length = 0;
  for (const part of parts) {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    if (length + bytes.length > piece.length) {
      if (length > 0) yield piece.slice(0, length);
      length = 0;
      if (bytes.length > piece.length) piece = new Uint8Array(bytes.length);
    }
    piece.set(bytes, length);
    length += bytes.length;
  }
  yield piece.slice(0, length);
}

function checkWords(words: readonly string[], forbidden: RegExp): void {
  for (const word of words) {
    if (word === "" || forbidden.test(word) || loneSurrogate.test(word))
      throw new RangeError("words", "words that the format holds", quote(word));
  }
}
