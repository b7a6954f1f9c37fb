import { buildTrie } from "../lib/bpeLong";
import { mergeAll } from "../lib/bpeMerge";
import { BpeModel, NONE } from "../lib/bpeModel";
import { addPair, addToken, findToken } from "../lib/bpeTables";

/** Adds the tokens whose ids are in `[begin, end)` and that have bytes. */
export function bpeAddTokens(model: usize, begin: u32, end: u32): void {
  const bpe = changetype<BpeModel>(model);
  for (let id = begin; id < end; id++) {
    const offset = bpe.offsets + (<usize>id << 2);
    if (load<u32>(offset) != load<u32>(offset, 4)) addToken(bpe, id);
  }
}

/** Finds which single bytes are tokens. */
export function bpeFindBytes(model: usize): void {
  const bpe = changetype<BpeModel>(model);
  for (let byte: u32 = 0; byte < 256; byte++) {
    store<u8>(bpe.joined, <u8>byte);
    const id = findToken(bpe, bpe.joined, 1);
    store<u8>(bpe.knownBytes + byte, id == NONE ? 0 : 1);
    if (bpe.characters == 0) store<u32>(bpe.byteIds + (<usize>byte << 2), id);
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
    if (mergeAll(bpe, bpe.bytes + offset, length, bpe.parts, 1) != 2) continue;
    const left = load<u32>(bpe.parts);
    const right = load<u32>(bpe.parts + 16);
    if (left != NONE && right != NONE) addPair(bpe, left, right, id);
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
    memory.copy(bpe.joined, bpe.bytes + leftOffset, leftLength);
    memory.copy(bpe.joined + leftLength, bpe.bytes + rightOffset, rightLength);
    const result = findToken(bpe, bpe.joined, leftLength + rightLength);
    if (result == NONE) return i;
    // 0 is no merge.
    store<u32>(bpe.results + (<usize>(i + 1) << 2), result);
    addPair(bpe, left, right, i + 1);
  }
  return end;
}

/** What long pieces need: see `buildTrie`. */
export function bpeBuildTrie(model: usize, order: usize, n: u32): bool {
  return buildTrie(changetype<BpeModel>(model), order, n);
}
