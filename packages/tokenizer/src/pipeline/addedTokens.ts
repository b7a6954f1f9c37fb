import type { AddedToken } from "../definition.js";
import type { AddedTokenFinder, FoundToken } from "./interfaces.js";

/** Finds added tokens in one pass: leftmost first, of those that begin at one place the longest. */
export class AddedTokens implements AddedTokenFinder {
  readonly #raw: Finder;
  readonly #normalized: readonly AddedToken[];
  #normalizedFinder: Finder | undefined;

  constructor(tokens: readonly AddedToken[]) {
    this.#raw = new Finder(
      tokens.filter(({ normalized }) => !normalized),
      (text) => text,
    );
    this.#normalized = tokens.filter(({ normalized }) => normalized);
  }

  find(text: string, from: number = 0): FoundToken | undefined {
    return this.#raw.find(text, from);
  }

  findNormalized(text: string, from: number, normalize: (content: string) => string): FoundToken | undefined {
    if (this.#normalized.length === 0) return undefined;
    this.#normalizedFinder ??= new Finder(this.#normalized, normalize);
    return this.#normalizedFinder.find(text, from);
  }
}

const word = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]";
const wordBefore = new RegExp(`${word}$`, "u");
const wordBehind = new RegExp(`^${word}`, "u");
const whiteSpace = /^\p{White_Space}$/u;

class Finder {
  readonly #tokens = new Map<string, AddedToken>();
  readonly #contents: RegExp | undefined;
  /** What all contents begin with: most texts do not have it. */
  readonly #prefix: string = "";

  constructor(tokens: readonly AddedToken[], normalize: (text: string) => string) {
    for (const token of tokens) {
      const content = normalize(token.content);
      if (content !== "" && !this.#tokens.has(content)) this.#tokens.set(content, token);
    }
    // Of alternatives the first that matches is taken: so the longest stand first.
    const contents = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    if (contents.length === 0) return;
    this.#contents = new RegExp(contents.map(escapeRegex).join("|"), "g");
    this.#prefix = contents.reduce(commonPrefix);
  }

  find(text: string, from: number): FoundToken | undefined {
    const contents = this.#contents;
    if (!contents || text.indexOf(this.#prefix, from) < 0) return undefined;
    contents.lastIndex = from;
    for (let match = contents.exec(text); match; match = contents.exec(text)) {
      const token = this.#tokens.get(match[0])!;
      let start = match.index;
      let end = start + match[0].length;
      if (token.singleWord && touchesWord(text, start, end)) continue;
      if (token.stripLeft) while (start > from && whiteSpace.test(text[start - 1]!)) start--;
      if (token.stripRight) while (end < text.length && whiteSpace.test(text[end]!)) end++;
      return { token, start, end };
    }
    return undefined;
  }
}

/** A character may be two code units. */
function touchesWord(text: string, start: number, end: number): boolean {
  return (
    wordBefore.test(text.slice(Math.max(0, start - 2), start)) || wordBehind.test(text.slice(end, end + 2))
  );
}

function commonPrefix(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
