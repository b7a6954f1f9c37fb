import { bytesOfCharacter, Flag, flagsAt } from "./characters";
import { contractionEnd, lettersEnd, numbersEnd, othersEnd, whiteSpaceEnd } from "./scanRuns";

/**
 * The pattern of cl100k_base, which LLaMA 3 took over; Qwen 2's is the same with single numbers:
 *
 *     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *
 * @param ptr u8[end − ptr], not empty: see `nextPiece` in scan.ts
 * @param mostNumbers 3; Qwen 2: 1
 * @returns where the piece ends that begins at ptr
 */
// @ts-ignore: decorator
@inline
function nextPieceLike(ptr: usize, end: usize, mostNumbers: u32): usize {
  const first: u32 = load<u8>(ptr);
  const flags = flagsAt(ptr, first);
  if (flags & Flag.LETTER) return lettersEnd(ptr, end);
  if (flags & Flag.NUMBER) return numbersEnd(ptr, end, mostNumbers);
  if (first == 0x27) {
    const contraction = contractionEnd(ptr, end);
    if (contraction > ptr) return contraction;
  }
  let others = ptr;
  if (!(flags & Flag.NEWLINE)) {
    const next = ptr + bytesOfCharacter(first);
    if (next == end) return end;
    const flagsOfNext = flagsAt(next, load<u8>(next));
    if (flagsOfNext & Flag.LETTER) return lettersEnd(next, end);
    if (first == 0x20 && !(flagsOfNext & (Flag.NUMBER | Flag.SPACE))) others = next;
  }
  if (others == ptr && flags & Flag.SPACE) return whiteSpaceEnd(ptr, end, true);
  return newlinesEnd(othersEnd(others, end), end);
}

/** [\r\n]* */
// @ts-ignore: decorator
@inline
function newlinesEnd(ptr: usize, end: usize): usize {
  while (ptr < end && (load<u8>(ptr) == 0x0a || load<u8>(ptr) == 0x0d)) ptr++;
  return ptr;
}

/** @see nextPieceLike */
export function nextPieceCl100k(ptr: usize, end: usize): usize {
  return nextPieceLike(ptr, end, 3);
}

/** @see nextPieceLike */
export function nextPieceQwen2(ptr: usize, end: usize): usize {
  return nextPieceLike(ptr, end, 1);
}
