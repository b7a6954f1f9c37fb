import type { Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import type { Strings } from "../../shell/en.js";
import type { Settings } from "./config.js";
import { pairsOf } from "./plantedCorpus.js";
import type { Answers, Frame, WordList as Words } from "./protocol.js";
import { setText } from "./view.js";
import { WordList } from "./wordList.js";
import { type Accents, WordMap } from "./wordMap.js";

/** The map of words, the list that says the same, and what is said of both. */
export class MapRoom {
  readonly #parts: Parts;
  readonly #strings: Strings["word2vec"]["map"];
  readonly #numbers: Numbers;
  readonly #map: WordMap;
  readonly #list: WordList;
  #frame: Frame | undefined;
  /** UMAP is asked for, but words still move. */
  #waiting = false;

  constructor(parts: Parts, shell: Shell, numbers: Numbers, choose: (word: string) => void) {
    this.#parts = parts;
    this.#strings = shell.strings.word2vec.map;
    this.#numbers = numbers;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const hover = (word: string): void => this.point(word);
    this.#map = new WordMap(parts.get("map", "canvas"), shell.palette, shell.left, () => calm.matches, {
      choose,
      hover,
    });
    this.#list = new WordList(parts.get("words"), numbers, shell.left, { choose, hover });
  }

  /** Words of another list: what was shown is of no use. */
  begin(words: Words | undefined): void {
    this.#frame = undefined;
    this.#map.begin(words?.words ?? []);
    this.#list.begin(words);
  }

  show(frame: Frame, waiting: boolean): void {
    this.#frame = frame;
    this.#waiting = waiting;
    this.#map.show(frame);
    this.#list.show(frame);
    this.#describe();
  }

  /** Lets a word stand out that is pointed at. */
  point(word: string): void {
    this.#map.point(word);
  }

  accent(settings: Settings, answers: Answers | undefined): void {
    const word = settings.word.trim().toLowerCase();
    const [best] = answers?.analogy.list ?? [];
    const lower = (text: string): string => text.trim().toLowerCase();
    const arrows: Accents["arrows"] = best
      ? [
          [lower(settings.a), lower(settings.b)],
          [lower(settings.c), best.word],
        ]
      : [];
    this.#map.accent({
      word,
      neighbours: (answers?.neighbours.list ?? []).map((one) => one.word),
      arrows,
      pairs: settings.show === "pairs" ? pairsOf(settings.relation) : [],
      find: lower(settings.find),
    });
    this.#list.mark(word);
  }

  /** Says in place of a map why there is none; nothing where there is one. */
  explain(text: string): void {
    const overlay = this.#parts.get("overlay");
    overlay.hidden = text === "";
    setText(overlay, text);
    if (text !== "") {
      setText(this.#parts.get("mapMessage"), "");
      this.#parts.get("map").setAttribute("aria-label", this.#strings.empty);
    }
  }

  #describe(): void {
    const { projection, fitted, share, fraction } = this.#frame!;
    const count = this.#numbers.whole(fitted);
    this.explain(fitted === 0 ? this.#strings.none : "");
    if (fitted === 0) return;
    const percent = this.#numbers.whole(100 * fraction);
    const text =
      projection === "umap"
        ? format(fraction < 1 ? this.#strings.unfolding : this.#strings.umap, { count, percent })
        : format(this.#strings.pca, { count, share: this.#numbers.whole(100 * share) });
    setText(this.#parts.get("mapMessage"), this.#waiting ? `${text} ${this.#strings.waiting}` : text);
    this.#parts.get("map").setAttribute("aria-label", format(this.#strings.label, { count }));
  }
}
