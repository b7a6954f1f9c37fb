import { nextWord, SPACES } from "../lib/nextWord";
import { addWord } from "../lib/wordTable";

/**
 * Cuts the text into words, and counts them in the table, from `from` up to the first word that begins at or after
 * `limit`. Offsets are bytes from `textPtr`; the text is of `textBytes`, and 16 more can be read.
 *
 * @returns where it stopped: before `limit` only where the table has no room for the next word
 */
export function countWords(
  table: usize,
  splitter: u32,
  textPtr: usize,
  textBytes: u32,
  from: u32,
  limit: u32,
): u32 {
  const end = textPtr + textBytes;
  const stop = textPtr + min(limit, textBytes);
  let ptr = textPtr + from;
  while (ptr < stop) {
    const next = nextWord(splitter, ptr, end);
    const dropped = splitter >= SPACES && load<u8>(ptr) === 0x0a;
    if (!dropped && !addWord(table, ptr, (next - ptr) as u32)) break;
    ptr = next;
  }
  return (ptr - textPtr) as u32;
}

