/** Something like English, always the same: words of skewed frequencies, lines, numbers and punctuation; of ASCII alone. */
export function englishText(length: number): string {
  const syllables = [
    "the",
    "an",
    "er",
    "in",
    "lo",
    "st",
    "ing",
    "re",
    "qu",
    "io",
    "ch",
    "ou",
    "de",
    "m",
    "al",
    "y",
  ];
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) ** 2 * below);
  };
  const parts: string[] = [];
  let written = 0;
  while (written < length) {
    let word = "";
    for (let left = 1 + draw(5); left > 0; left--) word += syllables[draw(syllables.length)]!;
    const end = draw(40);
    if (end > 36) word = `${draw(3000)}, "${word}'s"`;
    word += end === 35 ? ".\n" : end === 34 ? "  " : " ";
    parts.push(word);
    written += word.length;
  }
  return parts.join("").slice(0, length);
}
