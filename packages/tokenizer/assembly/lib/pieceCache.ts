// Pieces that were met lately and their ids. Bounded: a new piece takes the place of an old one. A hit is verified by length and
// byte for byte.
//
// Short: sets of two entries in one cache line. An entry is {the piece's words: u64, u64; ids: u32[3]; length | count << 8},
// where the words are those of `hashWords`. Long: one entry a set, {length | count << 8; the piece: u8[64]; ids: u32[14]; unused}.
// Length 0 means empty.
import { BpeModel } from "./bpeModel";
import { equalBytes } from "./hash";

export const SHORT_BYTES: u32 = 16;
export const LONG_BYTES: u32 = 64;
const SHORT_IDS: u32 = 3;
const LONG_IDS: u32 = 14;

/** The number of ids, which are written at `out` (room for 4), or 0 where the piece is not there. */
// @ts-ignore: decorator
@inline
export function findShort(model: BpeModel, first: u64, second: u64, length: u32, hash: u64, out: usize): u32 {
  const entry = model.shortCache + (<usize>(hash >> (<u64>model.shortShift)) << 6);
  const meta = load<u32>(entry, 28);
  if (load<u64>(entry) == first && load<u64>(entry, 8) == second && (meta & 0xff) == length) {
    v128.store(out, v128.load(entry, 16));
    return meta >> 8;
  }
  const other = load<u32>(entry, 60);
  if (load<u64>(entry, 32) == first && load<u64>(entry, 40) == second && (other & 0xff) == length) {
    v128.store(out, v128.load(entry, 48));
    return other >> 8;
  }
  return 0;
}

/** Keeps what has no more than three ids; the entry that was kept longest goes. */
export function keepShort(model: BpeModel, first: u64, second: u64, length: u32, hash: u64, ids: usize, count: u32): bool {
  if (count > SHORT_IDS) return false;
  const entry = model.shortCache + (<usize>(hash >> (<u64>model.shortShift)) << 6);
  v128.store(entry + 32, v128.load(entry));
  v128.store(entry + 48, v128.load(entry, 16));
  store<u64>(entry, first);
  store<u64>(entry, second, 8);
  v128.store(entry + 16, v128.load(ids));
  store<u32>(entry, length | (count << 8), 28);
  return true;
}

/** As `findShort`, of pieces up to 64 bytes. Room for 16 ids. */
export function findLong(model: BpeModel, piece: usize, length: u32, hash: u64, out: usize): u32 {
  const entry = model.longCache + (<usize>(hash >> (<u64>model.longShift)) << 7);
  const meta = load<u32>(entry);
  if ((meta & 0xff) != length || !equalBytes(entry + 4, piece, length)) return 0;
  const count = meta >> 8;
  const ids = entry + 68;
  v128.store(out, v128.load(ids));
  for (let i: u32 = 4; i < count; i += 4) v128.store(out + (<usize>i << 2), v128.load(ids + (<usize>i << 2)));
  return count;
}

export function keepLong(model: BpeModel, piece: usize, length: u32, hash: u64, ids: usize, count: u32): void {
  if (count > LONG_IDS || count == 0) return;
  const entry = model.longCache + (<usize>(hash >> (<u64>model.longShift)) << 7);
  store<u32>(entry, length | (count << 8));
  memory.copy(entry + 4, piece, length);
  memory.copy(entry + 68, ids, <usize>count << 2);
}
