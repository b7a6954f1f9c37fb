import { nextPieceCl100k, nextPieceQwen2 } from "./scanCl100k";
import { nextPieceO200k } from "./scanO200k";
import { nextPieceR50k } from "./scanR50k";

/** The numbers of the scanners, as in src/engine/scanners.ts. */
export namespace Scanner {
  // @ts-ignore: decorator
  @inline export const R50K: u32 = 0;
  // @ts-ignore: decorator
  @inline export const CL100K: u32 = 1;
  // @ts-ignore: decorator
  @inline export const O200K: u32 = 2;
  // @ts-ignore: decorator
  @inline export const QWEN2: u32 = 3;
}

/**
 * Where the piece ends that begins at ptr: what the scanner's pattern matches there. Every character is in some piece, and
 * pieces have at least one, so `while (ptr < end) ptr = nextPiece(scanner, ptr, end)` cuts the whole text. A loop over
 * one scanner saves the choice by calling its own function.
 *
 * ptr < end, both between characters of well-formed UTF-8, and the 15 bytes from end on can be read: any bytes do, they
 * change nothing.
 *
 * Where more text follows at end, the last pieces may come out otherwise. Which ones has no bound in bytes (line ends among
 * white space, and capitals after CJK in o200k, are seen far behind the piece), but it has one in pieces: **all but the last
 * four are final**. For a piece is decided by at most three bytes behind it (a contraction) and the one run of white space or
 * of capitals behind it, with the character that ends the run; the next piece covers that run, and if it does not touch the
 * end the run is complete. The last piece touches the end; the one before may be decided by it; and the two before those
 * have three bytes behind them. A text may also be cut, whatever the scanner, before a space (U+0020) that follows a letter.
 */
// @ts-ignore: decorator
@inline
export function nextPiece(scanner: u32, ptr: usize, end: usize): usize {
  switch (scanner) {
    case Scanner.R50K:
      return nextPieceR50k(ptr, end);
    case Scanner.CL100K:
      return nextPieceCl100k(ptr, end);
    case Scanner.O200K:
      return nextPieceO200k(ptr, end);
    default:
      return nextPieceQwen2(ptr, end);
  }
}
