import type { Exhibit } from "./exhibit.js";
import { splitFragment } from "./urlState.js";

/** What the showroom stands on: the page's own, or doubles in a test. */
export interface ShowroomParts<Id extends string> {
  readonly exhibits: Readonly<Record<Id, () => Promise<{ exhibit: Exhibit }>>>;
  /** The exhibit for an address that names none. */
  readonly first: Id;
  /** The exhibit's element: the one that is there already, or one that takes the place of what is there. */
  place(exhibit: Exhibit): HTMLElement;
  /** Takes down what is there; `id` comes in its place. */
  clear(id: Id): void;
  /** Brings an exhibit to life, until it is `left`. */
  mount(exhibit: Exhibit, root: HTMLElement, left: AbortSignal): void;
  /** The exhibit that is shown now; `moved` if there was another before. */
  shown(id: Id, moved: boolean): void;
  failed(error: unknown): void;
}

/** Shows one exhibit at a time: the one that the address names. */
export class Showroom<Id extends string> {
  readonly #parts: ShowroomParts<Id>;
  #current: { id: Id; left: AbortController } | undefined;

  constructor(parts: ShowroomParts<Id>) {
    this.#parts = parts;
  }

  /** Goes where the fragment says. One that names no exhibit, such as a skip link's, changes nothing. */
  async follow(fragment: string): Promise<void> {
    const { exhibits, first } = this.#parts;
    const named = splitFragment(fragment).exhibit;
    const wanted = Object.hasOwn(exhibits, named) ? (named as Id) : undefined;
    const id = wanted ?? (named === "" || !this.#current ? first : this.#current.id);
    if (id === this.#current?.id) return;
    const moved = this.#current !== undefined;
    this.#current?.left.abort();
    const left = new AbortController();
    this.#current = { id, left };
    this.#parts.clear(id);
    try {
      const { exhibit } = await exhibits[id]();
      // Gone on to another one while this one was under way.
      if (left.signal.aborted) return;
      this.#parts.mount(exhibit, this.#parts.place(exhibit), left.signal);
      this.#parts.shown(id, moved);
    } catch (error) {
      if (!left.signal.aborted) this.#parts.failed(error);
    }
  }
}
