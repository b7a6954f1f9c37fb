import { FormatError } from "@lanewise/core-wasm";

/** A number as the file spells it, so that `1.0` and `18446744073709551615` are not mistaken for what they round to. */
export class JsonNumber {
  readonly lexeme: string;

  constructor(lexeme: string) {
    this.lexeme = lexeme;
  }
}

export type HeaderJson = string | boolean | null | JsonNumber | HeaderJson[] | HeaderObject;

/** An object's members in the order of the file. A Map: `__proto__` is a name like any other. */
export type HeaderObject = Map<string, HeaderJson>;

/** Nesting beyond this is refused, as the reference implementation does: it would only serve to exhaust the stack. */
const maxDepth = 128;

/** More characters than any number has that a file could mean. */
const maxDigits = 400;

/**
 * Parses JSON (RFC 8259) as a header wants it: a name that occurs twice in an object and half of a surrogate pair are
 * errors, where `JSON.parse` would take the last of the two and keep the half.
 *
 * @throws FormatError that tells the character at which the text goes wrong
 */
export function parseHeaderJson(text: string): HeaderJson {
  return new HeaderParser(text).document();
}

class HeaderParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): HeaderJson {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail("nothing but spaces after the object");
    return value;
  }

  #value(depth: number): HeaderJson {
    if (depth > maxDepth) throw new FormatError("header", `nesting no deeper than ${maxDepth}`, "deeper");
    this.#space();
    const next = this.#text[this.#at];
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === '"') return this.#string();
    if (this.#take("true")) return true;
    if (this.#take("false")) return false;
    if (this.#take("null")) return null;
    return this.#number();
  }

  #object(depth: number): HeaderObject {
    const members: HeaderObject = new Map();
    this.#at++;
    this.#space();
    if (this.#take("}")) return members;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail("a name in quotation marks");
      const name = this.#string();
      if (members.has(name)) {
        throw new FormatError("header", "each name once in an object", `${quote(name)} twice`);
      }
      this.#space();
      if (!this.#take(":")) this.#fail('":" after a name');
      members.set(name, this.#value(depth + 1));
      this.#space();
    } while (this.#take(","));
    if (!this.#take("}")) this.#fail('"," or "}" after a member');
    return members;
  }

  #array(depth: number): HeaderJson[] {
    const elements: HeaderJson[] = [];
    this.#at++;
    this.#space();
    if (this.#take("]")) return elements;
    do {
      elements.push(this.#value(depth + 1));
      this.#space();
    } while (this.#take(","));
    if (!this.#take("]")) this.#fail('"," or "]" after an element');
    return elements;
  }

  #string(): string {
    const text = this.#text;
    const begin = this.#at;
    // The end is the first quotation mark that no backslash hides; what lies between is JSON's to read. (A loop,
    // since a regular expression would run out of stack on a name of many megabytes.)
    let end = begin + 1;
    for (let code = text.charCodeAt(end); code !== 0x22; code = text.charCodeAt(++end)) {
      if (code === 0x5c) end++;
      if (end >= text.length) this.#fail("a string that ends");
    }
    let value: unknown;
    try {
      value = JSON.parse(text.slice(begin, end + 1));
    } catch {
      this.#fail("a string without control characters and unknown escapes");
    }
    if (typeof value !== "string" || loneSurrogate.test(value)) return this.#fail("whole Unicode characters");
    this.#at = end + 1;
    return value;
  }

  #number(): JsonNumber {
    const text = this.#text;
    const begin = this.#at;
    let end = begin;
    while (end < text.length && end <= begin + maxDigits && "+-.0123456789Ee".includes(text[end]!)) end++;
    const lexeme = text.slice(begin, end);
    if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(lexeme)) this.#fail("a JSON value");
    if (lexeme.length > maxDigits) this.#fail(`a number of at most ${maxDigits} characters`);
    this.#at = end;
    return new JsonNumber(lexeme);
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #space(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const came = rest === "" ? "its end" : quote(rest);
    throw new FormatError("header", `JSON with ${expected} at character ${this.#at}`, came);
  }
}

/** Half of a surrogate pair, which no UTF-8 can hold. */
export const loneSurrogate: RegExp = /\p{Surrogate}/u;

/** A name for a message: in quotation marks, of a decent length. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name);
}
