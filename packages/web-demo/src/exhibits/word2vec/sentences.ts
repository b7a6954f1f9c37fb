/** Scripts that put no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
/** Letters, and apostrophes between them: "don't" is one word. */
const word = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const sentenceEnd = /[.!?:;。！？：；]+|\n\s*\n/gu;

/**
 * A text as sentences of words in lower case, for a model that takes words. Sentences end at full stops and the like,
 * and at empty lines; signs and white space are left out.
 */
export function* sentencesOf(text: string): Generator<string[]> {
  const segmenter = unspaced.test(text) ? new Intl.Segmenter(undefined, { granularity: "word" }) : undefined;
  let begin = 0;
  for (const { 0: end, index } of text.matchAll(sentenceEnd)) {
    yield* wordsOf(text.slice(begin, index), segmenter);
    begin = index + end.length;
  }
  yield* wordsOf(text.slice(begin), segmenter);
}

/** A sentence's words; nothing where it has none. */
function* wordsOf(sentence: string, segmenter: Intl.Segmenter | undefined): Generator<string[]> {
  const runs = sentence.toLowerCase().match(word);
  if (!runs) return;
  yield segmenter
    ? runs.flatMap((run) => (unspaced.test(run) ? segmented(run, segmenter) : [run]))
    : [...runs];
}

function segmented(run: string, segmenter: Intl.Segmenter): string[] {
  return Array.from(segmenter.segment(run), ({ segment }) => segment);
}

/** The words of a list that a visitor typed: in lower case, each once. */
export function listed(list: string): string[] {
  const entries = list.toLowerCase().split(/[\s,;]+/);
  return [...new Set(entries)].filter((entry) => entry !== "");
}
