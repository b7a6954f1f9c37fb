import type { Numbers } from "../../shell/numbers.js";
import type { Frame, WordList as Words } from "./protocol.js";

/** How often figures of places are written anew while words move, in milliseconds. */
const pace = 1000;

/** The map as a list: every word on it, how often it came, and where it is. Arrow keys walk through it, and choose. */
export class WordList {
  readonly #box: HTMLElement;
  readonly #numbers: Numbers;
  readonly #choose: (word: string) => void;
  #key = "";
  #words: Words | undefined;
  #rows = new Map<string, HTMLElement>();
  #chosen = "";
  #writtenAt = -Infinity;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(
    box: HTMLElement,
    numbers: Numbers,
    left: AbortSignal,
    on: { choose: (word: string) => void; hover: (word: string) => void },
  ) {
    this.#box = box;
    this.#numbers = numbers;
    this.#choose = on.choose;
    const wordOf = (event: Event): string =>
      (event.target as Element).closest<HTMLElement>("[role=option]")?.dataset["word"] ?? "";
    box.addEventListener("click", (event) => {
      const word = wordOf(event);
      if (word !== "") on.choose(word);
    });
    box.addEventListener("pointerover", (event) => on.hover(wordOf(event)));
    box.addEventListener("pointerleave", () => on.hover(""));
    box.addEventListener("keydown", (event) => this.#walk(event));
    left.addEventListener("abort", () => clearTimeout(this.#late));
  }

  begin(words: Words | undefined): void {
    this.#words = words;
    this.#key = "";
    this.#rows.clear();
    this.#box.replaceChildren();
  }

  show(frame: Frame): void {
    if (!this.#words) return;
    const key = frame.indices.join();
    if (key !== this.#key) {
      this.#key = key;
      this.#fill(frame.indices);
      this.#writtenAt = -Infinity;
    }
    clearTimeout(this.#late);
    const wait = this.#writtenAt + pace - performance.now();
    if (wait <= 0) this.#write(frame);
    // The last frame is written in any case.
    else this.#late = setTimeout(() => this.#write(frame), wait);
  }

  mark(word: string): void {
    this.#rows.get(this.#chosen)?.setAttribute("aria-selected", "false");
    this.#chosen = word;
    const row = this.#rows.get(word);
    if (!row) {
      this.#box.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("aria-selected", "true");
    this.#box.setAttribute("aria-activedescendant", row.id);
    if (this.#box.contains(document.activeElement)) row.scrollIntoView({ block: "nearest" });
  }

  #fill(indices: Int32Array): void {
    const { words, counts } = this.#words!;
    const top = this.#box.scrollTop;
    this.#rows.clear();
    const fragment = document.createDocumentFragment();
    for (const index of indices) {
      const word = words[index]!;
      const row = document.createElement("div");
      row.role = "option";
      row.id = `word2vec-word-${index}`;
      row.dataset["word"] = word;
      row.setAttribute("aria-selected", "false");
      row.append(cell(word), cell(counts ? this.#numbers.whole(counts[index]!) : ""), cell(""), cell(""));
      fragment.append(row);
      this.#rows.set(word, row);
    }
    this.#box.replaceChildren(fragment);
    this.#box.scrollTop = top;
    this.mark(this.#chosen);
  }

  #write({ points }: Frame): void {
    this.#writtenAt = performance.now();
    let i = 0;
    for (const row of this.#rows.values()) {
      for (const axis of [0, 1]) {
        const text = this.#numbers.fixed(points[2 * i + axis]!, 2);
        const place = row.children[2 + axis]!;
        if (place.textContent !== text) place.textContent = text;
      }
      i++;
    }
  }

  #walk(event: KeyboardEvent): void {
    const words = [...this.#rows.keys()];
    const at = words.indexOf(this.#chosen);
    const page = 10;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: words.length - 1,
    }[event.key];
    if (to === undefined || words.length === 0) return;
    event.preventDefault();
    const word = words[Math.max(0, Math.min(to, words.length - 1))]!;
    // At once: the next key, which may come before any answer, goes on from here.
    this.mark(word);
    this.#choose(word);
  }
}

function cell(text: string): HTMLElement {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}
