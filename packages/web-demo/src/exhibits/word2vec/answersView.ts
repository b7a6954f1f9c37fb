import type { Strings } from "../../shell/en.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import type { Answer, Answers } from "./protocol.js";
import { ScoreList } from "./scoreList.js";
import { setText } from "./view.js";

/** What the vectors answer: neighbours, analogies, and the word that does not match. */
export class AnswersView {
  readonly #parts: Parts;
  readonly #strings: Strings["word2vec"];
  readonly #numbers: Numbers;
  readonly #lists: Readonly<Record<"neighbours" | "answers" | "odd", ScoreList>>;

  constructor(
    parts: Parts,
    strings: Strings["word2vec"],
    numbers: Numbers,
    on: { choose: (word: string) => void; hover: (word: string) => void },
  ) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    const list = (part: string): ScoreList => new ScoreList(parts.get(part), numbers, on);
    this.#lists = { neighbours: list("neighbours"), answers: list("answers"), odd: list("odd") };
  }

  show({ neighbours, analogy, odd, milliseconds, bytes }: Answers, words: number): void {
    const { near, analogy: analogyWords, odd: oddWords } = this.#strings;
    this.#lists.neighbours.show(neighbours.list);
    this.#lists.answers.show(analogy.list);
    this.#lists.odd.show(odd.list);
    this.#say("nearMessage", this.#unknown(neighbours));
    this.#say(
      "analogyMessage",
      this.#unknown(analogy) || (analogy.list.length === 0 ? analogyWords.incomplete : ""),
    );
    const [first] = odd.list;
    const verdict = first ? format(oddWords.verdict, { word: first.word }) : oddWords.incomplete;
    this.#say("oddMessage", [verdict, this.#unknown(odd)].filter((text) => text !== "").join(" "));
    const values = { words: this.#numbers.whole(words), bytes: this.#numbers.bytes(bytes) };
    this.#say(
      "cost",
      milliseconds === undefined
        ? format(near.costUntimed, values)
        : format(near.cost, { ...values, time: this.#time(milliseconds) }),
    );
  }

  clear(): void {
    for (const list of Object.values(this.#lists)) list.show([]);
    for (const name of ["nearMessage", "analogyMessage", "oddMessage", "cost"]) this.#say(name, "");
  }

  #say(part: string, text: string): void {
    setText(this.#parts.get(part), text);
  }

  #unknown({ unknown }: Answer): string {
    if (unknown.length === 0) return "";
    const { one, many } = this.#strings.unknown;
    return format(unknown.length === 1 ? one : many, { words: unknown.join(", ") });
  }

  #time(milliseconds: number): string {
    const { milliseconds: long, microseconds: short } = this.#strings.near;
    return milliseconds < 0.1
      ? format(short, { us: this.#numbers.whole(1000 * milliseconds) })
      : format(long, { ms: this.#numbers.fixed(milliseconds, 2) });
  }
}
