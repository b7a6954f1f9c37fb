import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import { showProgress } from "../../shell/progress.js";
import { nGramBits } from "./config.js";
import type { Parts } from "../../shell/parts.js";
import type { Phase, State } from "./state.js";

type CharRnnStrings = Strings["charRnn"];

/** What the view needs to know besides the state. */
export interface Surroundings {
  /** Steps of the run that is set up. */
  steps: number;
  /** The settings differ from those of the run under way. */
  pending: boolean;
  /** The figures of the letter tables belong to the text in use. */
  comparable: boolean;
  /** Milliseconds that the last stop took. */
  stopMs: number | undefined;
}

/** Writes a state into the controls and figures. Called at every change: it only touches what differs. */
export function render(
  parts: Parts,
  state: State,
  around: Surroundings,
  strings: CharRnnStrings,
  numbers: Numbers,
): void {
  const { phase, progress } = state;
  const text = (name: string, value: string): void => {
    const element = parts.get(name);
    if (element.textContent !== value) element.textContent = value;
  };
  const enable = (name: string, enabled: boolean): void => {
    const button = parts.get(name, "button");
    // Until the script runs, the markup has it disabled. From here on it stays focusable, for who just pressed it.
    button.disabled = false;
    button.setAttribute("aria-disabled", String(!enabled));
  };

  parts.root.dataset["phase"] = phase;
  parts.root.toggleAttribute("data-writing", state.writing || phase === "running");
  text("primary", primaryLabel(phase, state.writing, strings));
  enable("primary", phase !== "pausing");
  enable("step", phase === "idle" || phase === "paused");
  enable("reset", phase !== "idle");
  enable("write", state.facts !== undefined && phase !== "error" && phase !== "loading");
  enable("download", progress !== undefined && phase !== "error");
  enable("copy", true);
  parts.get("pending").hidden = !around.pending;
  parts.get("reset").toggleAttribute("data-wanted", around.pending);

  text("status", statusText(state, around, strings, numbers));
  const steps = progress?.steps ?? around.steps;
  text("stepNow", numbers.whole(progress?.step ?? 0));
  text("stepOf", format(strings.figures.of, { steps: numbers.whole(steps) }));
  const fraction = phase === "loading" ? state.loading?.fraction : (progress?.step ?? 0) / steps;
  showProgress(parts.get("progress"), fraction, parts.get("status").textContent ?? "");

  text("bits", progress ? numbers.fixed(progress.bitsPerCharacter, 2) : "?.??");
  parts.get("bits").toggleAttribute("data-empty", progress === undefined);
  text("heldOut", state.heldOut === undefined ? "–" : numbers.fixed(state.heldOut, 3));
  text("verdict", verdictOf(state, around, strings));
  text("speed", progress ? numbers.whole(progress.charactersPerSecond) : "–");
  const left = progress && phase !== "finished" ? numbers.duration(progress.etaSeconds) : "–";
  text("left", left);
  text("paperHint", phase === "idle" ? strings.paper.recordedHint : strings.paper.hint);
  text("notebookHint", phase === "idle" ? strings.notebook.recordedHint : strings.notebook.hint);
  text("chartHint", around.comparable ? strings.chart.hint : strings.chart.hintOwn);

  const failure = parts.get("failure");
  if (failure.hidden !== (state.failure === undefined)) failure.hidden = state.failure === undefined;
  if (state.failure) {
    text("failureText", format(strings.error[state.failure.stage], { reason: state.failure.reason }));
  }
}

function primaryLabel(phase: Phase, writing: boolean, { transport }: CharRnnStrings): string {
  switch (phase) {
    case "idle":
      return transport.start;
    case "loading":
      return transport.cancel;
    case "running":
      return transport.pause;
    case "pausing":
      return transport.pausing;
    case "paused":
      return writing ? transport.pause : transport.resume;
    case "finished":
      return writing ? transport.pause : transport.again;
    case "error":
      return transport.retry;
  }
}

function statusText(
  state: State,
  { stopMs }: Surroundings,
  strings: CharRnnStrings,
  numbers: Numbers,
): string {
  const { phase, loading } = state;
  if (loading) {
    const stage = strings.stage[loading.stage];
    return loading.fraction === undefined
      ? `${stage}…`
      : `${stage}: ${numbers.whole(100 * loading.fraction)} %`;
  }
  if (state.evaluating) return strings.live.evaluating;
  if (state.writing) return strings.paper.writing;
  if (phase === "paused" && stopMs !== undefined) {
    return format(strings.figures.stopTook, { ms: numbers.whole(stopMs) });
  }
  return strings.phase[phase];
}

/** What the figure means: how the network compares with tables of letter sequences. */
export function verdictOf(
  { progress, heldOut }: Pick<State, "progress" | "heldOut">,
  { comparable }: Pick<Surroundings, "comparable">,
  { verdict, figures }: CharRnnStrings,
): string {
  if (!progress) return `${verdict.none} ${figures.bitsHint}`;
  if (!comparable) return figures.bitsHint;
  const bits = heldOut ?? progress.bitsPerCharacter;
  if (bits < nGramBits.order5) return verdict.order5;
  if (bits < nGramBits.order3) return verdict.order3;
  if (bits < nGramBits.pairs) return verdict.pairs;
  return bits < nGramBits.unigram ? verdict.unigram : verdict.guessing;
}
