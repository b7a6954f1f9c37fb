import { DTypeError, RangeError } from "@lanewise/core-wasm";

/** Printable ASCII, the line feed and the tab: 97 characters, sorted by code point. */
export const asciiAlphabet: string = `\t\n${String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))}`;

/**
 * A fixed set of symbols and their ids: the vocabulary of a model that reads characters. A character is a Unicode
 * code point, so one outside the basic plane (an emoji) is one character, not two.
 *
 * ```ts
 * const alphabet = new Alphabet("hello"); // e, h, l, o
 * alphabet.encode("hole"); // Int32Array [1, 3, 2, 0]
 * alphabet.decode([1, 3, 2, 0]); // "hole"
 * ```
 */
export class Alphabet {
  /** The symbols; a symbol's id is its index. */
  readonly symbols: readonly string[];
  readonly #ids = new Map<string, number>();
  /** The ids of the first 128 code points, −1 for none: most texts need no more. */
  readonly #ascii: Int32Array<ArrayBuffer> = new Int32Array(128).fill(-1);

  /**
   * @param symbols a string: its distinct characters, sorted by code point, so the same text gives the same ids; or
   * a list, whose order is kept. An entry of a list that is not one character never matches text when encoding, but
   * has its id, and is written as it stands when decoding: the odd entries of an imported vocabulary keep their place.
   * @throws RangeError if there is none, or if a list has an entry twice; DTypeError for an entry that is no string
   */
  constructor(symbols: string | readonly string[]) {
    this.symbols =
      typeof symbols === "string"
        ? [...new Set(symbols)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
        : [...symbols];
    if (this.symbols.length === 0) throw new RangeError("alphabet", "at least one character", "none");
    for (const [id, symbol] of this.symbols.entries()) {
      if (typeof symbol !== "string") throw new DTypeError("alphabet", "strings", symbol);
      if (this.#ids.has(symbol))
        throw new RangeError("alphabet", "distinct symbols", `${quote(symbol)} twice`);
      this.#ids.set(symbol, id);
      if (symbol.length === 1 && symbol < "\u0080") this.#ascii[symbol.charCodeAt(0)] = id;
    }
  }

  /** The number of symbols. */
  get size(): number {
    return this.symbols.length;
  }

  /** The id of a symbol, undefined if it is none. */
  idOf(symbol: string): number | undefined {
    return this.#ids.get(symbol);
  }

  /**
   * The ids of a text, one a character.
   *
   * @param name what the text is called in the error
   * @throws RangeError naming the first character that is not in the alphabet, and its index in `text`
   * @throws DTypeError if it is no string (bytes of a file, say)
   */
  encode(text: string, name = "text"): Int32Array<ArrayBuffer> {
    if (typeof text !== "string") throw new DTypeError(name, "a string", text);
    const ids = new Int32Array(text.length);
    let count = 0;
    for (let index = 0; index < text.length;) {
      const code = text.codePointAt(index)!;
      const id = code < 128 ? this.#ascii[code]! : (this.#ids.get(String.fromCodePoint(code)) ?? -1);
      if (id < 0) {
        const symbol = String.fromCodePoint(code);
        throw new RangeError(
          name,
          "characters of the model's alphabet",
          `${quote(symbol)} at index ${index}`,
        );
      }
      ids[count++] = id;
      index += code > 0xffff ? 2 : 1;
    }
    return count === ids.length ? ids : ids.slice(0, count);
  }

  /** The text of ids. @throws RangeError for an id that is none */
  decode(ids: Iterable<number>): string {
    let text = "";
    for (const id of ids) text += this.symbol(id);
    return text;
  }

  /** The symbol of an id. @throws RangeError */
  symbol(id: number): string {
    const symbol = this.symbols[id];
    if (symbol === undefined) throw new RangeError("id", `a whole number below ${this.size}`, id);
    return symbol;
  }
}

/** The character in quotes with its code point: many that a text stumbles over do not show. */
function quote(symbol: string): string {
  const points = [...symbol].map((c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`);
  return `${JSON.stringify(symbol)} (${points.join(" ")})`;
}
