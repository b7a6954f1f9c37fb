/** All characters that simple case folding makes equal to one: `k` gives k, K and U+212A, `s` gives s, S and ſ. */
export function caseVariants(character: string): string[] {
  const variants = new Set([character]);
  for (const other of [character.toLowerCase(), character.toUpperCase()]) {
    if ([...other].length === 1) variants.add(other);
  }
  // Those that fold to a letter from afar.
  for (const [letter, far] of [
    ["k", "\u212a"],
    ["s", "\u017f"],
    ["å", "\u212b"],
    ["ω", "\u2126"],
  ] as const) {
    if (variants.has(letter) || variants.has(far)) {
      variants.add(letter);
      variants.add(letter.toUpperCase());
      variants.add(far);
    }
  }
  return [...variants];
}
