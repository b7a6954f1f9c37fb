/**
 * A formula as MathML. What it reads is a small part of TeX: `\frac{a}{b}`, `\sqrt{a}`, `\text{words}`, `_`, `^`, braces; a run of
 * letters is one name (`max`), Greek letters and signs stand for themselves, `\,` is a space.
 *
 * @throws Error for braces that do not match
 */
export function mathml(formula: string): string {
  const reader = new Reader(formula);
  const row = reader.row();
  reader.expectEnd();
  return `<math display="block"><mrow>${row}</mrow></math>`;
}

const token = /\\[a-z]+|\\,|[a-zA-Z]+|\d+(?:\.\d+)?|[^\s]/gu;
const greek = /^[α-ωΑ-Ω]$/u;
const opening = new Set(["(", "["]);

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(formula: string) {
    // `\text{…}` keeps its spaces: it is one token.
    this.#tokens = formula
      .split(/(\\text\{[^}]*\})/)
      .flatMap((part) => (part.startsWith("\\text{") ? [part] : (part.match(token) ?? [])));
  }

  row(): string {
    let written = "";
    while (this.#at < this.#tokens.length && this.#tokens[this.#at] !== "}") written += this.#item();
    return written;
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw new Error("A brace too many");
  }

  /** An atom with what stands under and over its right side. */
  #item(): string {
    const first = this.#tokens[this.#at] ?? "";
    const written = this.#scripted(first === "Σ");
    // A name of several letters stands off from what it is applied to, where no bracket does that.
    const isApplied = /^[a-zA-Z]{2}/.test(first) && /^[\\\p{L}\d]/u.test(this.#tokens[this.#at] ?? "");
    return isApplied ? `${written}<mspace width="0.17em"></mspace>` : written;
  }

  #scripted(isSum: boolean): string {
    const base = this.#atom();
    const under = this.#taken("_") ? this.#argument() : undefined;
    const over = this.#taken("^") ? this.#argument() : undefined;
    if (under === undefined && over === undefined) return base;
    if (isSum && over === undefined) return `<munder>${base}${under}</munder>`;
    if (under === undefined) return `<msup>${base}${over}</msup>`;
    if (over === undefined) return `<msub>${base}${under}</msub>`;
    return `<msubsup>${base}${under}${over}</msubsup>`;
  }

  #argument(): string {
    if (!this.#taken("{")) return this.#atom();
    const row = this.row();
    if (!this.#taken("}")) throw new Error("A brace is not closed");
    return `<mrow>${row}</mrow>`;
  }

  #atom(): string {
    const text = this.#tokens[this.#at];
    if (text === "{") return this.#argument();
    this.#at++;
    if (text === undefined) throw new Error("The formula ends too soon");
    if (text === "\\frac") return `<mfrac>${this.#argument()}${this.#argument()}</mfrac>`;
    if (text === "\\sqrt") return `<msqrt>${this.#argument()}</msqrt>`;
    if (text === "\\,") return `<mspace width="0.3em"></mspace>`;
    if (text.startsWith("\\text{"))
      return `<mtext>${escape(text.slice(6, -1)).replaceAll(" ", "\u00a0")}</mtext>`;
    if (/^\d/.test(text)) return `<mn>${text}</mn>`;
    if (/^[a-zA-Z]/.test(text) || (greek.test(text) && text !== "Σ")) return `<mi>${text}</mi>`;
    if (text === "Σ") return `<mo>∑</mo>`;
    if (text === "-") return `<mo>−</mo>`;
    if (text === "|") return `<mo fence="true" stretchy="false">|</mo>`;
    if (opening.has(text) || text === ")" || text === "]") return `<mo stretchy="false">${text}</mo>`;
    return `<mo>${escape(text)}</mo>`;
  }

  #taken(text: string): boolean {
    const isNext = this.#tokens[this.#at] === text;
    if (isNext) this.#at++;
    return isNext;
  }
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
