import { BpeModel } from "../lib/bpeModel";
import { addNewToken, addPair } from "../lib/bpeTables";

const SINGLES: u32 = 256;
/** Ids are below 256 times as many. */
const CURSORS: u32 = 1024;

/**
 * Makes the tables of a packed vocabulary (scripts/buildEncodings.mjs) that find whole pieces: every token's bytes and place,
 * tokens by their bytes.
 *
 * @param singles u8[256], the bytes that are the tokens 0 … 255
 * @param planes u8[2 · width][size − 256]: of the left tokens the second bytes, the third bytes, and the low bytes, these in the
 *   order of the others; then the same of the right ones
 * @param cursors u32[2 · 1024], working memory
 * @returns the number of bytes that the tokens have; 0 where that is more than `capacity`, or a token comes before its parts
 */
export function bpeUnpack(model: usize, singles: usize, planes: usize, width: u32, capacity: u32, cursors: usize): u32 {
  const bpe = changetype<BpeModel>(model);
  const n = bpe.size - SINGLES;
  const bytes = bpe.bytes;
  const offsets = bpe.offsets;
  for (let id: u32 = 0; id < SINGLES; id++) {
    const byte = <usize>load<u8>(singles + id);
    store<u8>(bytes + id, <u8>byte);
    store<u32>(offsets + (<usize>id << 2), id);
    store<u32>(bpe.byteIds + (byte << 2), id);
    store<u8>(bpe.knownBytes + byte, 1);
  }
  let end: u32 = SINGLES;
  store<u32>(offsets + (SINGLES << 2), end);
  for (let id: u32 = 0; id < SINGLES; id++) addNewToken(bpe, id);
  findRuns(planes, n, width, cursors);
  findRuns(planes + n * width, n, width, cursors + (CURSORS << 2));
  for (let i: u32 = 0; i < n; i++) {
    const id = i + SINGLES;
    const left = number(planes + i, n, width, cursors);
    const right = number(planes + i + n * width, n, width, cursors + (CURSORS << 2));
    if (left < id) {
      if (right >= id) return 0;
      const leftBegin = load<u32>(offsets + (<usize>left << 2));
      const leftLength = load<u32>(offsets + (<usize>left << 2), 4) - leftBegin;
      const rightBegin = load<u32>(offsets + (<usize>right << 2));
      const rightLength = load<u32>(offsets + (<usize>right << 2), 4) - rightBegin;
      if (end + leftLength + rightLength > capacity) return 0;
      copyToken(bytes + end, bytes + leftBegin, leftLength);
      copyToken(bytes + end + leftLength, bytes + rightBegin, rightLength);
      end += leftLength + rightLength;
      store<u32>(offsets + (<usize>id << 2), end, 4);
      addNewToken(bpe, id);
    } else {
      store<u32>(offsets + (<usize>id << 2), end, 4);
    }
  }
  return end;
}

/** Makes the table of merges, the ids being their priorities: see `bpeUnpack`, which has been there before. */
export function bpeUnpackPairs(model: usize, planes: usize, width: u32, cursors: usize): void {
  const bpe = changetype<BpeModel>(model);
  const n = bpe.size - SINGLES;
  findRuns(planes, n, width, cursors);
  findRuns(planes + n * width, n, width, cursors + (CURSORS << 2));
  for (let i: u32 = 0; i < n; i++) {
    const id = i + SINGLES;
    const left = number(planes + i, n, width, cursors);
    const right = number(planes + i + n * width, n, width, cursors + (CURSORS << 2));
    if (left < id) addPair(bpe, left, right, id);
  }
  bpe.lacksPairs = 0;
}

/** A number but for its low byte. */
// @ts-ignore: decorator
@inline
function highBytes(pointer: usize, n: u32, width: u32): u32 {
  let high = <u32>load<u8>(pointer);
  if (width > 2) high |= <u32>load<u8>(pointer + n) << 8;
  return high;
}

/** Where the low bytes of numbers with the same high bytes lie. */
function findRuns(planes: usize, n: u32, width: u32, cursors: usize): void {
  memory.fill(cursors, 0, CURSORS << 2);
  for (let i: u32 = 0; i < n; i++) {
    const cursor = cursors + (<usize>(highBytes(planes + i, n, width) & (CURSORS - 1)) << 2);
    store<u32>(cursor, load<u32>(cursor) + 1);
  }
  let at = <u32>planes + n * (width - 1);
  for (let high: u32 = 0; high < CURSORS; high++) {
    const cursor = cursors + (<usize>high << 2);
    const count = load<u32>(cursor);
    store<u32>(cursor, at);
    at += count;
  }
}

// @ts-ignore: decorator
@inline
function number(pointer: usize, n: u32, width: u32, cursors: usize): u32 {
  const high = highBytes(pointer, n, width) & (CURSORS - 1);
  const cursor = cursors + (<usize>high << 2);
  const low = load<u32>(cursor);
  store<u32>(cursor, low + 1);
  return (high << 8) | <u32>load<u8>(low);
}

/** Writes up to 16 bytes more than `length`. */
// @ts-ignore: decorator
@inline
function copyToken(to: usize, from: usize, length: u32): void {
  v128.store(to, v128.load(from));
  for (let i: u32 = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}
