// Byte-pair encoding of long pieces in linear time, by backtracking (github/rust-gems, crates/bpe, README).
//
// Tokens t₁ … tₙ are the encoding of their joined bytes just when each neighbouring pair is that of its own: the first merge
// across a place between two of them would happen in the two alone as well, because the choice (least priority, then leftmost)
// restricts to a span that no merge has left yet. So: take the longest token that fits the text here and its left neighbour; where
// none does, go back one token, remember that nothing begins here, and try a shorter one.
//
// The longest token comes from a trie: edges {node << 8 | byte, child} in a hash table, where the node of a token is its id,
// other nodes have higher numbers, and the root is the last number of all.
import { BpeModel, NONE } from "./bpeModel";
import { findPair, leftOf, priorityOf, resultOf, rightOf } from "./bpeTables";
import { mergeAll } from "./bpeMerge";
import { characterLength } from "./utf8";

const ROOT: u32 = 0xffffff;
const FREE: u64 = ~(<u64>0);

// @ts-ignore: decorator
@inline
function findEdge(model: BpeModel, node: u32, byte: u32): usize {
  const key = (node << 8) | byte;
  const mask = (<u32>1 << (32 - model.trieShift)) - 1;
  let slot = (key * 0x9e3779b1) >> model.trieShift;
  let entry = model.trie + (<usize>slot << 3);
  while (load<u64>(entry) != FREE && load<u32>(entry) != key) {
    slot = (slot + 1) & mask;
    entry = model.trie + (<usize>slot << 3);
  }
  return entry;
}

/** The longest token that begins at `pointer`, or NONE. */
function longestToken(model: BpeModel, pointer: usize, end: usize): u32 {
  const size = model.size;
  let token = NONE;
  let node = ROOT;
  for (; pointer < end; pointer++) {
    const entry = findEdge(model, node, load<u8>(pointer));
    if (load<u64>(entry) == FREE) break;
    node = load<u32>(entry, 4);
    if (node < size) token = node;
  }
  return token;
}

/**
 * Builds the trie and the tokens' splits. `order`: u32[n], the ids of tokens that text may become, by rising length.
 *
 * @returns false where more than three quarters of the slots would be taken; all must be free (all bits set) at first
 */
export function buildTrie(model: BpeModel, order: usize, n: u32): bool {
  const capacity = (<u32>3 << (32 - model.trieShift)) >> 2;
  let edges: u32 = 0;
  let node = model.size;
  if (model.canonical) splitByPairs(model);
  for (let i: u32 = 0; i < n; i++) {
    const id = load<u32>(order + (<usize>i << 2));
    const begin = model.bytes + load<u32>(model.offsets + (<usize>id << 2));
    const end = model.bytes + load<u32>(model.offsets + (<usize>id << 2), 4);
    if (!splitToken(model, id, begin, <u32>(end - begin))) continue;
    let at = ROOT;
    let shorter = NONE;
    let p = begin;
    const left = load<u32>(model.splits + (<usize>id << 4));
    if (left != NONE) {
      at = left;
      shorter = left;
      const offset = model.offsets + (<usize>left << 2);
      p += load<u32>(offset, 4) - load<u32>(offset);
    }
    for (; p < end; p++) {
      const entry = findEdge(model, at, load<u8>(p));
      if (load<u64>(entry) == FREE) {
        if (++edges > capacity) return false;
        store<u32>(entry, (at << 8) | <u32>load<u8>(p));
        store<u32>(entry, p + 1 == end ? id : node++, 4);
      }
      at = load<u32>(entry, 4);
      if (p + 1 < end && at < model.size) shorter = at;
    }
    store<u32>(model.splits + (<usize>id << 4), shorter, 12);
  }
  return true;
}

/** Writes all tokens' splits from the pairs, where a token is made by one pair only. */
function splitByPairs(model: BpeModel): void {
  const end = model.pairs + (<usize>8 << (64 - model.pairsShift));
  for (let entry = model.pairs; entry < end; entry += 8) {
    const merge = load<u64>(entry);
    if (merge) writeSplit(model, resultOf(model, merge), merge);
  }
}

function writeSplit(model: BpeModel, id: u32, merge: u64): void {
  const split = model.splits + (<usize>id << 4);
  store<u32>(split, leftOf(merge));
  store<u32>(split, rightOf(merge), 4);
  store<u32>(split, priorityOf(model, merge) + 1, 8);
}

/** Sees that the token's split is written: the two that merge to it, and when. False where merges do not come to it. */
function splitToken(model: BpeModel, id: u32, begin: usize, length: u32): bool {
  const split = model.splits + (<usize>id << 4);
  if (length == (model.characters == 0 ? 1 : characterLength(begin))) {
    store<u64>(split, ~(<u64>0));
    store<u32>(split, 0, 8);
    return true;
  }
  if (model.canonical == 0) {
    if (mergeAll(model, begin, length, model.parts, 2) != 2) return false;
    const merge = findPair(model, load<u32>(model.parts), load<u32>(model.parts, 16));
    if (merge == 0 || resultOf(model, merge) != id) return false;
    writeSplit(model, id, merge);
  }
  if (load<u32>(split) == NONE) return false;
  const when = load<u32>(split, 8);
  if (when <= timeOf(model, load<u32>(split)) || when <= timeOf(model, load<u32>(split, 4))) model.monotone = 0;
  return true;
}

/** 0 for bytes and characters, else one more than the priority of the merge that makes it. */
// @ts-ignore: decorator
@inline
function timeOf(model: BpeModel, id: u32): u32 {
  return load<u32>(model.splits + (<usize>id << 4), 8);
}

/** Whether two tokens side by side stay two. */
function isPair(model: BpeModel, left: u32, right: u32): bool {
  if (model.monotone == 0) return isPairByMerging(model, left, right);
  // Merges are undone, the last first, and at each time the two at the border must not have merged before it.
  let limit = NONE;
  let leftTime = timeOf(model, left);
  let rightTime = timeOf(model, right);
  while (true) {
    const merge = findPair(model, left, right);
    if (merge != 0 && priorityOf(model, merge) + 1 < limit) return false;
    if (leftTime > rightTime) {
      limit = leftTime;
      left = load<u32>(model.splits + (<usize>left << 4), 4);
      leftTime = timeOf(model, left);
    } else {
      if (rightTime == 0) return true;
      // Of merges with one priority the one on the left comes first: here the one across the border.
      limit = rightTime + 1;
      right = load<u32>(model.splits + (<usize>right << 4));
      rightTime = timeOf(model, right);
    }
  }
}

/** The same by definition, where the order of merges in time is not that of their priorities. */
function isPairByMerging(model: BpeModel, left: u32, right: u32): bool {
  const leftOffset = load<u32>(model.offsets + (<usize>left << 2));
  const leftLength = load<u32>(model.offsets + (<usize>left << 2), 4) - leftOffset;
  const rightOffset = load<u32>(model.offsets + (<usize>right << 2));
  const rightLength = load<u32>(model.offsets + (<usize>right << 2), 4) - rightOffset;
  // The parts of two of the longest tokens are followed by room for their bytes.
  const both = model.joined;
  memory.copy(both, model.bytes + leftOffset, leftLength);
  memory.copy(both + leftLength, model.bytes + rightOffset, rightLength);
  const n = mergeAll(model, both, leftLength + rightLength, model.parts, 1);
  return n == 2 && load<u32>(model.parts) == left && load<u32>(model.parts, 16) == right;
}

/**
 * The ids of a piece whose bytes or characters are all tokens.
 *
 * @param dead u8[length / 8 + 1], working memory: a bit for each place where no token can begin
 * @param out u32[length]
 */
export function encodeLong(model: BpeModel, piece: usize, length: u32, dead: usize, out: usize): u32 {
  memory.fill(dead, 0, (length >> 3) + 1);
  const end = piece + length;
  let n: u32 = 0;
  let at: u32 = 0;
  let token = longestToken(model, piece, end);
  while (true) {
    const offset = model.offsets + (<usize>token << 2);
    const next = at + load<u32>(offset, 4) - load<u32>(offset);
    const isDead = (load<u8>(dead + (next >> 3)) >> (<u8>next & 7)) & 1;
    if (!isDead && (n == 0 || isPair(model, load<u32>(out + (<usize>(n - 1) << 2)), token))) {
      store<u32>(out + (<usize>n << 2), token);
      n++;
      if (next == length) return n;
      at = next;
      token = longestToken(model, piece + at, end);
      continue;
    }
    token = load<u32>(model.splits + (<usize>token << 4), 12);
    while (token == NONE) {
      store<u8>(dead + (at >> 3), load<u8>(dead + (at >> 3)) | (1 << (<u8>at & 7)));
      n--;
      const last = load<u32>(out + (<usize>n << 2));
      const lastOffset = model.offsets + (<usize>last << 2);
      at -= load<u32>(lastOffset, 4) - load<u32>(lastOffset);
      token = load<u32>(model.splits + (<usize>last << 4), 12);
    }
  }
}
