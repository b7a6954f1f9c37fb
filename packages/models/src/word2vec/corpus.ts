import { DTypeError, RangeError } from "@lanewise/core-wasm";
import type { Pacer } from "../optim/pacer.js";

/**
 * A sentence or more. A string: lines are sentences, and what stands between white space are words. A list: the words of
 * one sentence, as they are.
 */
export type Sentence = string | readonly string[];

/**
 * What is read: one string, many sentences at once (an array, a generator), many that come with time (a stream of lines),
 * or a function that opens such a source anew. What can be read once alone, a generator or a stream, does for one reading.
 *
 * A string is never put together with the next: of chunks that end in the middle of a word, make lines first (`linesOf`).
 */
export type Corpus =
  | string
  | Iterable<Sentence>
  | AsyncIterable<Sentence>
  | (() => string | Iterable<Sentence> | AsyncIterable<Sentence>);

/** Takes the words of a sentence as they come; the last of its pieces says so. */
export type Visit = (words: readonly string[], ends: boolean) => void;

/** A sentence of a million words is read in pieces of so many, so that others get their turn. */
const pieceWords = 8192;

/** The same for a line, in UTF-16 code units. */
const pieceLength = 1 << 16;

/**
 * Visits all words of a corpus in order. Sentences without a word do not show.
 *
 * @throws DTypeError, RangeError for what is no corpus; the reason of the pacer's signal
 */
export async function visitCorpus(corpus: Corpus, pacer: Pacer, visit: Visit): Promise<void> {
  pacer.signal?.throwIfAborted();
  const source = sentencesOf(corpus);
  if (Symbol.asyncIterator in source) {
    for await (const sentence of source) {
      pacer.signal?.throwIfAborted();
      for (const [words, ends] of piecesOf(sentence)) {
        visit(words, ends);
        if (pacer.due) await pacer.pause();
      }
    }
    return;
  }
  for (const sentence of source) {
    for (const [words, ends] of piecesOf(sentence)) {
      visit(words, ends);
      if (pacer.due) await pacer.pause();
    }
  }
}

/** What gives the sentences. @throws DTypeError */
export function sentencesOf(corpus: Corpus): Iterable<Sentence> | AsyncIterable<Sentence> {
  const source = typeof corpus === "function" ? corpus() : corpus;
  if (typeof source === "string") return [source];
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return source;
  }
  throw new DTypeError("corpus", "a string, sentences, or a function that gives them", corpus);
}

/**
 * The words of a sentence, or of several, in pieces that are not too long; with each, whether a sentence ends there.
 *
 * @throws DTypeError, RangeError
 */
export function* piecesOf(sentence: Sentence): Generator<[readonly string[], boolean]> {
  if (typeof sentence === "string") {
    for (let begin = 0; begin < sentence.length;) {
      const end = lineEnd(sentence, begin);
      yield* linePieces(sentence, begin, end);
      begin = end + 1;
    }
  } else if (Array.isArray(sentence)) {
    for (let i = 0; i < sentence.length; i++) {
      if (typeof sentence[i] !== "string") throw new DTypeError("corpus", "words as strings", sentence[i]);
      if (sentence[i] === "") throw new RangeError("corpus", "words of at least one character", '""');
    }
    if (sentence.length <= pieceWords) {
      if (sentence.length > 0) yield [sentence, true];
      return;
    }
    for (let at = 0; at < sentence.length; at += pieceWords) {
      yield [sentence.slice(at, at + pieceWords), at + pieceWords >= sentence.length];
    }
  } else throw new DTypeError("corpus", "sentences: strings or lists of words", sentence);
}

/** Where the line ends: at "\n" or "\r". Between the two of "\r\n" stands an empty line, which is none. */
function lineEnd(text: string, begin: number): number {
  for (let at = begin; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}

function* linePieces(text: string, begin: number, end: number): Generator<[readonly string[], boolean]> {
  let waiting: readonly string[] = [];
  for (let at = begin; at < end;) {
    let cut = Math.min(end, at + pieceLength);
    while (cut < end && !isSpace(text.charCodeAt(cut))) cut++;
    const words = text.slice(at, cut).match(/\S+/g);
    if (words) {
      if (waiting.length > 0) yield [waiting, false];
      waiting = words;
    }
    at = cut;
  }
  if (waiting.length > 0) yield [waiting, true];
}

function isSpace(code: number): boolean {
  return code <= 32
    ? code === 32 || (code >= 9 && code <= 13)
    : code > 127 && /\s/.test(String.fromCharCode(code));
}

/** A line that goes on for longer is cut where a word ends, so that a text without lines can be streamed too. */
const longestLine = 1 << 20;

/**
 * The lines of a text that comes in chunks, such as a file's stream through a `TextDecoderStream`. A line of more than a
 * million characters is cut between two words: it counts as several sentences.
 */
export async function* linesOf(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    if (typeof chunk !== "string") throw new DTypeError("chunks", "strings", chunk);
    rest += chunk;
    let begin = 0;
    for (let end = lineEnd(rest, 0); end < rest.length; end = lineEnd(rest, begin)) {
      if (end > begin) yield rest.slice(begin, end);
      begin = end + 1;
    }
    rest = rest.slice(begin);
    if (rest.length > longestLine) {
      let cut = rest.length - 1;
      while (cut > 0 && !isSpace(rest.charCodeAt(cut))) cut--;
      if (cut > 0) yield rest.slice(0, cut);
      rest = rest.slice(cut);
    }
  }
  if (rest !== "") yield rest;
}
