import type { Strings } from "../../shell/en.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { showProgress } from "../../shell/progress.js";
import { hasVectors, isBusy, type State } from "./state.js";

type WordStrings = Strings["word2vec"];

/** The bar of the training, its failure, and its figures. */
export function renderTraining(
  parts: Parts,
  state: State,
  around: { epochs: number; pending: boolean; isWatched: boolean },
  strings: WordStrings,
  numbers: Numbers,
): void {
  const { phase, event, failure } = state;
  const { transport } = strings;
  parts.root.dataset["phase"] = phase;
  const primary = parts.get("primary", "button");
  primary.disabled = false;
  primary.setAttribute("aria-disabled", String(phase === "pausing"));
  setText(primary, transport[labelOf(state)]);
  const stop = parts.get("stop", "button");
  stop.disabled = false;
  stop.setAttribute("aria-disabled", String(!["running", "pausing", "paused"].includes(phase)));
  const status = statusOf(state, around.isWatched, strings, numbers);
  setText(parts.get("status"), status);
  setText(parts.get("epochNow"), String(event?.epoch ?? 0));
  setText(parts.get("epochs"), format(transport.of, { epochs: event?.epochs ?? around.epochs }));
  const speed = phase === "running" && event ? numbers.whole(event.wordsPerSecond) : undefined;
  setText(parts.get("speed"), speed === undefined ? "" : `${format(transport.speed, { speed })} ·`);
  const done = event ? event.words / event.totalWords : 0;
  showProgress(parts.get("progress"), phase === "loading" ? state.fraction : done, status);
  parts.get("failure").hidden = failure === undefined;
  setText(parts.get("failureText"), failure ?? "");
  setText(parts.get("pending"), around.pending ? strings.settings.pending : "");
  for (const name of ["save-text", "save-binary"]) {
    const save = parts.get(name, "button");
    save.disabled = false;
    save.setAttribute("aria-disabled", String(!hasVectors(state)));
  }
  showFacts(parts.root, state, numbers);
}

function labelOf(state: State): keyof WordStrings["transport"] {
  switch (state.phase) {
    case "loading":
      return "cancel";
    case "running":
      return "pause";
    case "pausing":
      return "pausing";
    case "paused":
      return "resume";
    case "finished":
    case "stopped":
      return "again";
    case "error":
      return "retry";
    case "idle":
      return "start";
  }
}

function statusOf(state: State, isWatched: boolean, { phase, stage }: WordStrings, numbers: Numbers): string {
  if (state.phase === "loading") return stage[state.stage];
  // What is slowed down takes as long as one likes to look.
  if (state.phase === "running" && isWatched && (state.event?.epoch ?? 1) === 1) return phase.watched;
  return format(phase[state.phase], { left: numbers.duration(state.event?.etaSeconds ?? 0) });
}

function showFacts(root: HTMLElement, { facts, event, memoryBytes }: State, numbers: Numbers): void {
  const whole = (value: number | undefined): string => (value === undefined ? "–" : numbers.whole(value));
  const values = {
    words: whole(facts?.words),
    sentences: whole(facts?.sentences),
    vocabulary: whole(facts?.vocabulary),
    parameters: whole(facts?.parameters),
    loss: event ? numbers.fixed(event.loss, 3) : "–",
    rate: event ? numbers.fixed(event.learningRate, 5) : "–",
    memory: memoryBytes === undefined ? "–" : numbers.bytes(memoryBytes),
  };
  for (const [name, value] of Object.entries(values)) {
    setText(root.querySelector(`[data-fact=${name}]`)!, value);
  }
}

/** Whether the primary button pauses, goes on, starts, or gives up. */
export function primaryAction(state: State): "start" | "cancel" | "pause" | "resume" | undefined {
  if (state.phase === "paused") return "resume";
  if (state.phase === "running") return "pause";
  if (state.phase === "loading") return "cancel";
  return isBusy(state) ? undefined : "start";
}

/** Writes a text where it is another: the same again would be spoken again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
