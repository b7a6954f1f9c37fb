import type { Shell } from "../../../shell/exhibit.js";
import { format } from "../../../shell/i18n.js";
import type { Numbers } from "../../../shell/numbers.js";
import type { Parts } from "../../../shell/parts.js";
import { showProgress } from "../../../shell/progress.js";
import type { Settings } from "../config.js";
import { ScoreChart } from "./chart.js";
import { outcomeNames, Plane, type PointSet } from "./plane.js";
import type { Standing } from "./protocol.js";
import { type TrainerState, warmedUp } from "./state.js";

/** All that is seen of the training: points and border, curves, figures, controls. */
export class TrainerView {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #plane: Plane;
  readonly #chart: ScoreChart;
  #set: PointSet | undefined;
  #shown: Standing | undefined;
  #labelledAt = -Infinity;

  constructor(parts: Parts, shell: Shell, numbers: Numbers) {
    this.#parts = parts;
    this.#shell = shell;
    this.#numbers = numbers;
    this.#plane = new Plane(parts.get("plane"));
    this.#chart = new ScoreChart(parts.get("scores"), shell.strings.smooth.chart, numbers, shell);
  }

  show(state: TrainerState, settings: Settings): void {
    const { phase, set, standings } = state;
    const { trainer } = this.#shell.strings.smooth;
    const epochs = settings.warmUp + settings.epochs;
    const last = standings.at(-1);
    this.#parts.root.dataset["phase"] = phase;
    this.#write("primary", this.#primaryLabel(state));
    // Until the script runs, the markup has them disabled. From here on they stay focusable, for who just pressed them.
    this.#parts.get("primary", "button").disabled = false;
    const reset = this.#parts.get("reset", "button");
    reset.disabled = false;
    reset.setAttribute("aria-disabled", String(phase === "idle"));
    const status = phase === "running" && last ? trainer.status[last.stage] : trainer.status[statusOf(phase)];
    this.#write("status", status);
    const whole = (value: number): string => this.#numbers.whole(value);
    this.#write("count", format(trainer.count, { epoch: whole(last?.epoch ?? 0), epochs: whole(epochs) }));
    const fraction = phase === "loading" ? undefined : (last?.epoch ?? 0) / epochs;
    showProgress(this.#parts.get("progress"), fraction, status);
    this.#showPoints(set, standings);
    this.#showFigures(standings);
    this.#chart.show(state, epochs);
    this.#label(state);
  }

  #primaryLabel({ phase }: TrainerState): string {
    const { start, pause, resume, again, retry } = this.#shell.strings.smooth.trainer;
    switch (phase) {
      case "idle":
        return start;
      case "loading":
      case "running":
        return pause;
      case "paused":
        return resume;
      case "finished":
        return again;
      case "error":
        return retry;
    }
  }

  #showPoints(set: PointSet | undefined, standings: readonly Standing[]): void {
    const last = standings.at(-1);
    if (set !== this.#set && set) {
      this.#plane.place(set);
      this.#shown = undefined;
    } else if (set && !last && this.#shown) this.#plane.place(set);
    this.#set = set;
    if (!set || last === this.#shown) {
      if (set && !last) this.#countPoints(set);
      return;
    }
    this.#shown = last;
    if (!last) {
      this.#countPoints(set);
      return;
    }
    const warm = last.stage === "softF1" ? warmedUp(standings) : undefined;
    this.#plane.keep(warm?.line);
    const outcomes = this.#plane.show(last.line);
    for (const name of outcomeNames) this.#write(name, this.#numbers.whole(outcomes[name]));
    this.#labelPlane({ ...outcomes, positives: outcomes.found + outcomes.missed });
  }

  /** Before the first epoch nothing is found. */
  #countPoints({ labels }: PointSet): void {
    const positives = Array.from(labels).filter((label) => label === 1).length;
    for (const name of outcomeNames) this.#write(name, "–");
    this.#labelPlane({ positives, found: 0, missed: positives, falseAlarm: 0 });
  }

  #labelPlane(counts: { positives: number; found: number; missed: number; falseAlarm: number }): void {
    const negatives = (this.#set?.labels.length ?? 0) - counts.positives;
    const label = format(this.#shell.strings.smooth.plane.label, { ...counts, negatives });
    this.#parts.get("plane").setAttribute("aria-label", label);
  }

  #showFigures(standings: readonly Standing[]): void {
    const warm = warmedUp(standings);
    const last = standings.at(-1);
    const isPast = last?.stage === "softF1";
    this.#showColumn("before", isPast ? warm : undefined);
    this.#showColumn("now", last);
    const { testF1, hardF1, threshold } = warm?.tuned ?? {};
    const tuned = { testF1, hardF1, threshold };
    for (const row of ["testF1", "hardF1", "threshold"] as const) {
      this.#write(`tuned-${row}`, this.#score(isPast ? tuned[row] : undefined));
    }
  }

  #showColumn(column: "before" | "now", standing: Standing | undefined): void {
    const gap = standing && Math.abs(standing.softF1 - standing.hardF1);
    const values = { ...standing, gap };
    for (const row of ["testF1", "hardF1", "softF1", "gap", "precision", "recall", "threshold"] as const) {
      this.#write(`${column}-${row}`, this.#score(values[row]));
    }
  }

  #score(value: number | undefined): string {
    return value === undefined || !Number.isFinite(value) ? "–" : this.#numbers.fixed(value, 3);
  }

  /** Says in words what the curves show, now and then. */
  #label({ standings, phase }: TrainerState): void {
    const isQuiet = performance.now() - this.#labelledAt < 2000;
    if (isQuiet && phase === "running") return;
    this.#labelledAt = performance.now();
    const { label, labelNow } = this.#shell.strings.smooth.chart;
    const last = standings.at(-1);
    const text = last
      ? format(labelNow, {
          epoch: last.epoch,
          soft: this.#score(last.softF1),
          hard: this.#score(last.hardF1),
          gap: this.#score(Math.abs(last.softF1 - last.hardF1)),
        })
      : label;
    this.#parts.get("scores").setAttribute("aria-label", text);
  }

  #write(name: string, text: string): void {
    const element = this.#parts.get(name);
    if (element.textContent !== text) element.textContent = text;
  }
}

function statusOf(phase: TrainerState["phase"]): "idle" | "loading" | "paused" | "finished" | "error" {
  return phase === "running" ? "loading" : phase;
}
