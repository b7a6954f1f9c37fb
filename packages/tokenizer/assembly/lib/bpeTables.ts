// The two hash tables of a byte-pair encoding: open addressing, linear probing, at most half full.
import { BpeModel, NONE } from "./bpeModel";
import { equalBytes, hashBytes } from "./hash";

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
    const id = load<u32>(entry, 4) - 1;
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
  while (load<u32>(model.tokens + ((<usize>slot) << 3), 4) != 0) slot = (slot + 1) & mask;
  const entry = model.tokens + ((<usize>slot) << 3);
  store<u32>(entry, <u32>hash);
  store<u32>(entry, id + 1, 4);
}

// A merge is one number: 21 bits each for the left token, the right one, and what `resultOf` and `priorityOf` take. 0 is an empty
// slot: no merge is that of token 0 with itself to itself.

// @ts-ignore: decorator
@inline
const ID_BITS: u64 = 21;
// @ts-ignore: decorator
@inline
const ID_MASK: u64 = (1 << 21) - 1;

/** Where the merge of two tokens is, or the empty slot where it would be. */
// @ts-ignore: decorator
@inline
function pairSlot(model: BpeModel, key: u64): usize {
  const mask = (<usize>1 << (64 - model.pairsShift)) - 1;
  let slot = <usize>((key * 0x9e3779b97f4a7c15) >> (<u64>model.pairsShift));
  while (true) {
    const entry = model.pairs + (slot << 3);
    const merge = load<u64>(entry);
    if (merge == 0 || merge >> ID_BITS == key) return entry;
    slot = (slot + 1) & mask;
  }
}

/** The merge of two tokens, or 0. */
// @ts-ignore: decorator
@inline
export function findPair(model: BpeModel, left: u32, right: u32): u64 {
  return load<u64>(pairSlot(model, (<u64>left << ID_BITS) | <u64>right));
}

// @ts-ignore: decorator
@inline
export function leftOf(merge: u64): u32 {
  return <u32>(merge >> (2 * ID_BITS));
}

// @ts-ignore: decorator
@inline
export function rightOf(merge: u64): u32 {
  return <u32>((merge >> ID_BITS) & ID_MASK);
}

/** The token that the merge makes. */
// @ts-ignore: decorator
@inline
export function resultOf(model: BpeModel, merge: u64): u32 {
  const value = <u32>(merge & ID_MASK);
  return model.results ? load<u32>(model.results + (<usize>value << 2)) : value;
}

// @ts-ignore: decorator
@inline
export function priorityOf(model: BpeModel, merge: u64): u32 {
  const value = <u32>(merge & ID_MASK);
  return model.priorities ? load<u32>(model.priorities + (<usize>value << 2)) : value;
}

/** Adds a merge; of equal pairs the last stays. `value`: the result, or the place in `results`. */
export function addPair(model: BpeModel, left: u32, right: u32, value: u32): void {
  const key = (<u64>left << ID_BITS) | <u64>right;
  store<u64>(pairSlot(model, key), (key << ID_BITS) | <u64>value);
}
