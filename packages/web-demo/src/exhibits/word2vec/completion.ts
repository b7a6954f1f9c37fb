import { limits } from "./config.js";

/**
 * The words that begin as a text does, the most frequent first; those that only have it inside come after them.
 *
 * @param words the most frequent first
 */
export function completionsOf(words: readonly string[], typed: string): string[] {
  const start = typed.trim().toLowerCase();
  if (start === "") return [];
  const beginning: string[] = [];
  const inside: string[] = [];
  for (const word of words) {
    const at = word.indexOf(start);
    if (at === 0) beginning.push(word);
    else if (at > 0 && inside.length < limits.completions) inside.push(word);
    if (beginning.length === limits.completions) break;
  }
  return [...beginning, ...inside].slice(0, limits.completions);
}

/** Offers words under the fields that ask for one: the browser's own list, filled anew with every key. */
export class Completion {
  readonly #list: HTMLElement;
  #words: readonly string[] = [];

  constructor(list: HTMLElement, fields: readonly HTMLInputElement[]) {
    this.#list = list;
    for (const field of fields) {
      field.setAttribute("list", list.id);
      for (const event of ["input", "focus"]) field.addEventListener(event, () => this.#offer(field.value));
    }
  }

  begin(words: readonly string[]): void {
    this.#words = words;
    this.#list.replaceChildren();
  }

  #offer(typed: string): void {
    this.#list.replaceChildren(
      ...completionsOf(this.#words, typed).map((word) => {
        const option = document.createElement("option");
        option.value = word;
        return option;
      }),
    );
  }
}
