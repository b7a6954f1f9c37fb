import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import type { TokenSpan } from "./protocol.js";
import { glyphsOf, hexOf, isText, readable } from "./visible.js";

/** How many colours take turns. */
const colours = 5;

/** The tokens, coloured; one of them is current, by pointer or keyboard, and its details are shown. */
export class TokenList {
  readonly #root: HTMLElement;
  readonly #parts: Parts;
  readonly #strings: Strings["tokenizer"];
  readonly #numbers: Numbers;
  #span: TokenSpan | undefined;
  #text = "";
  #current = -1;

  constructor(parts: Parts, strings: Strings["tokenizer"], numbers: Numbers) {
    this.#parts = parts;
    this.#root = parts.get("tokens");
    this.#strings = strings;
    this.#numbers = numbers;
    this.#root.addEventListener("pointerover", (event) => this.#point(event.target));
    this.#root.addEventListener("click", (event) => this.#point(event.target));
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#root.addEventListener("focus", () => this.#select(this.#current < 0 ? 0 : this.#current));
  }

  /** @param signs whether white space and what has no shape is shown by signs */
  show(text: string, span: TokenSpan, signs: boolean): void {
    this.#text = text;
    this.#span = span;
    this.#current = -1;
    this.#root.removeAttribute("aria-activedescendant");
    const fragment = document.createDocumentFragment();
    for (let i = 0; i < span.ids.length; i++) fragment.append(this.#token(span, i, signs));
    this.#root.replaceChildren(fragment);
    this.#detail(-1);
  }

  clear(): void {
    this.#span = undefined;
    this.#current = -1;
    this.#root.replaceChildren();
    this.#detail(-1);
  }

  #token(span: TokenSpan, i: number, signs: boolean): HTMLElement {
    const element = document.createElement("span");
    element.id = `token-${i}`;
    element.role = "option";
    element.ariaSelected = "false";
    element.className = `token c${(span.from + i) % colours}`;
    const [start, end] = [span.starts[i]!, span.ends[i]!];
    // A part of a character has the whole character's place: only the first of the parts shows it.
    const isPart = i > 0 && span.starts[i - 1] === start && span.ends[i - 1] === end && end > start;
    if (isPart) {
      const bytes = bytesOf(span, i);
      element.append(sign(`⟨${hexOf(bytes)}⟩`));
      return element;
    }
    const text = this.#text.slice(start, end);
    if (!signs) {
      element.append(text);
      return element;
    }
    // Where a space was, a line may break: its sign would not let it.
    if (text.startsWith(" ")) element.append(document.createElement("wbr"));
    for (const glyph of glyphsOf(text)) {
      if (!glyph.isSign) element.append(glyph.text);
      else for (const piece of pieces(glyph.text)) element.append(piece);
    }
    return element;
  }

  #point(target: EventTarget | null): void {
    const token = target instanceof Element ? target.closest(".token") : null;
    if (token) this.#select(Number(token.id.slice("token-".length)));
  }

  #key(event: KeyboardEvent): void {
    const last = (this.#span?.ids.length ?? 0) - 1;
    const to = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[
      event.key
    ];
    if (event.key === "Home") this.#select(0);
    else if (event.key === "End") this.#select(last);
    else if (to !== undefined) this.#select(Math.max(0, Math.min(last, this.#current + to)));
    else return;
    event.preventDefault();
  }

  #select(index: number): void {
    if (!this.#span || index < 0 || index >= this.#span.ids.length || index === this.#current) return;
    const before = this.#root.children[this.#current];
    if (before) before.ariaSelected = "false";
    const now = this.#root.children[index]!;
    now.ariaSelected = "true";
    this.#current = index;
    this.#root.setAttribute("aria-activedescendant", now.id);
    if (this.#root.matches(":focus-visible")) now.scrollIntoView({ block: "nearest" });
    this.#detail(index);
  }

  #detail(i: number): void {
    const say = (name: string, value: string): void => {
      this.#parts.get(name).textContent = value;
    };
    const span = this.#span;
    if (!span || i < 0) {
      for (const name of ["index", "id", "content", "bytes", "place"]) say(name, "–");
      return;
    }
    const whole = (value: number): string => this.#numbers.whole(value);
    const bytes = bytesOf(span, i);
    say("index", whole(span.from + i));
    say("id", String(span.ids[i]));
    const content = readable(bytes);
    say("content", isText(bytes) ? JSON.stringify(content) : content);
    say("bytes", hexOf(bytes));
    const [start, end] = [whole(span.starts[i]!), whole(span.ends[i]!)];
    say("place", format(this.#strings.detail.range, { start, end }));
  }
}

function bytesOf(span: TokenSpan, i: number): Uint8Array {
  return span.bytes.subarray(i === 0 ? 0 : span.byteEnds[i - 1], span.byteEnds[i]);
}

function sign(text: string): HTMLElement {
  const element = document.createElement("i");
  element.textContent = text;
  return element;
}

/** A line end is shown, and breaks the line too. Long runs break anywhere. */
function pieces(text: string): (Node | string)[] {
  return text.split(/(?<=↵)/).flatMap((piece) => [sign(piece), ...(piece.endsWith("↵") ? ["\n"] : [])]);
}
