import type { Strings } from "../../../shell/en.js";
import { format } from "../../../shell/i18n.js";
import type { Numbers } from "../../../shell/numbers.js";
import type { Parts } from "../../../shell/parts.js";
import { seedsCompared } from "../config.js";
import { Dumbbells, floorOf } from "./dumbbells.js";
import type { TrainerReply } from "./protocol.js";
import { compare, type SeedResult, type Spread } from "./spread.js";

/** The comparison of seeds: what is done, and what it comes to. */
export class Seeds {
  readonly #parts: Parts;
  readonly #strings: Strings["smooth"]["seeds"];
  readonly #numbers: Numbers;
  readonly #dumbbells: Dumbbells;
  #run = 0;
  #isRunning = false;
  #results: readonly SeedResult[] = [];

  constructor(parts: Parts, strings: Strings["smooth"]["seeds"], numbers: Numbers) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    this.#dumbbells = new Dumbbells(parts.get("seeds"), strings, numbers);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins anew: the number that replies of this run bear. */
  begin(): number {
    this.#isRunning = true;
    this.#results = [];
    this.#run++;
    this.#show();
    return this.#run;
  }

  stop(): void {
    this.#isRunning = false;
    this.#run++;
    this.#show();
  }

  /** Figures of other settings are none of these. */
  clear(): void {
    this.#results = [];
    this.stop();
  }

  /** What it comes to, once that is known. */
  take(reply: TrainerReply): string | undefined {
    if (reply.run !== this.#run) return undefined;
    if (reply.type === "seed") this.#results = [...this.#results, reply.result];
    else if (reply.type === "compared") this.#isRunning = false;
    this.#show();
    return reply.type === "compared" ? this.#message() : undefined;
  }

  #show(): void {
    const { start, stop } = this.#strings;
    const button = this.#parts.get("compare", "button");
    button.disabled = false;
    button.textContent = this.#isRunning ? stop : start;
    const isEmpty = this.#results.length === 0 && !this.#isRunning;
    for (const name of ["seedsTable", "seedsKey"]) this.#parts.get(name).hidden = isEmpty;
    this.#parts.get("seedsFrom").textContent = this.#numbers.fixed(floorOf(this.#results), 1);
    this.#dumbbells.show(this.#results, seedsCompared);
    this.#parts.get("seedsMessage").textContent = this.#message();
  }

  #message(): string {
    const { none, running, stopped, summary, spread } = this.#strings;
    const [done, seeds] = [this.#results.length, seedsCompared];
    if (this.#isRunning) return format(running, { done, seeds });
    const result = compare(this.#results);
    if (!result) return none;
    if (done < seeds) return format(stopped, { done, seeds });
    const written = ({ mean, deviation }: Spread): string =>
      format(spread, { mean: this.#numbers.fixed(mean, 3), deviation: this.#numbers.fixed(deviation, 3) });
    return format(summary, {
      seeds,
      crossEntropy: written(result.crossEntropy),
      tuned: written(result.tuned),
      softF1: written(result.softF1),
      better: result.better,
    });
  }
}
