/** Scripts that put no spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
/** Letters, and apostrophes between them: "don't" is one word. */
const word = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const sentenceEnd = /[.!?:;。！？：；]+|\n\s*\n/u;

/**
 * A text as sentences of words in lower case, for a model that takes words. Sentences end at full stops and the like,
 * and at empty lines; signs and white space are left out.
 */
export function sentencesOf(text: string): string[][] {
  const segmenter = unspaced.test(text) ? new Intl.Segmenter(undefined, { granularity: "word" }) : undefined;
  const sentences: string[][] = [];
  for (const sentence of text.toLowerCase().split(sentenceEnd)) {
    const words = sentence.match(word) ?? [];
    const cut = segmenter ? words.flatMap((run) => (unspaced.test(run) ? segmented(run, segmenter) : [run])) : words;
    if (cut.length > 0) sentences.push([...cut]);
  }
  return sentences;
}

function segmented(run: string, segmenter: Intl.Segmenter): string[] {
  return Array.from(segmenter.segment(run), ({ segment }) => segment);
}

/** The words of a list that a visitor typed: in lower case, each once. */
export function listed(list: string): string[] {
  return [...new Set(list.toLowerCase().split(/[\s,;]+/).filter((entry) => entry !== ""))];
}
