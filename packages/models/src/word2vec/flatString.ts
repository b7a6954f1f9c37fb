/**
 * The same string in memory of its own. Engines keep a longer part of a string as a pointer into the whole, which then stays
 * in memory as long as the part: of each new word, its line.
 */
export function flatString(text: string): string {
  return text.length < 12 ? text : text.split("").join("");
}
