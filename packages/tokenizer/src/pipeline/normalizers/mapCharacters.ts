import type { Trace } from "../trace.js";

/**
 * Rewrites a text character by character.
 *
 * @param candidates finds, with the flag g, every character that may change, and perhaps others
 * @param map what becomes of a character: itself, where nothing does
 */
export function mapCharacters(
  text: string,
  candidates: RegExp,
  map: (character: string, codePoint: number) => string,
  trace?: Trace,
): string {
  let result = "";
  let done = 0;
  candidates.lastIndex = 0;
  for (let match = candidates.exec(text); match; match = candidates.exec(text)) {
    const character = match[0];
    const { index } = match;
    const replacement = map(character, character.codePointAt(0)!);
    if (replacement === character) continue;
    result += text.slice(done, index) + replacement;
    trace?.keep(index - done);
    trace?.replace(character.length, replacement.length);
    done = index + character.length;
  }
  if (done === 0) return text;
  trace?.keep(text.length - done);
  return result + text.slice(done);
}
