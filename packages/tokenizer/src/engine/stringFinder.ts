/** Finds strings in a text, by their first code unit. */
export class StringFinder {
  /** The longest first. */
  readonly #byFirst = new Map<string, string[]>();

  constructor(strings: readonly string[]) {
    for (const string of strings.filter(Boolean).sort((a, b) => b.length - a.length)) {
      const others = this.#byFirst.get(string[0]!);
      if (others) others.push(string);
      else this.#byFirst.set(string[0]!, [string]);
    }
  }

  /** The first place from `begin` on where one of them may begin, or the text's length. */
  next(text: string, begin: number): number {
    if (this.#byFirst.size === 0) return text.length;
    for (let i = begin; i < text.length; i++) if (this.#byFirst.has(text[i]!)) return i;
    return text.length;
  }

  /** The longest that begins at `index`, or an empty string. */
  longestAt(text: string, index: number): string {
    return this.#byFirst.get(text[index]!)?.find((string) => text.startsWith(string, index)) ?? "";
  }
}
