import { BpeModel } from "../lib/bpeModel";
import { addNewToken, addPair } from "../lib/bpeTables";

const SINGLES: u32 = 256;

/**
 * Makes the tables of a packed vocabulary (scripts/buildEncodings.mjs): every token's bytes and place, tokens by their
 * bytes, merges by their pairs; the id is the priority.
 *
 * @param singles u8[256], the bytes that are the tokens 0 … 255
 * @param planes u8[2 · width][size − 256], bytes of the left tokens, the low ones first, and of the right ones
 * @returns the number of bytes that the tokens have; 0 where that is more than `capacity`, or a token comes before its parts
 */
export function bpeUnpack(model: usize, singles: usize, planes: usize, width: u32, capacity: u32): u32 {
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
  for (let i: u32 = 0; i < n; i++) {
    const id = i + SINGLES;
    const left = plane(planes + i, n, width);
    const right = plane(planes + i + n * width, n, width);
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
      addPair(bpe, left, right, id, id);
    } else {
      store<u32>(offsets + (<usize>id << 2), end, 4);
    }
  }
  return end;
}

// @ts-ignore: decorator
@inline
function plane(pointer: usize, n: u32, width: u32): u32 {
  let value = <u32>load<u8>(pointer) | (<u32>load<u8>(pointer + n) << 8);
  if (width > 2) value |= <u32>load<u8>(pointer + (n << 1)) << 16;
  return value;
}

/** Writes up to 16 bytes more than `length`. */
// @ts-ignore: decorator
@inline
function copyToken(to: usize, from: usize, length: u32): void {
  v128.store(to, v128.load(from));
  for (let i: u32 = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}
