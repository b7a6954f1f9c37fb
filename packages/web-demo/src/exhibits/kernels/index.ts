import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { readSettings } from "../../shell/urlState.js";
import { Bars } from "./bars.js";
import { jobIds, type JobId } from "./catalogue.js";
import { type Conditions, engineOf, type UserAgentData } from "./conditions.js";
import { settingFields } from "./config.js";
import "./kernels.css";
import { kernelsMarkup } from "./markup.js";
import type { Reply, Request, RunLength } from "./protocol.js";
import { jsonOf, markdownOf, type Report, significant } from "./report.js";
import { SettingsForm } from "./settingsForm.js";
import { type Action, initialState, reduce, type State } from "./state.js";
import { bestRatio } from "./verdict.js";
import { render, showConditions, summaryOf } from "./view.js";

/** The kernels, measured in the visitor's own browser beside plain JavaScript. */
export const exhibit: Exhibit = {
  id: "kernels",
  markup: kernelsMarkup,
  mount(root, shell) {
    new KernelsExhibit(root, shell).show();
  },
};

class KernelsExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #bars: Bars;
  readonly #form: SettingsForm;
  #state: State = initialState;
  #worker: Worker | undefined;
  /** What the last run was started with, and when. */
  #started: { length: RunLength; date: string } | undefined;

  constructor(root: HTMLElement, shell: Shell) {
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    this.#bars = new Bars(root, shell.strings.kernels, this.#numbers);
    this.#form = new SettingsForm(root, () => this.#settingsChanged());
    const follow = (): void => this.#form.show(readSettings(settingFields, shell.address.read()));
    follow();
    shell.address.onChange(() => {
      follow();
      this.#render();
    });
    shell.left.addEventListener("abort", () => this.#endWorker());
    this.#onClick("primary", () => this.#primary());
    this.#onClick("retry", () => {
      // The button goes away: the focus goes where the next thing to press is.
      this.#parts.get("primary").focus({ preventScroll: true });
      this.#start();
    });
    this.#onClick("all", () => this.#choose(jobIds));
    this.#onClick("none", () => this.#choose([]));
    this.#onClick("markdown", () => void this.#copy(markdownOf(this.#report(), shell.strings.kernels)));
    this.#onClick("json", () => void this.#copy(jsonOf(this.#report())));
    this.#onClick("link", () => {
      shell.address.write(this.#form.parameters());
      void this.#copy(location.href);
    });
  }

  /** From here on the controls work. */
  show(): void {
    this.#render();
    this.#showConditions();
  }

  #onClick(name: string, action: () => void): void {
    const button = this.#parts.get(name);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") action();
    });
  }

  #primary(): void {
    const { phase } = this.#state;
    if (phase === "loading" || phase === "running") this.#stop();
    else this.#start();
  }

  #start(): void {
    const { length, jobs } = this.#form.read();
    if (jobs.length === 0) return;
    this.#started = { length, date: new Date().toISOString() };
    this.#dispatch({ type: "start", jobs });
    this.#endWorker();
    this.#worker = this.#makeWorker();
    const request: Request = { run: this.#state.run, length, jobs };
    this.#worker.postMessage(request, []);
  }

  /** Ends the worker, which lets that happen every few milliseconds. */
  #stop(): void {
    this.#endWorker();
    this.#dispatch({ type: "stop" });
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./benchWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (this.#worker === worker) this.#dispatch(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      this.#endWorker();
      this.#dispatch({ type: "crash", reason: event.message || undefined });
    });
    return worker;
  }

  #choose(jobs: readonly JobId[]): void {
    this.#form.show({ ...this.#form.read(), jobs });
    this.#settingsChanged();
  }

  #settingsChanged(): void {
    this.#shell.address.write(this.#form.parameters());
    this.#render();
  }

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    this.#render();
    this.#announce(before, this.#state);
    if (action.type === "ready") this.#showConditions();
    // Its memory is of no more use.
    if (action.type === "finished" || action.type === "failed") this.#endWorker();
  }

  #render(): void {
    const { jobs } = this.#form.read();
    render(this.#parts, this.#state, jobs, this.#shell.strings.kernels, this.#numbers);
    this.#bars.show(this.#state, jobs);
    const message = this.#parts.get("shareMessage");
    const { none } = this.#shell.strings.kernels.share;
    if (this.#state.phase === "running" || this.#state.phase === "loading") message.textContent = "";
    else if (this.#state.phase !== "idle" && message.textContent === none) message.textContent = "";
  }

  #announce(before: State, { phase, results }: State): void {
    const { phase: phases, live, jobs } = this.#shell.strings.kernels;
    if (phase !== before.phase) {
      const summary = summaryOf(this.#state, this.#shell.strings.kernels, this.#numbers);
      // A failure speaks for itself: its element is an alert.
      if (phase !== "error") this.#shell.announce(phase === "finished" ? summary : phases[phase], true);
      return;
    }
    for (const job of jobIds) {
      const result = results[job];
      if (!result?.done || before.results[job]?.done) continue;
      const ratio = bestRatio(result);
      if (ratio === undefined) continue;
      this.#shell.announce(format(live.job, { job: jobs[job], ratio: significant(ratio, this.#numbers) }));
    }
  }

  #showConditions(): void {
    showConditions(this.#parts, this.#conditions(), this.#shell.strings.kernels, this.#numbers);
  }

  #conditions(): Conditions {
    const { userAgentData } = navigator as Navigator & { userAgentData?: UserAgentData };
    const { contenders, clockMs } = this.#state;
    return {
      engine: engineOf(userAgentData, navigator.userAgent),
      cores: navigator.hardwareConcurrency,
      isolated: crossOriginIsolated,
      contenders,
      clockMs,
    };
  }

  #report(): Report {
    const { length, date } = this.#started!;
    const conditions = this.#conditions();
    return { results: this.#state.results, conditions, length, date, address: location.href };
  }

  /** Into the clipboard, or where that is closed, into a field to copy from by hand. */
  async #copy(text: string): Promise<void> {
    const { copied, failed } = this.#shell.strings.kernels.share;
    const field = this.#parts.get("shareText", "textarea");
    let message = copied;
    try {
      await navigator.clipboard.writeText(text);
      field.hidden = true;
    } catch {
      message = failed;
      field.hidden = false;
      field.value = text;
      field.select();
    }
    this.#parts.get("shareMessage").textContent = message;
  }
}
