import { nextPiece } from "../lib/scan";
import { isScannerCut, isWordCut } from "../lib/cut";
import { BpeModel } from "../lib/bpeModel";
import { bpeEncodeCached, bpeEncodePiece, NEEDS_MORE } from "./bpeEncode";
import { unigramBegin, unigramEncodePiece } from "./unigram";
import { wordPieceEncodePiece } from "./wordPiece";

/** What kind of model a header belongs to; src/engine/engineMemory.ts has the same numbers. */
export const BPE: u32 = 0;
export const UNIGRAM: u32 = 1;
export const WORD_PIECE: u32 = 2;

// Scanners beside those of lib/scan: one that cuts nothing, and one that cuts before U+2581 where it follows something else.
const WHOLE: u32 = 254;
const WORDS: u32 = 255;

// @ts-ignore: decorator
@inline
function pieceEnd(scanner: u32, piece: usize, limit: usize, end: usize): usize {
  if (scanner == WHOLE) return limit;
  if (scanner != WORDS) return nextPiece(scanner, piece, end);
  let p = piece + 1;
  while (p < end && !isWordCut(piece, p)) p++;
  return p;
}

/**
 * The last place found behind `begin` where a piece begins whatever follows `end`, or `begin`: where bytes alone show it, or
 * else before the last four pieces (see `nextPiece`).
 */
export function lastCut(scanner: u32, begin: usize, end: usize): usize {
  if (scanner == WHOLE || end - begin < 4) return begin;
  for (let p = end - 3; p > begin; p--) {
    if (scanner == WORDS ? isWordCut(begin, p) : isScannerCut(begin, p)) return p;
  }
  if (scanner == WORDS) return begin;
  let fourth = begin;
  let third = begin;
  let second = begin;
  let last = begin;
  for (let p = begin; p < end; p = nextPiece(scanner, p, end)) {
    fourth = third;
    third = second;
    second = last;
    last = p;
  }
  return fourth;
}

// @ts-ignore: decorator
@inline
function encodePiece(kind: u32, model: usize, piece: usize, length: u32, out: usize, ends: usize): u32 {
  if (kind == UNIGRAM) return unigramEncodePiece(model, piece, length, out, ends);
  if (kind == WORD_PIECE) return wordPieceEncodePiece(model, piece, length, out, ends);
  if (ends == 0) return bpeEncodeCached(changetype<BpeModel>(model), piece, length, out);
  return bpeEncodePiece(model, piece, length, out, ends);
}

/**
 * Cuts `[textPtr, endPtr)` into pieces and encodes those that begin before `limitPtr`, where a piece begins too.
 *
 * @param outPtr u32[2 · bytes + 16]
 * @param endsPtr as many, for the ends of tokens, counted from `textPtr`; or 0
 * @returns the number of ids, or NEEDS_MORE
 */
export function encodeText(
  kind: u32,
  model: usize,
  scanner: u32,
  textPtr: usize,
  limitPtr: usize,
  endPtr: usize,
  outPtr: usize,
  endsPtr: usize,
): u32 {
  let n: u32 = 0;
  for (let piece = textPtr; piece < limitPtr; ) {
    const next = pieceEnd(scanner, piece, limitPtr, endPtr);
    const more = encodePiece(kind, model, piece, <u32>(next - piece), outPtr + (<usize>n << 2), endsPtr ? endsPtr + (<usize>n << 2) : 0);
    if (more == NEEDS_MORE) return NEEDS_MORE;
    if (endsPtr) shift(endsPtr + (<usize>n << 2), more, <u32>(piece - textPtr));
    n += more;
    piece = next;
  }
  return n;
}

/** Encodes pieces that are known: `pieces` is u32[n], where each ends, in bytes from `textPtr`. Returns as `encodeText`. */
export function encodePieces(
  kind: u32,
  model: usize,
  textPtr: usize,
  pieces: usize,
  pieceCount: u32,
  outPtr: usize,
  endsPtr: usize,
): u32 {
  let n: u32 = 0;
  let begin: u32 = 0;
  for (let i: u32 = 0; i < pieceCount; i++) {
    const end = load<u32>(pieces + (<usize>i << 2));
    if (end > begin) {
      if (kind == UNIGRAM) unigramBegin(model);
      const ends = endsPtr ? endsPtr + (<usize>n << 2) : 0;
      const more = encodePiece(kind, model, textPtr + begin, end - begin, outPtr + (<usize>n << 2), ends);
      if (more == NEEDS_MORE) return NEEDS_MORE;
      if (ends) shift(ends, more, begin);
      n += more;
    }
    begin = end;
  }
  return n;
}

function shift(ends: usize, n: u32, by: u32): void {
  for (let i: u32 = 0; i < n; i++, ends += 4) store<u32>(ends, load<u32>(ends) + by);
}
