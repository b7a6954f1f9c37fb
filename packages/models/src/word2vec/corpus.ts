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
