import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken } from "./definition.js";
import type { Vocabulary } from "./vocabulary.js";

/**
 * Control tokens by their content, as the definition has them.
 *
 * @param argument what they are called, for messages
 * @throws RangeError where a content is empty, an id is none, or two have the same
 */
export function addedTokensOf(
  specialTokens: Readonly<Record<string, number>>,
  argument: string = "specialTokens",
): AddedToken[] {
  if (typeof specialTokens !== "object" || specialTokens === null) {
    throw new DTypeError(argument, "an object of ids by content", specialTokens);
  }
  const ids = new Set<number>();
  return Object.entries(specialTokens).map(([content, id]) => {
    const name = `${argument}["${content}"]`;
    if (content === "") throw new RangeError(name, "a token of one character at least", content);
    if (!Number.isInteger(id) || id < 0 || id >= 2 ** 31)
      throw new RangeError(name, "an integer in [0, 2³¹)", id);
    if (ids.has(id)) throw new RangeError(name, "an id of its own", id);
    ids.add(id);
    return { id, content, special: true };
  });
}

/**
 * A tokenizer's own added tokens, and more control tokens besides.
 *
 * @throws RangeError where an id or a content is taken
 */
export function withExtra(
  own: readonly AddedToken[],
  extra: Readonly<Record<string, number>> | undefined,
  readVocabulary: () => Vocabulary,
): readonly AddedToken[] {
  if (extra === undefined) return own;
  const vocabulary = readVocabulary();
  const more = addedTokensOf(extra, "extraSpecialTokens");
  for (const token of more) {
    const inModel = token.id < vocabulary.size && vocabulary.token(token.id).length > 0;
    if (inModel || own.some((other) => clash(token, other))) {
      const expected = "a content and an id that no other token has";
      throw new RangeError(`extraSpecialTokens["${token.content}"]`, expected, token.id);
    }
  }
  return [...own, ...more];
}

function clash(one: AddedToken, other: AddedToken): boolean {
  return one.id === other.id || one.content === other.content;
}
