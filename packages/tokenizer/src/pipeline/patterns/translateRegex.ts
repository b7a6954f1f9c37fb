import { UnsupportedError } from "@lanewise/core-wasm/errors";
import { caseVariants } from "./caseVariants.js";

/**
 * A regular expression as Rust and Oniguruma write it, as JavaScript's: with the flags g and v.
 *
 * - `\s` is White_Space, `\d` is Nd, `\w` is letters, marks, decimal digits, connectors and a few numbers of Latin-1, `\h` a hexadecimal digit;
 * - `(?i:…)` becomes the letters in both cases, with ſ for s and U+212A for k;
 * - possessive quantifiers and atomic groups become a lookahead and a reference to what it saw;
 * - `\A`, `\z`, `\Z` become anchors, `^` and `$` those of lines.
 *
 * @throws UnsupportedError that names what has no equal: lookbehind is taken over, recursion, conditionals and `\G` are not
 */
export function translateRegex(source: string): RegExp {
  const translated = new Translator(source).translate();
  try {
    return new RegExp(translated, "gv");
  } catch (cause) {
    throw new UnsupportedError("regex", "a regular expression that JavaScript can do", source, { cause });
  }
}

/** Oniguruma counts the superscripts and fractions of Latin-1 too. */
const word = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u{b2}\\u{b3}\\u{b9}\\u{bc}-\\u{be}";
const classes: Readonly<Record<string, string>> = {
  s: "[\\p{White_Space}]",
  S: "[^\\p{White_Space}]",
  d: "[\\p{Nd}]",
  D: "[^\\p{Nd}]",
  w: `[${word}]`,
  W: `[^${word}]`,
  h: "[0-9a-fA-F]",
  H: "[^0-9a-fA-F]",
};
const posix: Readonly<Record<string, string>> = {
  alpha: "\\p{Alphabetic}",
  digit: "\\p{Nd}",
  alnum: "\\p{Alphabetic}\\p{Nd}",
  upper: "\\p{Uppercase}",
  lower: "\\p{Lowercase}",
  space: "\\p{White_Space}",
  punct: "\\p{P}\\p{S}",
  cntrl: "\\p{Cc}",
  xdigit: "0-9a-fA-F",
  word,
};
const controls: Readonly<Record<string, string>> = {
  n: "\\n",
  r: "\\r",
  t: "\\t",
  f: "\\f",
  v: "\\v",
  a: "\\x07",
  e: "\\x1b",
};

class Translator {
  readonly #source: string;
  #at = 0;
  /** Groups that the result has, in order; those that the source numbers, by their numbers there. */
  #groups = 0;
  readonly #numbers: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  translate(): string {
    const result = this.#alternatives(false);
    if (this.#at < this.#source.length) this.#fail("a closing parenthesis without an opening one");
    return result;
  }

  #fail(what: string): never {
    throw new UnsupportedError("regex", `no ${what}`, this.#source);
  }

  #peek(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  #next(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) this.#fail("end where more is wanted");
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  /** Up to the parenthesis that closes, or the end. */
  #alternatives(folds: boolean): string {
    let result = "";
    while (this.#at < this.#source.length && !this.#peek(")")) {
      if (this.#take("|")) {
        result += "|";
        continue;
      }
      // (?i) holds to the end of the group that it is in, and what follows it is a group of its own: a(?i)b|c is a(?i:b|c).
      const flags = /^\(\?(-?i)\)/.exec(this.#source.slice(this.#at));
      if (flags) {
        this.#at += flags[0].length;
        return `${result}(?:${this.#alternatives(flags[1] === "i")})`;
      }
      const before = this.#groups;
      result += this.#quantified(this.#atom(folds), before);
    }
    return result;
  }

  #quantified(atom: string, groupsBefore: number): string {
    let result = atom;
    for (;;) {
      const quantifier = /^(?:[*+?]|\{\d*,?\d*\})/.exec(this.#source.slice(this.#at))?.[0];
      if (!quantifier || quantifier === "{}" || quantifier === "{,}") return result;
      if (result === "") this.#fail("quantifier without anything before it");
      this.#at += quantifier.length;
      const counted = quantifier.startsWith("{,") ? `{0${quantifier.slice(1)}` : quantifier;
      if (this.#take("?")) result += `${counted}?`;
      else if (!quantifier.startsWith("{") && this.#take("+")) {
        result = this.#atomic(result + counted, groupsBefore);
      } else if (quantifier.startsWith("{") && this.#take("+")) {
        result = `(?:${result}${counted})+`; // in Oniguruma's Ruby syntax not possessive, but repeated
      } else result += counted;
    }
  }

  /** What matched is given back never: seen by a lookahead, then taken as a whole. */
  #atomic(inside: string, groupsBefore: number): string {
    if (this.#groups > groupsBefore) this.#fail("groups inside a possessive quantifier or an atomic group");
    this.#groups++;
    return `(?:(?=(${inside}))\\${this.#groups})`;
  }

  #atom(folds: boolean): string {
    if (this.#peek("(")) return this.#group(folds);
    if (this.#peek("[")) return this.#characterClass(folds);
    if (this.#take("\\")) return this.#escape(folds);
    const character = this.#next();
    // Oniguruma's anchors are those of lines.
    if (character === "^") return "(?<![^\\n])";
    if (character === "$") return "(?![^\\n])";
    if (character === ".") return "[^\\n]";
    return literal(character, folds);
  }

  #group(folds: boolean): string {
    const before = this.#groups;
    this.#at++;
    for (const plain of ["?:", "?=", "?!", "?<=", "?<!"]) {
      if (this.#take(plain)) return this.#closed(`(${plain}`, folds);
    }
    if (this.#take("?>")) return this.#atomic(this.#closed("(?:", folds), before);
    if (this.#take("?i:")) return this.#closed("(?:", true);
    if (this.#take("?-i:")) return this.#closed("(?:", false);
    if (this.#take("?#")) {
      while (!this.#take(")")) this.#next();
      return "";
    }
    if (this.#peek("?")) {
      const named = /^\?P?<([A-Za-z_]\w*)>/.exec(this.#source.slice(this.#at));
      if (!named) this.#fail(`group (${this.#source.slice(this.#at, this.#at + 4)}`);
      this.#at += named[0].length;
    }
    this.#numbers.push(++this.#groups);
    return this.#closed("(", folds);
  }

  #closed(opening: string, folds: boolean): string {
    const inside = this.#alternatives(folds);
    if (!this.#take(")")) this.#fail("open group");
    return `${opening}${inside})`;
  }

  #escape(folds: boolean): string {
    const character = this.#next();
    const known = classes[character] ?? controls[character];
    if (known) return known;
    switch (character) {
      case "p":
      case "P":
        return this.#property(character);
      case "x":
      case "u":
        return literal(this.#codePoint(character), folds);
      case "A":
        return "(?<![^])";
      case "z":
        return "(?![^])";
      case "Z":
        return "(?=\\n?(?![^]))";
      case "b":
        return `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
      case "B":
        return `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
      case "R":
        return "(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])";
    }
    if (/[1-9]/.test(character)) {
      const group = this.#numbers[Number(character) - 1];
      if (group === undefined) this.#fail(`reference to a group that comes later: \\${character}`);
      return `\\${group}(?:)`;
    }
    if (/[A-Za-z0-9]/.test(character)) this.#fail(`\\${character}`);
    return literal(character, folds);
  }

  /** `\p{L}`, `\pL`, `\p{^L}`, `\P{Greek}` */
  #property(kind: string): string {
    const match = /^(?:\{(\^?)([^}]*)\}|([A-Z]))/.exec(this.#source.slice(this.#at));
    if (!match) this.#fail("property without a name");
    this.#at += match[0].length;
    const negated = (kind === "P") !== (match[1] === "^");
    const name = match[2] ?? match[3]!;
    const escape = negated ? "\\P" : "\\p";
    for (const candidate of [name, `Script=${name}`, posixName(name)]) {
      if (candidate === undefined) continue;
      const property = `${escape}{${candidate}}`;
      if (isRegex(property)) return property;
    }
    return this.#fail(`property \\${kind}{${name}}`);
  }

  #codePoint(kind: string): string {
    const pattern =
      kind === "x" ? /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/ : /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/;
    const match = pattern.exec(this.#source.slice(this.#at));
    const code = parseInt(match?.[1] ?? match?.[2] ?? "", 16);
    if (!match || !(code <= 0x10ffff)) this.#fail(`character \\${kind}`);
    this.#at += match[0].length;
    return String.fromCodePoint(code);
  }

  /** `[…]`, with classes in it and `&&`. */
  #characterClass(folds: boolean): string {
    this.#at++;
    let result = this.#take("^") ? "[^" : "[";
    const operands: string[] = [];
    let inside = "";
    if (this.#take("]")) inside = "\\]";
    for (;;) {
      if (this.#take("]")) break;
      if (this.#take("&&")) {
        operands.push(inside);
        inside = "";
        continue;
      }
      const named = /^\[:(\^?)(\w+):\]/.exec(this.#source.slice(this.#at));
      if (named) {
        const members = posix[named[2]!];
        if (!members) this.#fail(`class [:${named[2]}:]`);
        this.#at += named[0].length;
        inside += `[${named[1]}${members}]`;
      } else if (this.#peek("[")) inside += this.#characterClass(folds);
      else inside += this.#member(folds);
    }
    operands.push(inside);
    result += operands.length === 1 ? inside : operands.map((operand) => `[${operand}]`).join("&&");
    return `${result}]`;
  }

  /** One character, a range, or a class that an escape names. */
  #member(folds: boolean): string {
    const first = this.#memberCharacter();
    if (first.length > 1 && !isOne(first)) return first;
    if (!this.#peek("-") || this.#peek("-]") || this.#peek("-[") || this.#peek("-&&")) {
      return folds ? caseVariants(first).map(escaped).join("") : escaped(first);
    }
    this.#at++;
    const last = this.#memberCharacter();
    if (!isOne(last)) this.#fail(`range to ${last}`);
    if (folds && !isAscii(first + last) && isCased(first, last))
      this.#fail("range of such letters in (?i:…)");
    const range = `${escaped(first)}-${escaped(last)}`;
    return folds ? range + foldedRange(first, last) : range;
  }

  #memberCharacter(): string {
    const character = this.#next();
    if (character !== "\\") return character;
    const escape = this.#next();
    if (escape === "p" || escape === "P") return this.#property(escape);
    if (escape === "x" || escape === "u") return this.#codePoint(escape);
    if (escape === "b") return "\b";
    const known = classes[escape];
    if (known) return known;
    const control = controls[escape];
    if (control)
      return JSON.parse(`"${control.replace("\\v", "\\u000b").replace(/\\x(..)/, "\\u00$1")}"`) as string;
    if (/[A-Za-z0-9]/.test(escape)) this.#fail(`\\${escape} in a class`);
    return escape;
  }
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, "v").flags === "v";
  } catch {
    return false;
  }
}

function isOne(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function isCased(first: string, last: string): boolean {
  return /\p{Cased}/u.test(first) || /\p{Cased}/u.test(last);
}

function foldedRange(first: string, last: string): string {
  let others = "";
  for (let code = first.codePointAt(0)!; code <= last.codePointAt(0)! && code < 0x7f; code++) {
    for (const variant of caseVariants(String.fromCodePoint(code))) others += escaped(variant);
  }
  return others;
}

function literal(character: string, folds: boolean): string {
  const variants = folds ? caseVariants(character) : [character];
  return variants.length === 1 ? escaped(character) : `[${variants.map(escaped).join("")}]`;
}

function escaped(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** POSIX names, as Oniguruma takes them in \p{…}. */
function posixName(name: string): string | undefined {
  const names: Readonly<Record<string, string>> = {
    alpha: "Alphabetic",
    digit: "Nd",
    space: "White_Space",
    upper: "Uppercase",
    lower: "Lowercase",
    punct: "P",
    han: "Script=Han",
  };
  return names[name.toLowerCase()];
}
