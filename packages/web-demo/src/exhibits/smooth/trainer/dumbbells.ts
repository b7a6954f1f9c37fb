import { format } from "../../../shell/i18n.js";
import type { Numbers } from "../../../shell/numbers.js";
import type { Strings } from "../../../shell/en.js";
import { compare, type SeedResult, type Spread } from "./spread.js";

/** One lane a seed: where cross-entropy ended, where soft-F1 ended, and the way between; below, the means and their spread. */
export class Dumbbells {
  readonly #root: HTMLElement;
  readonly #strings: Strings["smooth"]["seeds"];
  readonly #numbers: Numbers;

  constructor(root: HTMLElement, strings: Strings["smooth"]["seeds"], numbers: Numbers) {
    this.#root = root;
    this.#strings = strings;
    this.#numbers = numbers;
  }

  /** Shows the seeds that are done, of so many. */
  show(results: readonly SeedResult[], seeds: number): void {
    const { row, waiting, mean } = this.#strings;
    const f1 = (value: number): string => this.#numbers.fixed(value, 3);
    const from = floorOf(results);
    const rows = Array.from({ length: seeds }, (_, i) => {
      const result = results[i];
      if (!result) return lane({ name: format(waiting, { index: i + 1 }), figures: "", places: undefined });
      const { seed, crossEntropy, tuned, softF1 } = result;
      return lane({
        name: format(row, { seed }),
        figures: `${f1(crossEntropy)} → ${f1(softF1)}`,
        places: { before: crossEntropy, tuned, after: softF1, from },
      });
    });
    const means = compare(results);
    if (means && results.length === seeds) {
      const { crossEntropy, tuned, softF1 } = means;
      const last = lane({
        name: mean,
        figures: `${f1(crossEntropy.mean)} → ${f1(softF1.mean)}`,
        places: { before: crossEntropy.mean, tuned: tuned.mean, after: softF1.mean, from },
        spreads: [crossEntropy, softF1],
      });
      last.dataset["mean"] = "";
      rows.push(last);
    }
    this.#root.replaceChildren(...rows);
  }
}

interface Lane {
  readonly name: string;
  readonly figures: string;
  readonly places:
    | { readonly before: number; readonly tuned: number; readonly after: number; readonly from: number }
    | undefined;
  readonly spreads?: readonly [Spread, Spread];
}

/** The lanes need not begin at nothing: these are places, no lengths. In steps of a tenth. */
export function floorOf(results: readonly SeedResult[]): number {
  if (results.length === 0) return 0;
  const all = results.flatMap(({ crossEntropy, tuned, softF1 }) => [crossEntropy, tuned, softF1]);
  const least = Math.min(...all);
  return Math.max(0, Math.floor(10 * least - 0.5) / 10);
}

function lane({ name, figures, places, spreads }: Lane): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  const track = document.createElement("td");
  track.className = "way";
  const text = document.createElement("td");
  text.className = "figures";
  text.textContent = figures;
  row.append(head, track, text);
  const rail = document.createElement("span");
  rail.className = "rail";
  track.append(rail);
  if (!places) return row;
  const { before, tuned, after, from } = places;
  const at = (value: number): string => `${(100 * (value - from)) / (1 - from)}%`;
  rail.toggleAttribute("data-worse", after < before);
  rail.style.setProperty("--before", at(before));
  rail.style.setProperty("--tuned", at(tuned));
  rail.style.setProperty("--after", at(after));
  rail.append(...["s", "i", "em", "b"].map((tag) => document.createElement(tag)));
  spreads?.forEach(({ mean, deviation }, i) => {
    const whisker = document.createElement("u");
    whisker.className = i === 0 ? "crossEntropy" : "softF1";
    whisker.style.setProperty("--low", at(Math.max(from, mean - deviation)));
    whisker.style.setProperty("--high", at(Math.min(1, mean + deviation)));
    rail.append(whisker);
  });
  return row;
}
