import { encodeLong } from "../lib/bpeLong";
import { mergeAll } from "../lib/bpeMerge";
import { BpeModel, NONE } from "../lib/bpeModel";
import { findHashed, findToken } from "../lib/bpeTables";
import { hashBytes, hashWords, loadHead } from "../lib/hash";
import { findLong, findShort, keepLong, keepShort, LONG_BYTES, SHORT_BYTES } from "../lib/pieceCache";
import { characterLength } from "../lib/utf8";

/** Instead of a number of ids: the pairs are needed (`bpeUnpackPairs`), or the trie (`bpeBuildTrie`), and not there yet. */
export const NEEDS_MORE: u32 = NONE;

/** Longer pieces are never encoded in quadratic time. */
const QUADRATIC: u32 = 1024;

/** The ids of a piece by way of the cache, or NEEDS_MORE. Room for 16 ids more than the piece has bytes. */
// @ts-ignore: decorator
@inline
export function bpeEncodeCached(model: BpeModel, piece: usize, length: u32, out: usize): u32 {
  if (length > SHORT_BYTES) return encodeMiddle(model, piece, length, out);
  let first: u64;
  let second: u64 = 0;
  if (length <= 8) first = loadHead(piece, length);
  else {
    first = load<u64>(piece);
    second = load<u64>(piece + length - 8);
  }
  const hash = hashWords(first, second, length);
  const count = findShort(model, first, second, length, hash, out);
  if (count) return count;
  return encodeShort(model, piece, length, first, second, hash, out);
}

/** Of up to 16 bytes, not in the cache for three ids or fewer. */
function encodeShort(model: BpeModel, piece: usize, length: u32, first: u64, second: u64, hash: u64, out: usize): u32 {
  const known = findLong(model, piece, length, hash, out);
  if (known) return known;
  const count = encodeNew(model, piece, length, hash, out, 0);
  if (!keepShort(model, first, second, length, hash, out, count)) keepLong(model, piece, length, hash, out, count);
  return count;
}

function encodeMiddle(model: BpeModel, piece: usize, length: u32, out: usize): u32 {
  if (length > LONG_BYTES) return bpeEncodePiece(changetype<usize>(model), piece, length, out, 0);
  const hash = hashBytes(piece, length);
  const known = findLong(model, piece, length, hash, out);
  if (known) return known;
  const count = encodeNew(model, piece, length, hash, out, 0);
  keepLong(model, piece, length, hash, out, count);
  return count;
}

/** The ids of a piece, and where they end in it, if `ends` is not 0; or NEEDS_MORE. Knows no cache. */
export function bpeEncodePiece(model: usize, piece: usize, length: u32, out: usize, ends: usize): u32 {
  const bpe = changetype<BpeModel>(model);
  return encodeNew(bpe, piece, length, bpe.wholePieces ? hashBytes(piece, length) : 0, out, ends);
}

function encodeNew(model: BpeModel, piece: usize, length: u32, hash: u64, out: usize, ends: usize): u32 {
  if (model.wholePieces) {
    const id = findHashed(model, piece, length, hash);
    if (id != NONE) {
      store<u32>(out, id);
      if (ends) store<u32>(ends, length);
      return 1;
    }
  }
  if (model.lacksPairs) return NEEDS_MORE;
  if (length > model.longPiece && model.trie == 0) {
    // Time quadratic in the length, until it adds up to what a trie takes.
    model.patience -= min<u32>(model.patience, length * length);
    if (length > QUADRATIC || model.patience == 0) return NEEDS_MORE;
  }
  let n: u32 = 0;
  // What lies between characters or bytes that are no token is encoded by itself.
  let begin: u32 = 0;
  let isUnknown = false;
  for (let at: u32 = 0; at < length; ) {
    const step = model.characters ? characterLength(piece + at) : 1;
    if (isKnown(model, piece + at, step)) {
      at += step;
      continue;
    }
    if (at > begin) {
      n += encodeKnown(model, piece, begin, at, out + (<usize>n << 2), ends ? ends + (<usize>n << 2) : 0);
      isUnknown = false;
    }
    begin = at + step;
    n = addUnknown(model, piece, at, step, isUnknown, out, ends, n);
    isUnknown = true;
    at = begin;
  }
  if (begin < length) n += encodeKnown(model, piece, begin, length, out + (<usize>n << 2), ends ? ends + (<usize>n << 2) : 0);
  return n;
}

/** Whether a byte or a character is a token. */
// @ts-ignore: decorator
@inline
function isKnown(model: BpeModel, pointer: usize, length: u32): bool {
  if (length == 1) return load<u8>(model.knownBytes + load<u8>(pointer)) != 0;
  return findToken(model, pointer, length) != NONE;
}

/** Writes what stands for a character that is no token, behind `n` ids; returns how many there are then. */
function addUnknown(model: BpeModel, piece: usize, at: u32, length: u32, again: bool, out: usize, ends: usize, n: u32): u32 {
  if (model.characters && model.fallback) {
    for (let i: u32 = 0; i < length; i++, n++) {
      store<u32>(out + (<usize>n << 2), load<u32>(model.byteIds + (<usize>load<u8>(piece + at + i) << 2)));
      if (ends) store<u32>(ends + (<usize>n << 2), at + i + 1);
    }
    return n;
  }
  if (model.unknownId == NONE) return n;
  if (again && model.fuseUnknown) n--;
  store<u32>(out + (<usize>n << 2), model.unknownId);
  if (ends) store<u32>(ends + (<usize>n << 2), at + length);
  return n + 1;
}

/** `[begin, end)` of a piece, all of whose bytes or characters are tokens. */
function encodeKnown(model: BpeModel, piece: usize, begin: u32, end: u32, out: usize, ends: usize): u32 {
  const length = end - begin;
  if (length > model.longPiece && model.trie != 0) {
    const n = encodeLong(model, piece + begin, length, model.scratch, out);
    if (ends) {
      for (let i: u32 = 0; i < n; i++) {
        const offset = model.offsets + (<usize>load<u32>(out + (<usize>i << 2)) << 2);
        begin += load<u32>(offset, 4) - load<u32>(offset);
        store<u32>(ends + (<usize>i << 2), begin);
      }
    }
    return n;
  }
  const n = mergeAll(model, piece + begin, length, model.scratch, 1);
  let part = model.scratch;
  for (let i: u32 = 0; i < n; i++, part += 16) {
    store<u32>(out + (<usize>i << 2), load<u32>(part));
    if (ends) store<u32>(ends + (<usize>i << 2), begin + load<u32>(part, 4));
  }
  return n;
}
