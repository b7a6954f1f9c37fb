// Runs of characters of a class, as the patterns' `+` and `*` take them. All of them may read, and disregard, 15 bytes
// beyond the end: pieces are short, and looking at sixteen bytes at once spares a branch for each of them.
import { bytesOfCharacter, Flag, flagsAt, flagsBeyondAscii } from "./characters";

/** How many bytes from ptr on, at most 16, are ASCII letters. */
// @ts-ignore: decorator
@inline
function asciiLetters(ptr: usize): u32 {
  const fromA = i8x16.sub(v128.or(v128.load(ptr), i8x16.splat(0x20)), i8x16.splat(0x61));
  return ctz(~i8x16.bitmask(i8x16.lt_u(fromA, i8x16.splat(26))));
}

/** How many bytes from ptr on, at most 16, are spaces. */
// @ts-ignore: decorator
@inline
function asciiSpaces(ptr: usize): u32 {
  return ctz(~i8x16.bitmask(i8x16.eq(v128.load(ptr), i8x16.splat(0x20))));
}

/** \p{L}*: where the letters end that begin at ptr. */
export function lettersEnd(ptr: usize, end: usize): usize {
  while (ptr < end) {
    const n = asciiLetters(ptr);
    ptr += n;
    if (ptr >= end) return end;
    if (n == 16) continue;
    let first: u32 = load<u8>(ptr);
    if (first < 0x80) return ptr;
    do {
      if (!(flagsBeyondAscii(ptr, first) & Flag.LETTER)) return ptr;
      ptr += bytesOfCharacter(first);
      if (ptr >= end) return end;
      first = load<u8>(ptr);
    } while (first >= 0x80);
  }
  return end;
}

/** \p{N}{0,most}: where the numbers end that begin at ptr. */
export function numbersEnd(ptr: usize, end: usize, most: u32): usize {
  for (; most > 0 && ptr < end; most--) {
    const first: u32 = load<u8>(ptr);
    if (!(flagsAt(ptr, first) & Flag.NUMBER)) break;
    ptr += bytesOfCharacter(first);
  }
  return ptr;
}

/** [^\s\p{L}\p{N}]*: where the punctuation, symbols and marks end that begin at ptr. */
export function othersEnd(ptr: usize, end: usize): usize {
  while (ptr < end) {
    const first: u32 = load<u8>(ptr);
    if (flagsAt(ptr, first) & (Flag.LETTER | Flag.NUMBER | Flag.SPACE)) break;
    ptr += bytesOfCharacter(first);
  }
  return ptr;
}

/**
 * What the patterns make of white space that begins at ptr: with `newlines`, `\s*[\r\n]+`, all up to the last line end;
 * otherwise `\s+(?!\S)`, all but the last character where something follows; otherwise `\s+`, the one character.
 */
// @ts-ignore: decorator
@inline
export function whiteSpaceEnd(ptr: usize, end: usize, newlines: bool): usize {
  let at = ptr;
  let last = ptr;
  let afterNewline: usize = 0;
  while (at < end) {
    const n = asciiSpaces(at);
    if (n > 0) {
      at = min(at + n, end);
      last = at - 1;
      continue;
    }
    const first: u32 = load<u8>(at);
    const flags = flagsAt(at, first);
    if (!(flags & Flag.SPACE)) break;
    last = at;
    at += bytesOfCharacter(first);
    if (newlines && flags & Flag.NEWLINE) afterNewline = at;
  }
  if (newlines && afterNewline) return afterNewline;
  return at == end || last == ptr ? at : last;
}

/**
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)?: where the contraction ends that begins at ptr, or ptr itself where none does. In the
 * simple case folding of Unicode `s` is also U+017F ſ.
 */
export function contractionEnd(ptr: usize, end: usize): usize {
  if (ptr + 1 >= end || load<u8>(ptr) != 0x27) return ptr;
  const first: u32 = load<u8>(ptr, 1);
  const n = contractionBytes(first | 0x20, ptr + 2 < end ? <u32>load<u8>(ptr, 2) | 0x20 : 0);
  if (n > 0) return ptr + n;
  return first == 0xc5 && ptr + 2 < end && load<u8>(ptr, 2) == 0xbf ? ptr + 3 : ptr;
}

/** 's|'t|'re|'ve|'m|'ll|'d: how long the contraction is whose letters these are, 0 where they are those of none. */
// @ts-ignore: decorator
@inline
export function contractionBytes(first: u32, second: u32): u32 {
  if (first == 0x73 || first == 0x74 || first == 0x6d || first == 0x64) return 2;
  if ((first == 0x72 || first == 0x76) && second == 0x65) return 3;
  return first == 0x6c && second == 0x6c ? 3 : 0;
}
