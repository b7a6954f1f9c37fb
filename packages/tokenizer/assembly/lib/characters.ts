import { classRuns } from "../generated/classes";

/** What the scanners' patterns know of a character: a sum of these. None of them: punctuation, symbols, the rest. */
export namespace Flag {
  /** \p{L} */
  // @ts-ignore: decorator
  @inline export const LETTER: u32 = 1;
  /** \p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M} */
  // @ts-ignore: decorator
  @inline export const UPPER: u32 = 2;
  /** \p{Ll}\p{Lm}\p{Lo}\p{M} */
  // @ts-ignore: decorator
  @inline export const LOWER: u32 = 4;
  /** \p{N} */
  // @ts-ignore: decorator
  @inline export const NUMBER: u32 = 8;
  /** \p{White_Space} */
  // @ts-ignore: decorator
  @inline export const SPACE: u32 = 16;
  /** [\r\n] */
  // @ts-ignore: decorator
  @inline export const NEWLINE: u32 = 32;
}

/** The flags of the classes of scripts/buildUnicode.mjs: other, Lu Lt, Ll, Lm Lo, M, N, White_Space. */
const flagsOf: usize = memory.data<u8>([
  0,
  <u8>(Flag.LETTER | Flag.UPPER),
  <u8>(Flag.LETTER | Flag.LOWER),
  <u8>(Flag.LETTER | Flag.UPPER | Flag.LOWER),
  <u8>(Flag.UPPER | Flag.LOWER),
  <u8>Flag.NUMBER,
  <u8>Flag.SPACE,
]);
const CLASSES: u32 = 7;

// The table: for every 64 code points the place of their 64 flags in `flags`. The last byte of a character in UTF-8 is
// the place in those 64, and the bytes before it are the number of the 64. Blocks of one class are shared.
const CODE_POINTS: u32 = 0x110000;
const BLOCK: u32 = 64;
const MOST_BLOCKS: u32 = 400;
const blocks: usize = memory.data(((CODE_POINTS / BLOCK) << 1) as i32, 16);
const flags: usize = memory.data((MOST_BLOCKS * BLOCK) as i32, 16);
const sharedBlocks: usize = memory.data(CLASSES << 1, 2);

expand();

/** Writes the table from the runs. ASCII comes to lie at its beginning, its two blocks being the first. */
function expand(): void {
  memory.fill(sharedBlocks, 0xff, CLASSES << 1);
  let run = classRuns;
  let free: u32 = 0;
  for (let at: u32 = 0; at < CODE_POINTS; ) {
    const ofClass: u32 = load<u8>(run) >> 5;
    let length: u32 = load<u8>(run++) & 31;
    if (length == 0) {
      for (let shift: u32 = 0, more = true; more; shift += 7) {
        more = load<u8>(run) > 127;
        length |= (<u32>load<u8>(run++) & 127) << shift;
      }
    }
    const flag = load<u8>(flagsOf + ofClass);
    for (const end = at + length; at < end; ) {
      const block = blocks + ((at / BLOCK) << 1);
      const inBlock = at % BLOCK;
      const n = min(end - at, BLOCK - inBlock);
      const shared = sharedBlocks + (ofClass << 1);
      if (n == BLOCK && load<u16>(shared) != 0xffff) {
        store<u16>(block, load<u16>(shared));
      } else {
        if (inBlock == 0) {
          store<u16>(block, <u16>free);
          if (n == BLOCK) store<u16>(shared, <u16>free);
          free += BLOCK;
        }
        memory.fill(flags + load<u16>(block) + inBlock, flag, n);
      }
      at += n;
    }
  }
  store<u8>(flags + 0x0a, <u8>(Flag.SPACE | Flag.NEWLINE));
  store<u8>(flags + 0x0d, <u8>(Flag.SPACE | Flag.NEWLINE));
}

/** The flags of an ASCII character. */
// @ts-ignore: decorator
@inline
export function flagsOfAscii(byte: u32): u32 {
  return load<u8>(flags + byte);
}

/** How many bytes the character has that begins with this byte. */
// @ts-ignore: decorator
@inline
export function bytesOfCharacter(first: u32): u32 {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The flags of the character at ptr, of well-formed UTF-8, which begins with the byte `first`. */
// @ts-ignore: decorator
@inline
export function flagsAt(ptr: usize, first: u32): u32 {
  return first < 0x80 ? flagsOfAscii(first) : flagsBeyondAscii(ptr, first);
}

export function flagsBeyondAscii(ptr: usize, first: u32): u32 {
  let block: u32;
  let last: u32 = load<u8>(ptr, 1);
  if (first < 0xe0) {
    block = first & 31;
  } else if (first < 0xf0) {
    block = ((first & 15) << 6) | (last & 63);
    last = load<u8>(ptr, 2);
  } else {
    block = ((first & 7) << 12) | ((last & 63) << 6) | (load<u8>(ptr, 2) & 63);
    last = load<u8>(ptr, 3);
  }
  // Ill-formed bytes (0xf4 0x90 and beyond) are kept inside the table.
  return load<u8>(flags + load<u16>(blocks + (min(block, CODE_POINTS / BLOCK - 1) << 1)) + (last & 63));
}
