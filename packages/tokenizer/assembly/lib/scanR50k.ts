import { Flag, flagsAt } from "./characters";
import { contractionBytes, lettersEnd, numbersEnd, othersEnd, whiteSpaceEnd } from "./scanRuns";

/**
 * The pattern of gpt2, r50k_base, p50k_base and p50k_edit:
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * @param ptr u8[end − ptr], not empty: see `nextPiece` in scan.ts
 * @returns where the piece ends that begins at ptr
 */
export function nextPieceR50k(ptr: usize, end: usize): usize {
  let at = ptr;
  let first: u32 = load<u8>(at);
  if (first == 0x20) {
    if (++at == end) return end;
    first = load<u8>(at);
  }
  const flags = flagsAt(at, first);
  if (flags & Flag.LETTER) return lettersEnd(at, end);
  if (flags & Flag.SPACE) return whiteSpaceEnd(ptr, end, false);
  if (flags & Flag.NUMBER) return numbersEnd(at, end, u32.MAX_VALUE);
  if (first == 0x27 && at == ptr && ptr + 1 < end) {
    const n = contractionBytes(load<u8>(ptr, 1), ptr + 2 < end ? load<u8>(ptr, 2) : 0);
    if (n > 0) return ptr + n;
  }
  return othersEnd(at, end);
}
