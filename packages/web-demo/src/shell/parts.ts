/** The elements of the exhibit's markup, by the name in their `data-part`. */
export class Parts {
  readonly root: HTMLElement;

  constructor(root: HTMLElement) {
    this.root = root;
  }

  /** @throws Error if the markup has no such part: the page is broken then, and a test says so */
  get(name: string): HTMLElement;
  get<K extends keyof HTMLElementTagNameMap>(name: string, tag: K): HTMLElementTagNameMap[K];
  get(name: string, tag = ""): HTMLElement {
    const element = this.root.querySelector<HTMLElement>(`${tag}[data-part=${name}]`);
    if (!element) throw new Error(`The page has no part "${name}"`);
    return element;
  }
}
