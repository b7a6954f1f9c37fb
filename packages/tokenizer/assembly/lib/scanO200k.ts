import { bytesOfCharacter, Flag, flagsAt, flagsBeyondAscii } from "./characters";
import { contractionEnd, numbersEnd, othersEnd, whiteSpaceEnd } from "./scanRuns";

/**
 * The pattern of o200k_base and o200k_harmony. With U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], W = [\p{Ll}\p{Lm}\p{Lo}\p{M}] and
 * C = (?i:'s|'t|'re|'ve|'m|'ll|'d):
 *
 *     [^\r\n\p{L}\p{N}]?U*W+C?|[^\r\n\p{L}\p{N}]?U+W*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
 *
 * @param ptr u8[end − ptr], not empty: see `nextPiece` in scan.ts
 * @returns where the piece ends that begins at ptr
 */
export function nextPieceO200k(ptr: usize, end: usize): usize {
  const first: u32 = load<u8>(ptr);
  const flags = flagsAt(ptr, first);
  // A mark may be what comes before a word, and in a word as well: either way the piece ends at the same place.
  if (flags & (Flag.UPPER | Flag.LOWER)) return contractionEnd(wordEnd(ptr, end), end);
  if (flags & Flag.NUMBER) return numbersEnd(ptr, end, 3);
  let others = ptr;
  if (!(flags & Flag.NEWLINE)) {
    const next = ptr + bytesOfCharacter(first);
    if (next == end) return end;
    const word = wordEnd(next, end);
    if (word > next) return contractionEnd(word, end);
    if (first == 0x20 && !(flagsAt(next, load<u8>(next)) & (Flag.NUMBER | Flag.SPACE))) others = next;
  }
  if (others == ptr && flags & Flag.SPACE) return whiteSpaceEnd(ptr, end, true);
  return newlinesAndSlashesEnd(othersEnd(others, end), end);
}

/** U*W+|U+W*, or ptr itself where neither is. Of ASCII in one step, where the word has fewer than 16 letters. */
// @ts-ignore: decorator
@inline
function wordEnd(ptr: usize, end: usize): usize {
  const bytes = v128.load(ptr);
  const upper = i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(26)));
  const lower = i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x61)), i8x16.splat(26)));
  const uppers = ctz(~upper);
  const next = ptr + uppers + ctz(~(lower >> uppers));
  if (next >= end) return end;
  return next < ptr + 16 && load<u8>(next) < 0x80 ? next : longWordEnd(ptr, end);
}

function longWordEnd(ptr: usize, end: usize): usize {
  let at = ptr;
  // U*, greedily, and where the last of its characters ends that W has too.
  let afterLower: usize = 0;
  while (at < end) {
    const first: u32 = load<u8>(at);
    const flags = flagsAt(at, first);
    if (!(flags & Flag.UPPER)) break;
    at += bytesOfCharacter(first);
    if (flags & Flag.LOWER) afterLower = at;
  }
  const afterUpper = at;
  while (at < end) {
    const first: u32 = load<u8>(at);
    if (!(flagsAt(at, first) & Flag.LOWER)) break;
    at += bytesOfCharacter(first);
  }
  // W+ found nothing: U* gives back characters until it does, and where it never does, U+W* takes them all.
  return at == afterUpper && afterLower ? afterLower : at;
}

/** [\r\n/]* */
// @ts-ignore: decorator
@inline
function newlinesAndSlashesEnd(ptr: usize, end: usize): usize {
  while (ptr < end && (load<u8>(ptr) == 0x0a || load<u8>(ptr) == 0x0d || load<u8>(ptr) == 0x2f)) ptr++;
  return ptr;
}
