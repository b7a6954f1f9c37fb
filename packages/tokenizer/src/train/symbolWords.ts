import type { SymbolWords } from "./mergeTrainer.js";

/**
 * Words as the numbers of their symbols.
 *
 * @param counts how often each word was met
 * @param numberOf the number of a character, which is the first of its word or not
 */
export function symbolWords(
  counts: ReadonlyMap<string, number>,
  numberOf: (character: string, isFirst: boolean) => number,
): SymbolWords {
  const offsets = new Uint32Array(counts.size + 1);
  let length = 0;
  for (const word of counts.keys()) length += word.length;
  const symbols = new Uint32Array(length);
  let at = 0;
  let index = 0;
  for (const word of counts.keys()) {
    const begin = at;
    for (const character of word) symbols[at++] = numberOf(character, at === begin + 1);
    offsets[++index] = at;
  }
  return { symbols, offsets, counts: Float64Array.from(counts.values()) };
}
