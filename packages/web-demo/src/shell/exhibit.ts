import type { Strings } from "./en.js";
import type { Palette } from "./palette.js";

/** What the page lends to an exhibit. */
export interface Shell {
  readonly strings: Strings;
  readonly palette: Palette;
  /** Says something to screen readers; at most one message every few seconds unless it is `urgent`. */
  announce(message: string, urgent?: boolean): void;
  /** This exhibit's part of the address. */
  readonly address: Address;
  /** Aborted when the visitor goes on to another exhibit: workers end then. Palette and address fall silent by themselves. */
  readonly left: AbortSignal;
}

/** The settings of one exhibit in the address, as text. */
export interface Address {
  read(): URLSearchParams;
  /** Replaces the entry: settings are no pages to go back to. */
  write(settings: URLSearchParams): void;
  /** Calls back when the visitor changes the address. */
  onChange(listener: () => void): void;
}

/** One exhibit: a folder under `exhibits/` whose index exports this. */
export interface Exhibit {
  /** The folder's name: the id of its markup's root element, and its name in the address. */
  readonly id: string;
  /** The exhibit before it is brought to life, as HTML: one `article` with that id. `{{…}}` are strings of the page's language. */
  markup(): string;
  /** Brings the exhibit's markup to life. */
  mount(root: HTMLElement, shell: Shell): void;
}
