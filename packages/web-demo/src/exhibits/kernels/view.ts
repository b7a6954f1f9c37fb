import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { showProgress } from "../../shell/progress.js";
import type { JobId } from "./catalogue.js";
import type { Conditions } from "./conditions.js";
import { significant } from "./report.js";
import { doneJobs, type Failure, type Phase, type State } from "./state.js";
import { verdictOf } from "./verdict.js";

type KernelStrings = Strings["kernels"];

/** Writes a state into controls and figures; the bars are `Bars`' own. Called at every change. */
export function render(
  parts: Parts,
  state: State,
  chosen: readonly JobId[],
  strings: KernelStrings,
  numbers: Numbers,
): void {
  const { phase } = state;
  const busy = phase === "loading" || phase === "running";
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
  text("primary", primaryLabel(phase, strings));
  enable("primary", busy || chosen.length > 0);
  for (const name of ["choice", "lengths"]) parts.get(name, "fieldset").disabled = busy;

  text("status", statusText(state, chosen, strings));
  const jobs = phase === "idle" ? chosen.length : state.jobs.length;
  const done = doneJobs(state.results).length;
  text("count", format(strings.transport.count, { done, jobs }));
  const fraction = phase === "loading" ? undefined : state.fraction;
  showProgress(parts.get("progress"), fraction, parts.get("status").textContent ?? "");

  const verdict = verdictOf(state.results);
  text("ratio", verdict ? `${significant(verdict.ratio, numbers)}×` : "?.?");
  parts.get("ratio").toggleAttribute("data-empty", verdict === undefined);
  text("peak", verdict?.peak === undefined ? "?.?" : significant(verdict.peak, numbers));
  parts.get("peak").toggleAttribute("data-empty", verdict?.peak === undefined);
  text("summary", summaryOf(state, strings, numbers));
  for (const name of ["markdown", "json"]) enable(name, done > 0 && !busy);
  enable("link", true);

  const failure = parts.get("failure");
  // While other jobs are still being measured, the failed one says so in its place.
  const shown = phase === "error" ? state.failure : undefined;
  if (failure.hidden !== (shown === undefined)) failure.hidden = shown === undefined;
  if (shown) text("failureText", failureText(shown, strings));
}

/** What a run came to, as a sentence or three. */
export function summaryOf(
  { results, before }: Pick<State, "results" | "before">,
  { headline }: KernelStrings,
  numbers: Numbers,
): string {
  const verdict = verdictOf(results);
  if (!verdict) return headline.none;
  const ratio = significant(verdict.ratio, numbers);
  const jobs = verdict.jobs === 1 ? headline.job : format(headline.jobs, { count: verdict.jobs });
  let text = format(headline.summary, { ratio, jobs });
  if (verdict.peak !== undefined) {
    text += format(headline.summaryPeak, { peak: significant(verdict.peak, numbers) });
  }
  const earlier = verdictOf(before);
  // Means over other jobs would be something else.
  const same = earlier && doneJobs(before).sort().join() === doneJobs(results).sort().join();
  if (same) text += format(headline.before, { ratio: significant(earlier.ratio, numbers) });
  return text;
}

/** Fills in what the figures were measured on. */
export function showConditions(
  parts: Parts,
  { engine, cores, isolated, contenders, clockMs }: Conditions,
  strings: KernelStrings,
  numbers: Numbers,
): void {
  const { conditions, contenders: names } = strings;
  const values = {
    engine: engine ?? conditions.unknown,
    cores: cores === undefined ? conditions.unknown : numbers.whole(cores),
    variants:
      contenders
        ?.filter((id) => id !== "plain")
        .map((id) => names[id])
        .join(", ") ?? conditions.pending,
    threads: conditions.oneThread,
    isolated: isolated ? conditions.yes : conditions.no,
    clock:
      clockMs === undefined
        ? conditions.pending
        : format(conditions.milliseconds, { ms: significant(clockMs, numbers) }),
  };
  for (const [name, value] of Object.entries(values)) parts.get(name).textContent = value;
}

function primaryLabel(phase: Phase, { transport }: KernelStrings): string {
  switch (phase) {
    case "idle":
      return transport.run;
    case "loading":
      return transport.cancel;
    case "running":
      return transport.stop;
    case "stopped":
    case "finished":
      return transport.again;
    case "error":
      return transport.retry;
  }
}

function statusText(
  { phase, at }: State,
  chosen: readonly JobId[],
  { stage, jobs, phase: phases, settings }: KernelStrings,
): string {
  if (phase === "running" && at) return format(stage[at.stage], { job: jobs[at.job] });
  if (phase !== "loading" && chosen.length === 0) return settings.nothing;
  return phases[phase];
}

function failureText({ kind, reason, job }: Failure, { error, jobs }: KernelStrings): string {
  return format(error[kind], { reason, job: job ? jobs[job] : "" });
}
