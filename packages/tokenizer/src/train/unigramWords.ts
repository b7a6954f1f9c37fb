import { spaceMark } from "../formats/spaceMark.js";
import { inherited, scriptOf } from "./unicodeScript.js";

/** How a text is cut before its pieces are looked for: see `UnigramTrainingOptions`. */
export interface UnigramCuts {
  readonly removeExtraSpaces: boolean;
  readonly addDummyPrefix: boolean;
  readonly normalizer: "none" | "nfkc";
  readonly characterCoverage: number;
  readonly splitByUnicodeScript: boolean;
  readonly splitByNumber: boolean;
  readonly splitDigits: boolean;
}

/** Distinct stretches of text that no piece crosses the ends of, ready for the kernels. */
export interface UnigramWords {
  /** The characters that are kept, in code point order: symbol s is `characters[s − 1]`. */
  readonly characters: readonly string[];
  /** All words, each with a 0 behind it. */
  readonly text: Uint32Array;
  /** u32[words + 1]: where in `text` each begins. */
  readonly starts: Uint32Array;
  /** How often each occurs. */
  readonly weights: Float64Array;
}

/**
 * Counts the words of one line: a space, written U+2581, and what follows it up to the next. The dummy prefix is a space in
 * front of the line.
 */
export function countWords(line: string, cuts: UnigramCuts, counts: Map<string, number>): void {
  let text = line.replace(/\p{Surrogate}/gu, "\uFFFD").replaceAll(spaceMark, " ");
  if (cuts.normalizer === "nfkc") text = text.normalize("NFKC");
  if (text === "") return;
  const words = text.split(" ");
  (cuts.removeExtraSpaces ? words.filter((word) => word !== "") : words).forEach((word, i) => {
    const key = i > 0 || cuts.addDummyPrefix ? spaceMark + word : word;
    if (key !== "") counts.set(key, (counts.get(key) ?? 0) + 1);
  });
}

/**
 * The characters that make up a share of all text, `coverage`, the most frequent first, and of equals the first in code
 * point order.
 */
export function coveredCharacters(counts: ReadonlyMap<string, number>, coverage: number): Set<string> {
  const frequencies = new Map<string, number>();
  addCharacters(counts, frequencies);
  return frequentCharacters(frequencies, coverage);
}

/** Adds how often each character is in the words. */
export function addCharacters(counts: ReadonlyMap<string, number>, frequencies: Map<string, number>): void {
  for (const [word, count] of counts) {
    for (const character of word) frequencies.set(character, (frequencies.get(character) ?? 0) + count);
  }
}

/** Of characters and how often each is met, those that `coveredCharacters` takes. */
export function frequentCharacters(frequencies: ReadonlyMap<string, number>, coverage: number): Set<string> {
  let total = 0;
  for (const frequency of frequencies.values()) total += frequency;
  const covered = new Set<string>();
  let sum = 0;
  const falling = [...frequencies].sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!);
  for (const [character, frequency] of falling) {
    if (coverage < 1 && sum / total >= coverage) break;
    covered.add(character);
    sum += frequency;
  }
  return covered;
}

/** Cuts words where no piece may reach across: between scripts, at digits, and at characters that are not covered. */
export function cutWords(
  counts: ReadonlyMap<string, number>,
  covered: ReadonlySet<string>,
  cuts: UnigramCuts,
): Map<string, number> {
  const parts = new Map<string, number>();
  for (const [word, count] of counts) {
    let part = "";
    let script = "";
    const close = (): void => {
      if (part !== "") parts.set(part, (parts.get(part) ?? 0) + count);
      part = "";
    };
    for (const character of word) {
      if (!covered.has(character)) {
        close();
        script = "";
        continue;
      }
      const isDigit = character >= "0" && character <= "9";
      if (cuts.splitDigits && isDigit) {
        close();
        parts.set(character, (parts.get(character) ?? 0) + count);
        script = "";
        continue;
      }
      if (character !== spaceMark) {
        let next = cuts.splitByUnicodeScript ? scriptOf(character) : "";
        if (next === inherited) next = script;
        if (!cuts.splitByNumber && isDigit) next = ""; // goes with anything
        if (next !== "" && script !== "" && next !== script) close();
        script = next;
      }
      part += character;
    }
    close();
  }
  return parts;
}

/** Numbers the characters, and writes the words one after the other in an order of their own: not that of the documents. */
export function packWords(parts: ReadonlyMap<string, number>): UnigramWords {
  const words = [...parts.keys()].sort();
  const distinct = new Set<string>();
  let length = words.length;
  for (const word of words) {
    for (const character of word) {
      distinct.add(character);
      length++;
    }
  }
  const characters = [...distinct].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const symbols = new Map(characters.map((character, i) => [character, i + 1]));
  const text = new Uint32Array(length);
  const starts = new Uint32Array(words.length + 1);
  const weights = new Float64Array(words.length);
  let end = 0;
  words.forEach((word, i) => {
    for (const character of word) text[end++] = symbols.get(character)!;
    starts[i + 1] = ++end;
    weights[i] = parts.get(word)!;
  });
  return { characters, text, starts, weights };
}
