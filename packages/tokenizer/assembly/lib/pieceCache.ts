// Pieces that were met lately and their ids. Bounded: a new piece takes the place of an old one. A hit is verified by length and
// byte for byte.
//
// Short: sets of two entries, a cache line each: {the piece's words: u64, u64; length | count << 8; ids: u32[11]}, where the words
// are those of `hashWords`. Long: sets of two as well, four lines each: {length | count << 8; the piece: u8[124]; ids: u32[32]}.
// Length 0 means empty.
import { BpeModel } from "./bpeModel";
import { equalBytes } from "./hash";

export const SHORT_BYTES: u32 = 16;
export const LONG_BYTES: u32 = 124;
const SHORT_IDS: u32 = 11;
const LONG_IDS: u32 = 32;

/** The number of ids, which are written at `out` (room for 12), or 0 where the piece is not there. */
// @ts-ignore: decorator
@inline
export function findShort(model: BpeModel, first: u64, second: u64, length: u32, hash: u64, out: usize): u32 {
  let entry = model.shortCache + (<usize>(hash >> (<u64>model.shortShift)) << 7);
  let meta = load<u32>(entry, 16);
  if (load<u64>(entry) != first || load<u64>(entry, 8) != second || (meta & 0xff) != length) {
    entry += 64;
    meta = load<u32>(entry, 16);
    if (load<u64>(entry) != first || load<u64>(entry, 8) != second || (meta & 0xff) != length) return 0;
  }
  const count = meta >> 8;
  v128.store(out, v128.load(entry, 20));
  if (count > 4) {
    v128.store(out, v128.load(entry, 36), 16);
    v128.store(out, v128.load(entry, 48), 28);
  }
  return count;
}

/** Keeps what has no more than 11 ids; the entry that was kept longest goes. */
export function keepShort(model: BpeModel, first: u64, second: u64, length: u32, hash: u64, ids: usize, count: u32): bool {
  if (count > SHORT_IDS) return false;
  const entry = model.shortCache + (<usize>(hash >> (<u64>model.shortShift)) << 7);
  memory.copy(entry + 64, entry, 64);
  store<u64>(entry, first);
  store<u64>(entry, second, 8);
  store<u32>(entry, length | (count << 8), 16);
  memory.copy(entry + 20, ids, <usize>count << 2);
  return true;
}

/** As `findShort`, of pieces up to 124 bytes. Room for 32 ids. */
export function findLong(model: BpeModel, piece: usize, length: u32, hash: u64, out: usize): u32 {
  let entry = model.longCache + (<usize>(hash >> (<u64>model.longShift)) << 9);
  let meta = load<u32>(entry);
  if ((meta & 0xff) != length || !equalBytes(entry + 4, piece, length)) {
    entry += 256;
    meta = load<u32>(entry);
    if ((meta & 0xff) != length || !equalBytes(entry + 4, piece, length)) return 0;
  }
  const count = meta >> 8;
  const ids = entry + 128;
  v128.store(out, v128.load(ids));
  for (let i: u32 = 4; i < count; i += 4) v128.store(out + (<usize>i << 2), v128.load(ids + (<usize>i << 2)));
  return count;
}

export function keepLong(model: BpeModel, piece: usize, length: u32, hash: u64, ids: usize, count: u32): void {
  if (count > LONG_IDS || count == 0) return;
  const entry = model.longCache + (<usize>(hash >> (<u64>model.longShift)) << 9);
  memory.copy(entry + 256, entry, 256);
  store<u32>(entry, length | (count << 8));
  memory.copy(entry + 4, piece, length);
  memory.copy(entry + 128, ids, <usize>count << 2);
}
