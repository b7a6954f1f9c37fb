import { nextPiece } from "./scan";

/** How a text is cut into words: a compiled scanner's number, or one of these. */
export const WHOLE: u32 = 16;
export const SPACES: u32 = 17;
export const SPACE_RUNS: u32 = 18;

const SPACE: u32 = 0x20;
const NEWLINE: u32 = 0x0a;

/** Where the word that begins at `ptr` ends. There is at least one byte before `end`. */
// @ts-ignore: decorator
@inline
export function nextWord(splitter: u32, ptr: usize, end: usize): usize {
  if (splitter < WHOLE) return nextPiece(splitter, ptr, end);
  return splitter === WHOLE ? end : nextSpacedWord(splitter === SPACE_RUNS, ptr, end);
}

/**
 * A word and the space before it, as SentencePiece cuts. Of several spaces each is a word, or with `runs` all together,
 * but for the last one before other characters, which is theirs. A newline is a word of its own (and no one's).
 */
function nextSpacedWord(runs: bool, ptr: usize, end: usize): usize {
  let at = ptr;
  if (load<u8>(at) === NEWLINE) return at + 1;
  if (load<u8>(at) === SPACE) {
    do at++;
    while (runs && at < end && load<u8>(at) === SPACE);
    if (at === end || load<u8>(at) === NEWLINE) return at;
    if (at - ptr > 1) return at - 1;
  }
  while (at < end && load<u8>(at) !== SPACE && load<u8>(at) !== NEWLINE) at++;
  return at;
}
