import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import { catalogue, contenderIds, type ContenderId, groups, jobIds, type JobId } from "./catalogue.js";
import { significant } from "./report.js";
import type { State } from "./state.js";
import { rateOf, ratioOf, scaleOf } from "./verdict.js";

/** The elements of one bar. */
interface Row {
  readonly root: HTMLElement;
  readonly bar: HTMLElement;
  readonly rate: HTMLElement;
  readonly number: HTMLElement;
  readonly ratio: HTMLElement;
}

/** The bars of all jobs. A bar's length is the speed so far; it is filled as far as its samples have come in. */
export class Bars {
  readonly #root: HTMLElement;
  readonly #strings: Strings["kernels"];
  readonly #numbers: Numbers;
  readonly #rows = new Map<string, Row>();

  constructor(root: HTMLElement, strings: Strings["kernels"], numbers: Numbers) {
    this.#root = root;
    this.#strings = strings;
    this.#numbers = numbers;
    for (const job of jobIds) {
      for (const contender of contenderIds) {
        const row = this.#find(root, `[data-job=${job}] [data-contender=${contender}]`);
        this.#rows.set(`${job} ${contender}`, {
          root: row,
          bar: this.#find(row, ".bar"),
          rate: this.#find(row, ".rate"),
          number: this.#find(row, ".number"),
          ratio: this.#find(row, ".ratio"),
        });
      }
    }
  }

  /** Shows a state; `chosen` are the jobs of the next run. */
  show(state: State, chosen: readonly JobId[]): void {
    for (const job of jobIds) {
      const result = state.results[job];
      const table = this.#find(this.#root, `[data-job=${job}]`);
      table.toggleAttribute("data-active", state.at?.job === job);
      table.toggleAttribute("data-off", result === undefined && !chosen.includes(job));
      const failure = this.#find(this.#root, `[data-failure=${job}]`);
      failure.hidden = result?.failure === undefined;
      setText(failure, format(this.#strings.row.failed, { reason: result?.failure ?? "" }));
      const scale = scaleOf(job, state.results);
      for (const contender of contenderIds) this.#showRow(job, contender, state, scale);
    }
  }

  #showRow(job: JobId, contender: ContenderId, state: State, scale: number): void {
    const { root, bar, rate, number, ratio } = this.#rows.get(`${job} ${contender}`)!;
    const { row, units } = this.#strings;
    const result = state.results[job];
    const figure = result?.figures[contender];
    const before = state.before[job]?.figures[contender];
    const { job: activeJob, stage, contender: active } = state.at ?? {};
    root.toggleAttribute("data-warming", activeJob === job && stage === "warming" && active === contender);
    const speed = figure && rateOf(job, figure.median);
    set(bar, "--length", speed === undefined ? 0 : speed / scale);
    set(bar, "--filled", figure ? figure.samples / figure.planned : 0);
    set(bar, "--spread", figure ? Math.min(0.5, figure.spread / figure.median) : 0);
    const mark = before && scale > 0 ? rateOf(job, before.median) / scale : 0;
    set(bar, "--before", mark);
    bar.toggleAttribute("data-before", mark > 0 && mark <= 1);
    const missing = state.contenders?.includes(contender) === false;
    if (speed === undefined || !figure) {
      setText(number, missing ? row.missing : "–");
      rate.removeAttribute("title");
    } else {
      const text = `${significant(speed, this.#numbers)} ${units[groups[catalogue[job].group].unit]}`;
      setText(number, text);
      rate.title = format(row.title, {
        samples: figure.samples,
        ms: significant(figure.median, this.#numbers),
        spread: significant(figure.spread, this.#numbers),
      });
    }
    const times = result && ratioOf(result, contender);
    // Plain JavaScript is what the others are measured by.
    const against = times === 1 ? "1" : times && significant(times, this.#numbers);
    setText(ratio, against ? format(row.times, { ratio: against }) : "");
  }

  #find(root: HTMLElement, selector: string): HTMLElement {
    const element = root.querySelector<HTMLElement>(selector);
    if (!element) throw new Error(`The page has no ${selector}`);
    return element;
  }
}

function set(element: HTMLElement, name: string, value: number): void {
  const text = value.toFixed(4);
  if (element.style.getPropertyValue(name) !== text) element.style.setProperty(name, text);
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
