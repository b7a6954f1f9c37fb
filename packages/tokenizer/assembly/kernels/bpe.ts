import { BpeModel, NONE } from "../lib/bpeModel";
import { addPair, addToken, findPair, findToken } from "../lib/bpeTables";
import { characterLength } from "../lib/utf8";

/** Adds the tokens whose ids are in `[begin, end)` and that have bytes. */
export function bpeAddTokens(model: usize, begin: u32, end: u32): void {
  const bpe = changetype<BpeModel>(model);
  for (let id = begin; id < end; id++) {
    const offset = bpe.offsets + (<usize>id << 2);
    if (load<u32>(offset) != load<u32>(offset, 4)) addToken(bpe, id);
  }
}

/** Alphabet "bytes": finds the token of each byte. */
export function bpeFindBytes(model: usize): void {
  const bpe = changetype<BpeModel>(model);
  for (let byte: u32 = 0; byte < 256; byte++) {
    store<u8>(bpe.scratch, byte);
    store<u32>(bpe.byteIds + (<usize>byte << 2), findToken(bpe, bpe.scratch, 1));
  }
}

/**
 * Finds the pairs that merge where any two that make a token may: a token is made by one pair at most, the one that is left
 * when its own bytes are merged by the pairs of shorter tokens. (Inside a span that becomes the token, merges come in
 * the same order in isolation as in any context, because the choice by priority, then by place, restricts to the span.)
 * `order`: u32[n], ids by rising length. A token whose bytes do not come down to two is unreachable.
 */
export function bpeFindPairs(model: usize, order: usize, n: u32): void {
  const bpe = changetype<BpeModel>(model);
  for (let i: u32 = 0; i < n; i++) {
    const id = load<u32>(order + (<usize>i << 2));
    const offset = load<u32>(bpe.offsets + (<usize>id << 2));
    const length = load<u32>(bpe.offsets + (<usize>id << 2), 4) - offset;
    const parts = mergeAll(bpe, bpe.bytes + offset, length);
    if (parts != 2) continue;
    const priority = bpe.priorities == 0 ? id : load<u32>(bpe.priorities + (<usize>id << 2));
    addPair(bpe, load<u32>(bpe.scratch), load<u32>(bpe.scratch + 16), id, priority);
  }
}

/**
 * Adds merges `[begin, end)` of those at `pairs` (u32[2 · n], left and right), the number being the priority.
 *
 * @returns the first whose tokens together are no token, or `end`
 */
export function bpeAddPairs(model: usize, pairs: usize, begin: u32, end: u32): u32 {
  const bpe = changetype<BpeModel>(model);
  for (let i = begin; i < end; i++) {
    const left = load<u32>(pairs + (<usize>i << 3));
    const right = load<u32>(pairs + (<usize>i << 3), 4);
    const leftOffset = load<u32>(bpe.offsets + (<usize>left << 2));
    const leftLength = load<u32>(bpe.offsets + (<usize>left << 2), 4) - leftOffset;
    const rightOffset = load<u32>(bpe.offsets + (<usize>right << 2));
    const rightLength = load<u32>(bpe.offsets + (<usize>right << 2), 4) - rightOffset;
    memory.copy(bpe.scratch, bpe.bytes + leftOffset, leftLength);
    memory.copy(bpe.scratch + leftLength, bpe.bytes + rightOffset, rightLength);
    const result = findToken(bpe, bpe.scratch, leftLength + rightLength);
    if (result == NONE) return i;
    addPair(bpe, left, right, result, i);
  }
  return end;
}

// A part of a piece, in scratch: {id, end in bytes, result of merging it with the next, priority of that}.

/** Cuts into bytes or characters, all of which are tokens, and merges until nothing can; returns the number of parts. */
function mergeAll(bpe: BpeModel, pointer: usize, length: u32): u32 {
  const parts = bpe.scratch;
  let n: u32 = 0;
  for (let i: u32 = 0; i < length; n++) {
    const step = bpe.characters == 0 ? 1 : characterLength(pointer + i);
    const part = parts + (<usize>n << 4);
    const id = bpe.characters == 0 ? load<u32>(bpe.byteIds + (<usize>load<u8>(pointer + i) << 2)) : findToken(bpe, pointer + i, step);
    i += step;
    store<u32>(part, id);
    store<u32>(part, i, 4);
  }
  for (let i: u32 = 0; i < n; i++) rate(bpe, parts, i, n);
  while (true) {
    let best: u32 = 0;
    let least: u32 = NONE;
    for (let i: u32 = 0; i + 1 < n; i++) {
      const priority = load<u32>(parts + (<usize>i << 4), 12);
      if (priority < least) {
        least = priority;
        best = i;
      }
    }
    if (least == NONE) return n;
    const part = parts + (<usize>best << 4);
    store<u32>(part, load<u32>(part, 8));
    store<u32>(part, load<u32>(part, 20), 4);
    n--;
    memory.copy(part + 16, part + 32, (<usize>(n - best - 1)) << 4);
    rate(bpe, parts, best, n);
    if (best > 0) rate(bpe, parts, best - 1, n);
  }
}

function rate(bpe: BpeModel, parts: usize, i: u32, n: u32): void {
  const part = parts + (<usize>i << 4);
  let result = NONE;
  let priority = NONE;
  if (i + 1 < n) {
    const entry = findPair(bpe, load<u32>(part), load<u32>(part, 16));
    if (load<u32>(entry) != NONE) {
      result = load<u32>(entry, 8);
      priority = load<u32>(entry, 12);
    }
  }
  store<u32>(part, result, 8);
  store<u32>(part, priority, 12);
}

/** The ids of a piece, and where they end in it, if `endsPtr` is not 0. */
export function bpeEncodePiece(model: usize, piecePtr: usize, pieceLen: u32, outPtr: usize, endsPtr: usize): u32 {
  const bpe = changetype<BpeModel>(model);
  if (bpe.wholePieces) {
    const id = findToken(bpe, piecePtr, pieceLen);
    if (id != NONE) {
      store<u32>(outPtr, id);
      if (endsPtr) store<u32>(endsPtr, pieceLen);
      return 1;
    }
  }
  const n = mergeAll(bpe, piecePtr, pieceLen);
  for (let i: u32 = 0; i < n; i++) {
    const part = bpe.scratch + (<usize>i << 4);
    store<u32>(outPtr + (<usize>i << 2), load<u32>(part));
    if (endsPtr) store<u32>(endsPtr + (<usize>i << 2), load<u32>(part, 4));
  }
  return n;
}
