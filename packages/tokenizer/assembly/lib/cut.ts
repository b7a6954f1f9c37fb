// Where a text can be cut before all of it is known: places where a piece begins whatever follows.

/**
 * Whether every scanner cuts before `p`: a space behind something that is no white space; in Chinese, whose sentences have no
 * spaces, a comma or a full stop behind an ideograph. Looks at up to four bytes before `p`, of which `begin` is the first.
 */
// @ts-ignore: decorator
@inline
export function isScannerCut(begin: usize, p: usize): bool {
  const byte = <u32>load<u8>(p);
  if (byte == 0x20) return !endsInSpace(begin, p);
  if (byte != 0xe3 && byte != 0xef) return false;
  // U+3001, U+3002 or U+FF0C behind U+5000 … U+9FFF: letters all; between U+4000 and U+4FFF are hexagrams, which are not.
  const rest = <u32>load<u16>(p, 1);
  if (byte == 0xe3 ? rest != 0x8180 && rest != 0x8280 : rest != 0x8cbc) return false;
  if (p - begin < 3) return false;
  const lead = <u32>load<u8>(p - 3);
  return lead >= 0xe5 && lead <= 0xe9;
}

/** Whether the character before `p` is, or may be, white space. */
function endsInSpace(begin: usize, p: usize): bool {
  const byte = <u32>load<u8>(p - 1);
  if (byte < 0x80) return byte == 0x20 || (byte >= 9 && byte <= 13);
  let lead = p - 1;
  while (lead > begin && (load<u8>(lead) & 0xc0) == 0x80) lead--;
  // White space beyond ASCII begins with C2, E1, E2 or E3.
  const first = <u32>load<u8>(lead);
  return first == 0xc2 || (first >= 0xe1 && first <= 0xe3);
}

/** Whether U+2581 begins at `p` and something else ends there. */
// @ts-ignore: decorator
@inline
export function isWordCut(begin: usize, p: usize): bool {
  if (!isMark(p)) return false;
  return p - begin < 3 || !isMark(p - 3);
}

// @ts-ignore: decorator
@inline
function isMark(p: usize): bool {
  return load<u16>(p) == 0x96e2 && load<u8>(p, 2) == 0x81;
}
