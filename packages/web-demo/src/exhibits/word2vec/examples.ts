import type { CorpusId, Questions, Settings } from "./config.js";
import { listed } from "./sentences.js";

type Example = Pick<Questions, "word" | "a" | "b" | "c" | "among">;

/** Questions to begin with. */
export const examples: Readonly<Record<"bundled" | "text" | "planted", Example>> = {
  bundled: { word: "music", a: "he", b: "his", c: "she", among: "monday friday sunday river" },
  text: { word: "king", a: "he", b: "his", c: "she", among: "hand head heart eyes king" },
  planted: { word: "king", a: "france", b: "paris", c: "italy", among: "paris rome madrid tokyo queen" },
};

/** Of a text that has none of the examples' words: one of its words that is neither rare nor everywhere. */
const ordinaryRank = 60;

/**
 * What the questions change to, where words in them are not in a vocabulary: to an example that is in it. What a visitor asked
 * stays as far as its words are known.
 */
export function exampleFor(
  asked: Settings,
  words: readonly string[],
  corpus: CorpusId | undefined,
): Partial<Settings> {
  const known = new Set(words);
  const has = (list: string): boolean => listed(list).every((word) => known.has(word));
  const example = examples[corpus === undefined ? "bundled" : corpus === "planted" ? "planted" : "text"];
  const ordinary = words[Math.min(ordinaryRank, words.length - 1)];
  return {
    ...(has(asked.word) ? {} : { word: has(example.word) ? example.word : (ordinary ?? asked.word) }),
    ...([asked.a, asked.b, asked.c].every(has) || ![example.a, example.b, example.c].every(has)
      ? {}
      : { a: example.a, b: example.b, c: example.c }),
    ...(has(asked.among) || !has(example.among) ? {} : { among: example.among }),
  };
}
