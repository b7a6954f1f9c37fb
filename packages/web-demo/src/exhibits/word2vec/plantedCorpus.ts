import { seededRandom } from "./seededRandom.js";

/** A relation between words: eight pairs that stand in it. */
export interface Relation {
  readonly name: string;
  readonly pairs: readonly (readonly [string, string])[];
}

const relation = (name: string, pairs: string): Relation => ({
  name,
  pairs: pairs.split(", ").map((pair) => pair.split(" ") as [string, string]),
});

/** Twelve relations of eight pairs; no word stands in two of them. */
export const relations: readonly Relation[] = [
  relation(
    "capital",
    "france paris, italy rome, spain madrid, japan tokyo, china beijing, egypt cairo, greece athens, norway oslo",
  ),
  relation(
    "female",
    "king queen, man woman, uncle aunt, actor actress, prince princess, father mother, brother sister, son daughter",
  ),
  relation(
    "comparative",
    "big bigger, tall taller, fast faster, old older, cold colder, loud louder, rich richer, soft softer",
  ),
  relation(
    "plural",
    "tree trees, house houses, river rivers, book books, ship ships, hand hands, bird birds, stone stones",
  ),
  relation(
    "past",
    "walk walked, sing sang, eat ate, write wrote, run ran, give gave, see saw, think thought",
  ),
  relation(
    "opposite",
    "happy unhappy, fair unfair, clear unclear, known unknown, safe unsafe, able unable, kind unkind, wise unwise",
  ),
  relation(
    "young",
    "dog puppy, cat kitten, cow calf, horse foal, sheep lamb, goat kid, bear cub, duck duckling",
  ),
  relation(
    "language",
    "germany german, russia russian, poland polish, turkey turkish, sweden swedish, finland finnish, denmark danish, hungary hungarian",
  ),
  relation(
    "adverb",
    "quick quickly, slow slowly, calm calmly, bold boldly, sad sadly, bright brightly, quiet quietly, proud proudly",
  ),
  relation(
    "workplace",
    "teacher school, doctor hospital, judge court, cook kitchen, farmer field, monk abbey, painter studio, miner mine",
  ),
  relation(
    "superlative",
    "weak weakest, strong strongest, deep deepest, dark darkest, young youngest, high highest, long longest, short shortest",
  ),
  relation(
    "participle",
    "jump jumping, swim swimming, cry crying, laugh laughing, dance dancing, sleep sleeping, read reading, fight fighting",
  ),
];

/** The pairs of a relation; of all, for another name. */
export function pairsOf(name: string): readonly (readonly [string, string])[] {
  const named = relations.filter((one) => one.name === name);
  return (named.length > 0 ? named : relations).flatMap(({ pairs }) => pairs);
}

/** Words of the corpus that the page plants. */
export const plantedWords = 300_000;

/** How a corpus is planted. */
export interface PlantedOptions {
  /** At least so many words are written. */
  words: number;
  seed: number;
}

/** Company of a pair, and of a side of a relation: words that are drawn for a sentence from so many. */
const companions = { pair: 4, side: 4 } as const;
const fillers = "the a of and in to with on by for".split(" ");

/**
 * Sentences in which each word keeps two sorts of company: words that both words of its pair stand among (what "france"
 * and "paris" share), and words that all words of its side of the relation stand among (what capitals share). So a word's
 * place in the space is about the sum of the two, and b − a is the same for all pairs of a relation: its
 * analogies are planted. The company is made of syllables, so that it does not mean anything else.
 */
export function plantedCorpus({ words, seed }: PlantedOptions): string[][] {
  const random = seededRandom(seed);
  const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const kinds = relations.flatMap(({ pairs }, r) => {
    const sides = [company("side", 2 * r), company("side", 2 * r + 1)] as const;
    return pairs.map((pair, p) => ({ pair, sides, ofPair: company("pair", 8 * r + p) }));
  });
  const sentences: string[][] = [];
  for (let written = 0; written < words;) {
    const { pair, sides, ofPair } = draw(kinds);
    const side = random() < 0.5 ? 0 : 1;
    const [before, after] = random() < 0.5 ? [ofPair, sides[side]] : [sides[side], ofPair];
    const sentence = [draw(before), draw(after), pair[side], draw(before), draw(after)];
    if (random() < 0.5) sentence.splice(Math.floor(random() * (sentence.length + 1)), 0, draw(fillers));
    sentences.push(sentence);
    written += sentence.length;
  }
  return sentences;
}

const syllables = [..."bdfgklmnprstvz"].flatMap((consonant) =>
  [..."aeiou"].map((vowel) => consonant + vowel),
);

/** Words of three syllables, other ones for each number and sort. */
function company(sort: keyof typeof companions, number: number): string[] {
  return Array.from({ length: companions[sort] }, (_, i) => {
    // 11 has no factor in common with the number of pairs of syllables: no two words are the same.
    const code = ((number * companions[sort] + i) * 11) % syllables.length ** 2;
    const [first, second] = [code % syllables.length, Math.floor(code / syllables.length)];
    return syllables[first]! + syllables[second]! + (sort === "pair" ? "no" : "zu");
  });
}

/** Every question that the pairs of a relation make: a is to b as c is to d. */
export function* plantedQuestions(): Generator<readonly [a: string, b: string, c: string, d: string]> {
  for (const { pairs } of relations) {
    for (const [a, b] of pairs) for (const [c, d] of pairs) if (a !== c) yield [a, b, c, d];
  }
}
