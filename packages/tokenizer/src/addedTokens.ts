import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken } from "./definition.js";

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
