// The two hash tables of a byte-pair encoding: open addressing, linear probing, at most half full.
import { BpeModel, NONE } from "./bpeModel";
import { equalBytes, hashBytes, hashPair } from "./hash";

/** The token that these bytes are, or NONE. */
export function findToken(model: BpeModel, pointer: usize, length: u32): u32 {
  return findHashed(model, pointer, length, hashBytes(pointer, length));
}

export function findHashed(model: BpeModel, pointer: usize, length: u32, hash: u64): u32 {
  const shift = <u64>model.tokensShift;
  const mask = (<u32>1 << (64 - model.tokensShift)) - 1;
  const tag = <u32>hash;
  let slot = <u32>(hash >> shift);
  while (true) {
    const entry = model.tokens + ((<usize>slot) << 3);
    const id = load<u32>(entry, 4);
    if (id == NONE) return NONE;
    slot = (slot + 1) & mask;
    if (load<u32>(entry) != tag) continue;
    const offset = load<u32>(model.offsets + (<usize>id << 2));
    if (load<u32>(model.offsets + (<usize>id << 2), 4) - offset != length) continue;
    if (equalBytes(model.bytes + offset, pointer, length)) return id;
  }
}

/** Adds a token whose bytes are in the vocabulary; the first of equal ones stays. */
export function addToken(model: BpeModel, id: u32): void {
  const offset = load<u32>(model.offsets + (<usize>id << 2));
  const length = load<u32>(model.offsets + (<usize>id << 2), 4) - offset;
  if (findToken(model, model.bytes + offset, length) == NONE) addNewToken(model, id);
}

/** The same where it is known that there is no equal one. */
export function addNewToken(model: BpeModel, id: u32): void {
  const offset = load<u32>(model.offsets + (<usize>id << 2));
  const length = load<u32>(model.offsets + (<usize>id << 2), 4) - offset;
  const hash = hashBytes(model.bytes + offset, length);
  const mask = (<u32>1 << (64 - model.tokensShift)) - 1;
  let slot = <u32>(hash >> (<u64>model.tokensShift));
  while (load<u32>(model.tokens + ((<usize>slot) << 3), 4) != NONE) slot = (slot + 1) & mask;
  const entry = model.tokens + ((<usize>slot) << 3);
  store<u32>(entry, <u32>hash);
  store<u32>(entry, id, 4);
}

/** The slot of the merge of two tokens, or of the empty slot where it would be. */
// @ts-ignore: decorator
@inline
export function findPair(model: BpeModel, left: u32, right: u32): usize {
  const shift = <u64>model.pairsShift;
  const mask = (<u32>1 << (64 - model.pairsShift)) - 1;
  let slot = <u32>(hashPair(<u64>left, <u64>right) >> shift);
  let entry = model.pairs + ((<usize>slot) << 4);
  while (load<u32>(entry) != NONE && (load<u32>(entry) != left || load<u32>(entry, 4) != right)) {
    slot = (slot + 1) & mask;
    entry = model.pairs + ((<usize>slot) << 4);
  }
  return entry;
}

/** Adds a merge; of equal pairs the last stays. */
export function addPair(model: BpeModel, left: u32, right: u32, result: u32, priority: u32): void {
  const entry = findPair(model, left, right);
  store<u32>(entry, left);
  store<u32>(entry, right, 4);
  store<u32>(entry, result, 8);
  store<u32>(entry, priority, 12);
}
