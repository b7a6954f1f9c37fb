import type { Pacer } from "./pacer.js";

/** Words to a stretch of work that is not interrupted. */
const STRETCH = 1024;

/** The same words, with a pause between them where one is due. */
export async function* paced<T>(words: Iterable<T>, pacer: Pacer): AsyncGenerator<T[], undefined, undefined> {
  let stretch: T[] = [];
  for (const word of words) {
    if (stretch.push(word) < STRETCH) continue;
    yield stretch;
    stretch = [];
    if (pacer.due) await pacer.pause();
  }
  yield stretch;
}

/** How often each character was met. */
export async function countCharacters(
  counts: ReadonlyMap<string, number>,
  pacer: Pacer,
): Promise<Map<string, number>> {
  const frequencies = new Map<string, number>();
  for await (const stretch of paced(counts, pacer)) {
    for (const [word, count] of stretch) {
      for (const character of word) frequencies.set(character, (frequencies.get(character) ?? 0) + count);
    }
  }
  return frequencies;
}
