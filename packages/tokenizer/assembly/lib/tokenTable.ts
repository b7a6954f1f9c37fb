import { Field } from "./mergeState";

/**
 * Tokens by number: (first eight bytes, big-endian, zeros behind the end u64; offset u32; length u32; span u32; unused
 * u32), and their bytes in a pool. The span is the length in symbols of the alphabet.
 */
export const TOKEN_RECORD: usize = 24;

// @ts-ignore: decorator
@inline
export function tokenAt(state: usize, token: u32): usize {
  return (load<u32>(state, Field.TOKENS) as usize) + (token as usize) * TOKEN_RECORD;
}

// @ts-ignore: decorator
@inline
export function spanOf(tokens: usize, token: u32): u32 {
  return load<u32>(tokens + (token as usize) * TOKEN_RECORD, 16);
}

/** Below zero where token `a` comes before `b` as bytes do; zero only where they are one. */
export function compareTokens(state: usize, a: u32, b: u32): i32 {
  if (a === b) return 0;
  const first = tokenAt(state, a);
  const second = tokenAt(state, b);
  const firstBytes = load<u64>(first);
  const secondBytes = load<u64>(second);
  if (firstBytes !== secondBytes) return firstBytes < secondBytes ? -1 : 1;
  const firstLength = load<u32>(first, 12);
  const secondLength = load<u32>(second, 12);
  const pool: usize = load<u32>(state, Field.TOKEN_BYTES);
  const firstPtr = pool + load<u32>(first, 8);
  const secondPtr = pool + load<u32>(second, 8);
  const shared = min(firstLength, secondLength);
  for (let i: u32 = 8; i < shared; i++) {
    const difference = (load<u8>(firstPtr + i) as i32) - (load<u8>(secondPtr + i) as i32);
    if (difference) return difference;
  }
  return firstLength < secondLength ? -1 : 1;
}

/** Whether there is room for the bytes of the token that two others make. */
export function hasRoomForToken(state: usize, left: u32, right: u32): bool {
  const bytes = load<u32>(tokenAt(state, left), 12) + load<u32>(tokenAt(state, right), 12);
  return load<u32>(state, Field.TOKEN_BYTES_ROOM) - load<u32>(state, Field.TOKEN_BYTES_USED) >= bytes;
}

/**
 * Makes the token that two others make. No token is there already that has the same bytes: where these bytes stand between
 * the ends of tokens they are cut in one way, whatever is around them, so that all merge by the same pair.
 */
export function joinTokens(state: usize, left: u32, right: u32): u32 {
  const first = tokenAt(state, left);
  const second = tokenAt(state, right);
  const pool: usize = load<u32>(state, Field.TOKEN_BYTES);
  const used = load<u32>(state, Field.TOKEN_BYTES_USED);
  const prefix = load<u32>(state, Field.PREFIX_BYTES);
  const firstLength = load<u32>(first, 12);
  const secondLength = load<u32>(second, 12) - prefix;
  memory.copy(pool + used, pool + load<u32>(first, 8), firstLength);
  memory.copy(pool + used + firstLength, pool + load<u32>(second, 8) + prefix, secondLength);
  const token = load<u32>(state, Field.TOKEN_COUNT);
  const length = firstLength + secondLength;
  writeToken(state, token, used, length, load<u32>(first, 16) + load<u32>(second, 16));
  store<u32>(state, token + 1, Field.TOKEN_COUNT);
  store<u32>(state, used + length, Field.TOKEN_BYTES_USED);
  return token;
}

function writeToken(state: usize, token: u32, offset: u32, length: u32, span: u32): void {
  const record = tokenAt(state, token);
  const prefix = bswap<u64>(load<u64>((load<u32>(state, Field.TOKEN_BYTES) as usize) + offset));
  store<u64>(record, length >= 8 ? prefix : prefix & ~(~(0 as u64) >> ((length << 3) as u64)));
  store<u32>(record, offset, 8);
  store<u32>(record, length, 12);
  store<u32>(record, span, 16);
}

/**
 * Enters the alphabet: TOKEN_COUNT tokens of one symbol each, whose bytes are in the pool in their order, `ends` saying
 * where each ends. No two are equal.
 */
export function enterAlphabet(state: usize, endsPtr: usize): void {
  const count = load<u32>(state, Field.TOKEN_COUNT);
  let begin: u32 = 0;
  for (let token: u32 = 0; token < count; token++) {
    const end = load<u32>(endsPtr + ((token as usize) << 2));
    writeToken(state, token, begin, end - begin, 1);
    begin = end;
  }
}
