import type { TrainEvent } from "@lanewise/models/word2vec";
import type { TrainingFacts, TrainingReply } from "./protocol.js";

/** What the training is doing. */
export type Phase = "idle" | "loading" | "running" | "pausing" | "paused" | "finished" | "stopped" | "error";

/** All that the bar and the figures of the training show. */
export interface State {
  readonly phase: Phase;
  /** Replies of any other run are late, and dropped. */
  readonly run: number;
  readonly stage: "script" | "text" | "corpus" | "model";
  readonly fraction: number | undefined;
  readonly facts: TrainingFacts | undefined;
  readonly event: TrainEvent | undefined;
  readonly memoryBytes: number | undefined;
  readonly failure: string | undefined;
}

/** What the visitor does, or the worker says. */
export type Action =
  | { type: "start" }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "stop" }
  /** The worker is lost; without a reason, it never loaded. */
  | { type: "crash"; reason: string }
  | TrainingReply;

export const initialState: State = {
  phase: "idle",
  run: 0,
  stage: "script",
  fraction: undefined,
  facts: undefined,
  event: undefined,
  memoryBytes: undefined,
  failure: undefined,
};

/** Whether something is under way. */
export function isBusy({ phase }: State): boolean {
  return phase === "loading" || phase === "running" || phase === "pausing";
}

/** Whether there are vectors of this run, to ask and to keep. */
export function hasVectors({ facts }: State): boolean {
  return facts !== undefined;
}

/** The next state. Pure; an action that does not fit the phase changes nothing. */
export function reduce(state: State, action: Action): State {
  if ("run" in action && action.run !== state.run) return state;
  const { phase } = state;
  switch (action.type) {
    case "start":
      return { ...initialState, run: state.run + 1, phase: "loading" };
    case "pause":
      return phase === "running" ? { ...state, phase: "pausing" } : state;
    case "resume":
      return phase === "paused" ? { ...state, phase: "running" } : state;
    case "stop":
      if (phase === "loading") return { ...initialState, run: state.run + 1 };
      return phase === "running" || phase === "pausing" || phase === "paused"
        ? { ...state, phase: "stopped" }
        : state;
    case "crash":
      return isBusy(state)
        ? { ...state, phase: "error", failure: action.reason }
        : // What it had learnt is lost with it.
          { ...initialState, run: state.run + 1 };
    case "failed":
      return { ...state, phase: "error", failure: action.reason };
    case "reading":
      return phase === "loading" ? { ...state, stage: action.stage, fraction: action.fraction } : state;
    case "ready":
      return phase === "loading" ? { ...state, facts: action.facts } : state;
    case "training":
      return phase === "loading" ? { ...state, phase: "running" } : state;
    case "progress":
      return { ...state, event: action.event };
    case "paused":
      return phase === "pausing" || phase === "running" ? { ...state, phase: "paused" } : state;
    case "finished":
      return phase === "stopped" ? state : { ...state, phase: "finished", memoryBytes: action.memoryBytes };
    case "file":
      return state;
  }
}
