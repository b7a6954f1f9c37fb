import { DTypeError, LanewiseError, RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken } from "./definition.js";
import { AddedTokens } from "./pipeline/addedTokens.js";
import type { AddedTokenFinder } from "./pipeline/interfaces.js";

/**
 * What becomes of a control token's content in a text, at its ends or in its middle:
 *
 * - `"disallow"`: a `SpecialTokenError`, so that nobody takes a stranger's text for a command unseen;
 * - `"text"`: text like any other;
 * - `"allow"`: the control token;
 * - `{ allow }`: the control token for these; the others are disallowed, or text.
 */
export type SpecialTokenPolicy =
  | "disallow"
  | "text"
  | "allow"
  | { readonly allow: readonly string[]; readonly others?: "disallow" | "text" };

/** A text has the content of a control token, and nobody said what that should be. */
export class SpecialTokenError extends LanewiseError {
  override readonly name = "SpecialTokenError";
  readonly token: string;
  /** Where it begins, in UTF-16 code units. */
  readonly index: number;

  constructor(argument: string, token: string, index: number) {
    const expected = 'no special tokens (or `specialTokens`: "text", "allow" or { allow })';
    super(argument, expected, `${token} at index ${index}`);
    this.token = token;
    this.index = index;
  }
}

/** A policy, ready to use. */
interface Ruling {
  /** What a text must not have. */
  readonly disallowed: AddedTokenFinder | undefined;
  /** What is cut out of it. */
  readonly found: AddedTokenFinder;
}

/** The added tokens of a tokenizer, and what each policy makes of them. */
export class SpecialTokens {
  readonly #tokens: readonly AddedToken[];
  readonly #contents: ReadonlySet<string>;
  readonly #text: Ruling;
  readonly #disallow: Ruling;
  readonly #allow: Ruling;
  readonly #default: Ruling;
  /** The last list, so that a loop that passes the same again pays once. */
  #lastKey = "";
  #last: Ruling | undefined;

  /**
   * @param policy where a call names none
   * @throws RangeError, DTypeError where that is no policy
   */
  constructor(tokens: readonly AddedToken[], policy: SpecialTokenPolicy | undefined) {
    this.#tokens = tokens;
    const special = tokens.filter((token) => token.special);
    this.#contents = new Set(special.map(({ content }) => content));
    const found = new AddedTokens(tokens.filter((token) => !token.special));
    this.#text = { disallowed: undefined, found };
    this.#disallow = { disallowed: inText(special), found };
    this.#allow = { disallowed: undefined, found: new AddedTokens(tokens) };
    this.#default = this.#disallow;
    this.#default = this.#rulingOf(policy);
  }

  /**
   * What to look for in a text.
   *
   * @param argument what the text is called, for the message
   * @throws SpecialTokenError where it has what the policy disallows
   * @throws RangeError, DTypeError where that is no policy
   */
  finder(text: string, policy: SpecialTokenPolicy | undefined, argument: string): AddedTokenFinder {
    const { disallowed, found } = policy === undefined ? this.#default : this.#rulingOf(policy);
    const first = disallowed?.find(text);
    if (first !== undefined) {
      const { content } = first.token;
      throw new SpecialTokenError(argument, content, text.indexOf(content, first.start));
    }
    return found;
  }

  #rulingOf(policy: SpecialTokenPolicy | undefined): Ruling {
    if (policy === undefined) return this.#default;
    if (policy === "disallow") return this.#disallow;
    if (policy === "text") return this.#text;
    if (policy === "allow") return this.#allow;
    if (typeof policy !== "object" || policy === null || !Array.isArray(policy.allow)) {
      throw new RangeError("specialTokens", '"disallow", "text", "allow" or { allow: […] }', policy);
    }
    return this.#rulingOfList(policy.allow, policy.others ?? "disallow");
  }

  #rulingOfList(allow: readonly string[], others: "disallow" | "text"): Ruling {
    if (others !== "disallow" && others !== "text") {
      throw new RangeError("specialTokens.others", '"disallow" or "text"', others);
    }
    const key = JSON.stringify([others, allow]);
    if (this.#last !== undefined && this.#lastKey === key) return this.#last;
    allow.forEach((content, index) => {
      const name = `specialTokens.allow[${index}]`;
      if (typeof content !== "string") throw new DTypeError(name, "a string", content);
      if (!this.#contents.has(content))
        throw new RangeError(name, "a special token of this tokenizer", content);
    });
    const disallowed = this.#tokens.filter(({ special, content }) => special && !allow.includes(content));
    const found = this.#tokens.filter(({ special, content }) => !special || allow.includes(content));
    this.#lastKey = key;
    this.#last = {
      disallowed: others === "disallow" ? inText(disallowed) : undefined,
      found: new AddedTokens(found),
    };
    return this.#last;
  }
}

/** Looks for them in the text as it comes, also for those that are found in normalised text otherwise. */
function inText(tokens: readonly AddedToken[]): AddedTokens | undefined {
  if (tokens.length === 0) return undefined;
  return new AddedTokens(tokens.map((token) => ({ ...token, normalized: false })));
}
