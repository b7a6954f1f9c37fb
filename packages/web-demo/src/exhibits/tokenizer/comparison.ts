import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import { encodingIds, type TokenizerId } from "./catalogue.js";

/** What is known of a row. */
export interface Row {
  readonly count?: number;
  readonly milliseconds?: number;
  readonly loading?: boolean;
  /** Why there is no figure. */
  readonly reason?: string;
}

/** Counts of several encodings side by side. */
export class Comparison {
  readonly #rows: ReadonlyMap<TokenizerId, HTMLTableRowElement>;
  readonly #strings: Strings["tokenizer"];
  readonly #numbers: Numbers;

  constructor(root: HTMLElement, strings: Strings["tokenizer"], numbers: Numbers) {
    this.#strings = strings;
    this.#numbers = numbers;
    this.#rows = new Map(
      [...encodingIds, "own" as const].map((id) => [
        id,
        root.querySelector<HTMLTableRowElement>(`tr[data-count=${id}]`)!,
      ]),
    );
  }

  show(
    rows: ReadonlyMap<TokenizerId, Row>,
    wanted: ReadonlySet<TokenizerId>,
    main: TokenizerId,
    bytes: number,
  ): void {
    for (const [id, element] of this.#rows) {
      element.toggleAttribute("data-main", id === main);
      if (id === "own") element.hidden = main !== "own";
      // It is counted in any case.
      else element.querySelector("input")!.disabled = id === main;
      const cells = this.#cells(wanted.has(id), rows.get(id), bytes);
      for (const [name, text] of Object.entries(cells)) {
        const cell = element.querySelector<HTMLElement>(`[data-cell=${name}]`)!;
        if (cell.textContent !== text) cell.textContent = text;
      }
    }
  }

  #cells(isWanted: boolean, row: Row | undefined, bytes: number): Record<string, string> {
    const { counts } = this.#strings;
    const nothing = { tokens: "–", perToken: "–", time: "–", speed: "–" };
    if (!isWanted) return nothing;
    if (!row) return { ...nothing, tokens: "…" };
    if (row.reason !== undefined) return { ...nothing, tokens: counts.none };
    if (row.count === undefined) return { ...nothing, tokens: row.loading ? counts.loading : "…" };
    const fixed = (value: number, digits: number): string => this.#numbers.fixed(value, digits);
    const milliseconds = row.milliseconds ?? 0;
    const speed = milliseconds > 0 ? bytes / 1000 / milliseconds : undefined;
    return {
      tokens: this.#numbers.whole(row.count),
      perToken: row.count > 0 ? fixed(bytes / row.count, 2) : "–",
      time:
        milliseconds < 1
          ? format(counts.microseconds, { us: fixed(1000 * milliseconds, milliseconds < 0.01 ? 1 : 0) })
          : format(counts.milliseconds, { ms: fixed(milliseconds, milliseconds < 10 ? 2 : 0) }),
      speed: speed === undefined ? "–" : format(counts.rate, { rate: fixed(speed, speed < 10 ? 1 : 0) }),
    };
  }
}
