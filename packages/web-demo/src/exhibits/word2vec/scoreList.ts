import type { Numbers } from "../../shell/numbers.js";
import type { Scored } from "./protocol.js";
import { setText } from "./view.js";

/**
 * Words with bars and figures, in a list that keeps its elements: while figures change several times a second, a word
 * that is about to be pressed stays under the finger, and the focus where it was.
 */
export class ScoreList {
  readonly #list: HTMLElement;
  readonly #numbers: Numbers;
  readonly #choose: (word: string) => void;

  constructor(
    list: HTMLElement,
    numbers: Numbers,
    on: { choose: (word: string) => void; hover: (word: string) => void },
  ) {
    this.#list = list;
    this.#numbers = numbers;
    this.#choose = on.choose;
    const wordOf = (event: Event): string =>
      (event.target as Element).closest("li")?.querySelector("button")?.textContent ?? "";
    list.addEventListener("pointerover", (event) => on.hover(wordOf(event)));
    list.addEventListener("pointerleave", () => on.hover(""));
    list.addEventListener("focusin", (event) => on.hover(wordOf(event)));
    list.addEventListener("focusout", () => on.hover(""));
  }

  show(scores: readonly Scored[]): void {
    while (this.#list.children.length > scores.length) this.#list.lastElementChild!.remove();
    while (this.#list.children.length < scores.length) this.#list.append(this.#row());
    scores.forEach(({ word, value }, i) => {
      const row = this.#list.children[i] as HTMLElement;
      row.style.setProperty("--value", String(Math.max(0, Math.min(1, value))));
      setText(row.querySelector("button")!, word);
      setText(row.querySelector("output")!, this.#numbers.fixed(value, 3));
    });
  }

  #row(): HTMLElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => this.#choose(button.textContent ?? ""));
    const bar = document.createElement("i");
    const value = document.createElement("output");
    // It is read with its row; on its own it would speak several times a second.
    value.setAttribute("aria-live", "off");
    row.append(button, bar, value);
    return row;
  }
}
